package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** The options of every job's main class, and what is done with them. */
public final class Submission {

    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    @Parameters(paramLabel = "FILE", description = "The job file, such as those in jobs/.")
    private Path file;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Sets a key of the job file: --set sink.topic=t")
    private List<String> overrides = List.of();

    @Option(names = "--no-broker-check", description = "Submit without asking the Kafka brokers first, where this"
            + " machine cannot reach them but the TaskManagers can.")
    private boolean unchecked;

    /** Reads a job file, with the variables of the environment and the overrides that there are. */
    public interface Reader<J extends KafkaJob> {
        J read(Path file, Map<String, String> environment, List<String> overrides);
    }

    /** Adds a job to an environment, given the brokers' answer. */
    public interface Graph<J extends KafkaJob> {
        void addTo(StreamExecutionEnvironment environment, J job, BrokerCheck.Answer brokers) throws IOException;
    }

    /**
     * Reads the options of a job's main class.
     *
     * @throws ParameterException if they are wrong; its message has no value of {@code --set}, which may be a password
     */
    public static CommandLine.ParseResult parse(Object job, String[] arguments) {
        try {
            return new CommandLine(job).parseArgs(arguments);
        } catch (ParameterException e) {
            // Without the cause, whose message Flink's client would print.
            throw new ParameterException(e.getCommandLine(), PropertyValues.hide(e.getMessage(), arguments));
        }
    }

    /**
     * Runs a job in the environment that Flink's client provides. That client calls this in its own process, so it
     * never exits: what is wrong is thrown.
     *
     * @throws ConfigurationException if the job file is wrong, or the brokers do not fit it
     * @throws Exception what the job itself fails with
     */
    public <J extends KafkaJob> void run(Reader<J> reader, Graph<J> graph) throws Exception {
        J job = reader.read(file, System.getenv(), overrides);
        BrokerCheck.Answer brokers = unchecked ? BrokerCheck.unasked(job) : BrokerCheck.ask(job);
        job.values().warnings().forEach(LOG::warn);
        brokers.warnings().forEach(LOG::warn);
        brokers.requireNoProblems(file);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        graph.addTo(environment, job, brokers);
        environment.execute(job.name());
    }
}
