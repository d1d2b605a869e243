package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** The command-line options of each job's main class, and the submission of the job that they name. */
public final class Submission {

    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    private static final Pattern SET_OPTION = Pattern.compile("--set(?:=(.*))?", Pattern.DOTALL);

    /** As much of an argument as can be a key, and the rest. */
    private static final Pattern SET_KEY = Pattern.compile("([A-Za-z0-9._-]*)[=:\\s](.*)", Pattern.DOTALL);

    @Parameters(paramLabel = "FILE", description = "The job file, such as those in jobs/.")
    private Path file;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Sets a key of the job file: --set sink.topic=t")
    private List<String> overrides = List.of();

    @Option(names = "--no-broker-check", description = "Submit without asking the Kafka brokers first, for"
            + " clients that cannot reach them although the TaskManagers can.")
    private boolean unchecked;

    /** Reads a job file. */
    public interface Reader<J extends KafkaJob> {
        J read(Path file, Map<String, String> environment, List<String> overrides);
    }

    /** Adds a job to an environment. */
    public interface Graph<J extends KafkaJob> {
        void addTo(StreamExecutionEnvironment environment, J job, BrokerCheck.Answer brokers) throws IOException;
    }

    /**
     * Parses the options of a job's main class.
     *
     * @throws ParameterException if they are invalid; its message has no value of {@code --set}
     */
    public static CommandLine.ParseResult parse(Object job, String[] arguments) {
        try {
            return new CommandLine(job).parseArgs(arguments);
        } catch (ParameterException e) {
            // Without the cause, whose message Flink's client would print.
            throw new ParameterException(e.getCommandLine(), hideValues(e.getMessage(), arguments));
        }
    }

    /**
     * Runs a job in the environment that Flink's client provides. That client calls this in its own process, so it
     * throws instead of exiting.
     *
     * @throws ConfigurationException if the job file is invalid, or does not match the brokers
     * @throws Exception if the job fails
     */
    public <J extends KafkaJob> void run(Reader<J> reader, Graph<J> graph) throws Exception {
        J job = reader.read(file, System.getenv(), overrides);
        BrokerCheck.Answer brokers = unchecked ? BrokerCheck.unasked(job) : BrokerCheck.ask(job);
        job.warnings().forEach(LOG::warn);
        brokers.warnings().forEach(LOG::warn);
        brokers.requireNoProblems(file);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        graph.addTo(environment, job, brokers);
        environment.execute(job.name());
    }

    /**
     * A message with dots in place of each value of {@code --set}, which may be a password: picocli repeats an argument
     * that it cannot place, such as the second word of a login without quotation marks, and Flink's client prints that.
     */
    static String hideValues(String message, String[] arguments) {
        String hidden = message;
        for (String value : setValues(arguments)) {
            hidden = hidden.replaceAll("(?<![A-Za-z0-9])" + Pattern.quote(value) + "(?![A-Za-z0-9])", "...");
        }
        return hidden;
    }

    private static List<String> setValues(String[] arguments) {
        List<String> values = new ArrayList<>();
        boolean isValue = false;
        boolean anyBefore = false;
        for (String argument : arguments) {
            Matcher option = SET_OPTION.matcher(argument);
            boolean isOption = option.matches();
            if (isOption || isValue || anyBefore && !argument.startsWith("-")) {
                String text = isOption ? option.group(1) == null ? "" : option.group(1) : argument;
                Matcher key = SET_KEY.matcher(text);
                if (key.matches()) {
                    values.add(key.group(2));
                } else if (isValue) {
                    values.add(text);
                }
            }
            isValue = isOption && option.group(1) == null || argument.endsWith("=");
            anyBefore |= isOption;
        }
        // A long value may contain a short one.
        return values.stream()
                .filter(value -> !value.isBlank())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /**
     * Tries a model before it is submitted, since every subtask would otherwise fail on it, again after each restart.
     * Reads every tensor, and loads an ONNX network into ONNX Runtime if this machine, which may be a client, has it.
     *
     * @return the bundle
     * @throws ModelException if its weights, labels and shapes do not match
     */
    public static ModelBundle requireUsable(ModelBundle bundle) {
        bundle.onnx();
        if (bundle.weights().backbone() instanceof Weights.Onnx) {
            load(bundle);
        }
        return bundle;
    }

    private static void load(ModelBundle bundle) {
        if (!Classifier.canLoad()) {
            LOG.warn("{} was not tried: ONNX Runtime is not on the class path", bundle.weights().file());
            return;
        }
        try {
            Classifier.load(bundle).close();
        } catch (InferenceException e) {
            throw new ModelException(bundle.weights().file() + " is not a network that labels pictures as described by "
                    + ModelBundle.DESCRIPTION + " and its " + bundle.labels().size() + " labels: " + e.getMessage()
                    + "; export it again, or correct the description and the labels", e);
        }
    }
}
