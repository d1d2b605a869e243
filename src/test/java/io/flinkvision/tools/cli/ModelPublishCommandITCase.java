package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.ModelChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Choices of models, written to a real broker. */
class ModelPublishCommandITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);

    private String jobFile;
    private Path bundle;

    @BeforeEach
    void writeFiles() {
        jobFile = job.writeJobFile(folder).toString();
        bundle = SmallBundle.write(folder.resolve("new"), 224, 1, 2);
    }

    @Test
    void writesTheAddressAndTheDigestOfABundle() {
        CommandRun run = publish(job.models(), bundle.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(job.models() + "-0-0");
        assertThat(run.err()).contains("Warning: " + bundle.toUri() + " is a folder on this machine");
        ConsumerRecord<byte[], byte[]> record = job.choices(1).get(0);
        assertThat(record.key()).isEqualTo(ModelChoice.KEY.getBytes(UTF_8));
        assertThat(ModelChoice.read(record.value()))
                .isEqualTo(new ModelChoice(bundle.toUri().toString(), ModelBundle.read(bundle).digest()));
    }

    @Test
    void writesTheAddressThatTheTaskManagersKnow() {
        CommandRun run = publish(job.models(), bundle.toUri().toString(), "--at", "s3://models/new");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).doesNotContain("Warning");
        assertThat(ModelChoice.read(job.choices(1).get(0).value()).bundle()).isEqualTo("s3://models/new");
    }

    @Test
    void goesBackToTheSubmissionByARecordWithoutAValue() {
        assertThat(publish(job.models(), "--submitted").exitCode()).isZero();

        assertThat(job.choices(1).get(0).value()).isNull();
    }

    @Test
    void makesATopicThatTheBrokerCheckFindsNothingWrongWith() {
        String topic = "models-" + UUID.randomUUID();

        assertThat(publish(topic, bundle.toString()).err()).contains("Created the topic " + topic);
        assertThat(publish(topic, bundle.toString()).err()).doesNotContain("Made the topic");

        BrokerCheck.Answer answer = BrokerCheck.ask(
                JobDefinition.read(Path.of(jobFile), Map.of(), List.of("model.control-topic=" + topic)));
        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
    }

    @Test
    void warnsOfATopicThatForgetsAndOfAModelThatTheJobWouldRefuse() {
        CommandRun run = publish(job.images(), SmallBundle.write(folder.resolve("small"), 192, 1, 2).toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("topic " + job.images() + " is not compacted (cleanup.policy=delete)")
                .contains("small resizes pictures differently from triage");
    }

    @Test
    void publishesNoModelThatDoesNotWork() {
        Path broken = SmallBundle.write(folder.resolve("broken"), 224, Float.NaN, 1);

        CommandRun run = publish(job.models(), broken.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("score of class 0 (0) is NaN");
        assertThat(job.choices(0)).isEmpty();
    }

    @Test
    void isCalledWronglyWithoutABundleOrATopic() {
        assertThat(publish(job.models()).exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), bundle.toString(), "--submitted").exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), bundle.toString(), "--at", "models/new").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("model", "publish", bundle.toString(), "--job", jobFile).exitCode()).isEqualTo(2);
        assertThat(job.choices(0)).isEmpty();
    }

    @Test
    void saysThatNoBrokerAnswers() {
        // Nothing listens on the discard port.
        CommandRun run = publish(job.models(), bundle.toString(), "--bootstrap-servers", "127.0.0.1:9",
                "--property", "default.api.timeout.ms=500", "--property", "request.timeout.ms=400");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("127.0.0.1:9").contains("is a broker running there?");
    }

    private CommandRun publish(String topic, String... arguments) {
        String[] all = new String[arguments.length + 6];
        System.arraycopy(new String[] {"model", "publish", "--job", jobFile, "--topic", topic}, 0, all, 0, 6);
        System.arraycopy(arguments, 0, all, 6, arguments.length);
        return CommandRun.of(all);
    }
}
