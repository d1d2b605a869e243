package io.flinkvision.tools.cli;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.BenchException;
import io.flinkvision.tools.feed.CameraException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/**
 * The command {@code vision}: what it finds goes to standard output, what it has to say about it to standard error,
 * both through a {@link TerminalWriter}. It exits with 0 when all was done, 1 when something failed, and 2 when it was called wrongly.
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
            ConfigurationException.class, ModelException.class, InferenceException.class, ToolException.class,
            CameraException.class, BenchException.class);

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Show where in the program a failure came from, as with " + DEBUG_VARIABLE + "=1.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    private Vision() {}

    /** Runs a command and ends the JVM. */
    public static void main(String[] arguments) {
        CommandLine command = commandLine(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err))
                .setColorScheme(Help.defaultColorScheme(Terminal.coloursOfOutput()));
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            command.getErr().print("Exception in thread " + thread.getName() + ": " + stack(e));
            command.getErr().flush();
        });
        System.exit(command.execute(arguments));
    }

    /** The command with all those below it, ready to execute, whose output has everything escaped. */
    static CommandLine commandLine(OutputStream out, OutputStream err) {
        Vision root = new Vision();
        return new CommandLine(root)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new TerminalWriter(out))
                .setErr(new TerminalWriter(err))
                .setExecutionStrategy(Vision::execute)
                .setParameterExceptionHandler(Vision::wrongUse)
                .setExecutionExceptionHandler(root::failure);
    }

    /** Prints the help itself, which has colours; picocli does everything else. */
    private static int execute(ParseResult result) {
        for (CommandLine command : result.asCommandLineList()) {
            if (command.isUsageHelpRequested()) {
                TerminalWriter.printColoured(
                        command.getOut(), command.getUsageMessage(command.getColorScheme()));
                command.getOut().flush();
                return ExitCode.OK;
            }
        }
        return new CommandLine.RunLast().execute(result);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }

    private static int wrongUse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        printError(err, ParserMessage.of(e, arguments));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells how it is used.");
        return ExitCode.USAGE;
    }

    private int failure(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        printError(err, e instanceof ConfigurationException ? message(e) : message(e).replace("\n", "\n  "));
        if (verbose || System.getenv(DEBUG_VARIABLE) != null) {
            err.print(stack(e));
        } else if (!isForThePersonWhoCalled(e)) {
            err.println("--verbose shows where that came from.");
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    private static void printError(PrintWriter err, String message) {
        Help.ColorScheme colours = Help.defaultColorScheme(Terminal.coloursOfError());
        PrintableText.escapedLines(message).lines().forEach(line ->
                TerminalWriter.printlnColoured(err, colours.errorText(line).toString()));
    }

    private static String stack(Throwable e) {
        StringWriter stack = new StringWriter();
        e.printStackTrace(new PrintWriter(stack, true));
        return stack.toString().replace("\t", "    ");
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
