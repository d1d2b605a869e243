package io.flinkvision.tools.cli;

import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.job.kafka.PropertyCheck;
import io.flinkvision.job.pipeline.CamerasDefinition;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.KafkaJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that connect to Kafka: a job file, and options that override it. */
final class KafkaArguments {

    static final String JOB = "--job";
    static final String BOOTSTRAP_SERVERS = "--bootstrap-servers";
    static final String PROPERTY = "--property";

    @Option(names = JOB, paramLabel = "FILE",
            description = "Job file with the brokers and topics (default: the project's jobs/classify.yaml).")
    private Optional<Path> jobFile = Optional.empty();

    @Option(names = BOOTSTRAP_SERVERS, paramLabel = "HOST:PORT", split = ",",
            description = "Addresses of the Kafka brokers, instead of those in the job file.")
    private List<String> bootstrapServers = List.of();

    @Option(names = PROPERTY, paramLabel = "KEY=VALUE",
            description = "A property of the Kafka client, such as security.protocol=SSL, which overrides the job file's. May"
                    + " be repeated. Other users can see it in the process list, so put passwords in the file.")
    private Map<String, String> properties = Map.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** The job whose topics the command works with. */
    JobDefinition job() {
        return JobDefinition.read(file(), System.getenv(), overrides());
    }

    /** The same where it may also be a job that does nothing but read cameras. */
    KafkaJob jobOfCameras() {
        return CamerasDefinition.isIn(file())
                ? CamerasDefinition.read(file(), System.getenv(), overrides())
                : job();
    }

    private Path file() {
        return jobFile.orElseGet(() -> ProjectHome.current().classifyJob());
    }

    private List<String> overrides() {
        List<String> overrides = new ArrayList<>();
        if (!bootstrapServers.isEmpty()) {
            String servers = String.join(",", bootstrapServers);
            overrides.add("source.bootstrap-servers=" + servers);
            overrides.add("sink.bootstrap-servers=" + servers);
        }
        return overrides;
    }

    /** Properties of a consumer of the job's input topics. */
    Properties inputConsumer(KafkaJob job) {
        return client(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS), job.sourceProperties(),
                ConsumerConfig.configNames());
    }

    /** Properties of a consumer of the job's output topics. */
    Properties outputConsumer(JobDefinition job) {
        return client(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS), job.sinkProperties(),
                ConsumerConfig.configNames());
    }

    /** Properties of a producer to the job's input topics. */
    Properties inputProducer(KafkaJob job) {
        return client(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS), job.sourceProperties(),
                ProducerConfig.configNames());
    }

    /** Properties of an admin client of the brokers that have the job's input topics. */
    Properties inputAdmin(KafkaJob job) {
        return client(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS), job.sourceProperties(),
                AdminClientConfig.configNames());
    }

    /** The job's properties that this kind of client knows, above all those for logging in. */
    private Properties client(List<String> servers, Map<String, String> ofJob, Set<String> known) {
        List<String> problems = PropertyCheck.problems(properties);
        if (!problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--property " + String.join("\n--property ", problems));
        }
        Properties result = ClientProperties.knownTo(known, ofJob);
        result.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        result.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", servers));
        result.putAll(properties);
        return result;
    }
}
