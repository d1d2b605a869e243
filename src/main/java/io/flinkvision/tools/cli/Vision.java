package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.teach.Augmentation;
import io.flinkvision.core.teach.TeachingException;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.GrowthReport.Dimension;
import io.flinkvision.tools.bench.Size;
import io.flinkvision.tools.discover.HostRange;
import io.flinkvision.tools.watch.StartPosition;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/**
 * The command {@code vision}. Results go to standard output, progress and problems to standard error, both through a
 * {@link TerminalWriter}. Exit status: 0 on success, 1 on failure, 2 on wrong usage.
 */
@Command(
        name = "vision",
        description = "Image streams on Kafka in, MobileNetV3 labels on Kafka out.",
        mixinStandardHelpOptions = true,
        versionProvider = Vision.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Vision extends VisionCommand.Group {

    /** Setting this environment variable to anything has the same effect as {@code --verbose}. */
    static final String DEBUG_VARIABLE = "VISION_DEBUG";

    /** Exceptions whose message is complete, so that they need no stack trace. */
    private static final List<Class<? extends Exception>> EXPECTED_FAILURES = List.of(
            ConfigurationException.class, ModelException.class, InferenceException.class, ToolException.class,
            TeachingException.class, CameraException.class);

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Print the stack trace of a failure, as with " + DEBUG_VARIABLE + "=1.")
    private boolean verbose;

    private Vision() {
        super(List.of(DemoCommand.class, FeedCommand.class, WatchCommand.class, WallCommand.class, ReplayCommand.class,
                AuditCommand.class, ClassifyCommand.class, TeachCommand.class, ModelCommand.class, HeadCommand.class,
                CameraCommand.class, JobCommand.class, BenchCommand.class, GrowthCommand.class, CapacityCommand.class));
    }

    /** {@code vision model}. */
    @Command(
            name = "model",
            description = "Fetch, import, inspect, test and remove models, and switch running jobs to them.",
            synopsisSubcommandLabel = "COMMAND")
    static final class ModelCommand extends VisionCommand.Group {

        ModelCommand() {
            super(List.of(ModelFetchCommand.class, ModelImportCommand.class, ModelListCommand.class,
                    ModelInspectCommand.class, ModelCheckCommand.class, ModelQuantizeCommand.class,
                    ModelExportCommand.class, ModelRemoveCommand.class, ModelPublishCommand.class,
                    ModelComparisonCommand.class, ModelPromoteCommand.class, ModelRollbackCommand.class));
        }
    }

    /** {@code vision head}. */
    @Command(
            name = "head",
            description = "Test heads, and declare regions of cameras where they answer to running jobs.",
            synopsisSubcommandLabel = "COMMAND")
    static final class HeadCommand extends VisionCommand.Group {

        HeadCommand() {
            super(List.of(HeadCheckCommand.class, HeadPublishCommand.class, HeadListCommand.class,
                    HeadRemoveCommand.class));
        }
    }

    /** {@code vision job}. */
    @Command(
            name = "job",
            description = "Check the configuration of a Flink job.",
            synopsisSubcommandLabel = "COMMAND")
    static final class JobCommand extends VisionCommand.Group {

        JobCommand() {
            super(List.of(JobCheckCommand.class));
        }
    }

    /** Runs a command and ends the JVM. */
    public static void main(String[] arguments) {
        CommandLine command = commandLine(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), arguments)
                .setColorScheme(Help.defaultColorScheme(Terminal.coloursOfOutput()));
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            command.getErr().print("Exception in thread " + thread.getName() + ": " + stack(e));
            command.getErr().flush();
        });
        System.exit(command.execute(arguments));
    }

    /**
     * The command with its subcommands, ready to execute; all of their output is escaped.
     *
     * @param arguments with which it will be executed
     */
    static CommandLine commandLine(OutputStream out, OutputStream err, String... arguments) {
        Vision root = new Vision();
        CommandLine result = new CommandLine(root);
        if (Stream.of(arguments).anyMatch(argument -> argument.startsWith("@"))) {
            // The arguments, and so the command, may be in a file.
            root.addAllCommands(result);
        } else {
            root.addCommands(result, Stream.of(arguments).filter(argument -> !argument.startsWith("-")).toList());
        }
        return result
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(BundleName.class, converter(BundleName::new))
                .registerConverter(RegionKey.class, converter(RegionKey::parse))
                .registerConverter(Augmentation.class, converter(Augmentation::parse))
                .registerConverter(RegionBox.class, converter(RegionBox::parse))
                .registerConverter(HostRange.class, converter(HostRange::parse))
                .registerConverter(Duration.class, converter(
                        text -> OptionType.duration(Duration.ofMillis(1)).parser().apply(text)))
                .registerConverter(Percentage.class, converter(Percentage::parse))
                .registerConverter(Dimension.class, converter(Dimension::parse))
                .registerConverter(Size.class, converter(Size::parse))
                .registerConverter(StartPosition.class, converter(
                        text -> StartPosition.parse(text, Instant.now(), ZoneId.systemDefault())))
                .setOut(new TerminalWriter(out))
                .setErr(new TerminalWriter(err))
                .setExecutionStrategy(Vision::execute)
                .setParameterExceptionHandler(Vision::wrongUse)
                .setExecutionExceptionHandler(root::failure);
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** Prints the help itself, whose colours must not be escaped; picocli does everything else. */
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

    private static int wrongUse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        printError(err, ParserMessage.of(e, arguments));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' shows its usage.");
        return ExitCode.USAGE;
    }

    private int failure(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        printError(err, e instanceof ConfigurationException ? message(e) : message(e).replace("\n", "\n  "));
        if (verbose || System.getenv(DEBUG_VARIABLE) != null) {
            err.print(stack(e));
        } else if (!isExpected(e)) {
            err.println("--verbose prints the stack trace.");
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
        return isExpected(e)
                ? e.getMessage()
                : "Unexpected: " + e.toString().lines().findFirst().orElse("");
    }

    private static boolean isExpected(Exception e) {
        return EXPECTED_FAILURES.stream().anyMatch(type -> type.isInstance(e));
    }

    /** The version in the POM, as bin/vision passes it on. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"flink-vision " + System.getProperty("vision.version", "(unknown version)")};
        }
    }
}
