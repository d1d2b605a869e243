package io.flinkvision.cli;

import io.flinkvision.bench.BenchException;
import io.flinkvision.camera.CameraException;
import io.flinkvision.catalogue.DownloadException;
import io.flinkvision.configuration.ConfigurationException;
import io.flinkvision.inference.InferenceException;
import io.flinkvision.local.DemoException;
import io.flinkvision.model.ModelException;
import io.flinkvision.watch.WatchException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code vision}: what it finds goes to standard output, what it has to say about it to standard error. It
 * exits with 0 when all was done, 1 when something failed, and 2 when it was called wrongly.
 */
@Command(
        name = "vision",
        description = "Image streams on Kafka in, MobileNetV3 labels on Kafka out.",
        mixinStandardHelpOptions = true,
        versionProvider = Vision.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class, FeedCommand.class, WatchCommand.class, WallCommand.class, ReplayCommand.class,
            AuditCommand.class, ClassifyCommand.class, ModelCommand.class, JobCommand.class, BenchCommand.class,
            GrowthCommand.class, CapacityCommand.class
        })
public final class Vision implements Runnable {

    /** The environment variable that, set to anything, does the same as {@code --verbose}. */
    static final String DEBUG_VARIABLE = "VISION_DEBUG";

    /** The exceptions whose message says all that there is to say. */
    private static final List<Class<? extends Exception>> SPEAK_FOR_THEMSELVES = List.of(
            ConfigurationException.class, ModelException.class, InferenceException.class, DemoException.class,
            DownloadException.class, WatchException.class, CameraException.class, BenchException.class);

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Show where in the program a failure came from, as with " + DEBUG_VARIABLE + "=1.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    private Vision() {}

    /** Runs a command and ends the JVM. */
    public static void main(String[] arguments) {
        CommandLine command = commandLine();
        // JSON is UTF-8, whatever the terminal's own encoding.
        command.setOut(utf8(FileDescriptor.out));
        command.setErr(utf8(FileDescriptor.err));
        System.exit(command.execute(arguments));
    }

    private static PrintWriter utf8(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** The command with all those below it, ready to execute. */
    static CommandLine commandLine() {
        Vision root = new Vision();
        return new CommandLine(root)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Vision::wrongUse)
                .setExecutionExceptionHandler(root::failure);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }

    private static int wrongUse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells how it is used.");
        return ExitCode.USAGE;
    }

    private int failure(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(message(e)));
        if (verbose || System.getenv(DEBUG_VARIABLE) != null) {
            e.printStackTrace(err);
        } else if (!isForThePersonWhoCalled(e)) {
            err.println("--verbose shows where that came from.");
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    private static String message(Exception e) {
        return isForThePersonWhoCalled(e)
                ? e.getMessage()
                : "Unexpected: " + e.toString().lines().findFirst().orElse("");
    }

    private static boolean isForThePersonWhoCalled(Exception e) {
        return SPEAK_FOR_THEMSELVES.stream().anyMatch(type -> type.isInstance(e));
    }

    /** The version in the POM, which bin/vision passes on. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"flink-vision " + System.getProperty("vision.version", "(of unknown version)")};
        }
    }
}
