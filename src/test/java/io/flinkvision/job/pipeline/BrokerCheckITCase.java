package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BrokerCheckITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.with(Map.of("transaction.max.timeout.ms", "60000"));

    @BeforeAll
    static void startBroker() {
        KAFKA.broker().createTopic("images", 1, Map.of("max.message.bytes", "2000000"));
        KAFKA.createTopic("labels", 1);
        KAFKA.broker().createTopic("dead-letters", 1, Map.of("max.message.bytes", "3000000"));
        KAFKA.broker().createTopic("models", 1, Map.of("cleanup.policy", "compact"));
        KAFKA.broker().createTopic("small", 1, Map.of("max.message.bytes", "1000"));
    }

    @Test
    void findsNothingWrongWithTopicsThatFit() {
        BrokerCheck.Answer answer = ask();

        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
        assertThat(answer.largestDeadLetter()).isEqualTo(3_000_000);
    }

    @Test
    void namesEveryTopicThatIsMissing() {
        assertThat(ask("source.topics=[images, none]", "sink.topic=nowhere").problems())
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("Topic none does not exist"),
                        problem -> assertThat(problem).startsWith("Topic nowhere does not exist"));
    }

    @Test
    void namesATopicThatTheBrokerWouldNotCreateBesideAnother() {
        KAFKA.createTopic("site.labels", 1);

        assertThat(ask("sink.topic=site_labels").problems()).singleElement().asString()
                .startsWith("There is no topic site_labels, which collides with site.labels");
    }

    @Test
    void refusesTransactionsThatTheBrokerWouldNotKeepOpen() {
        assertThat(ask("sink.guarantee=exactly-once", "sink.transaction-timeout=61 s").problems())
                .singleElement().asString()
                .contains("61000 ms").contains("transaction.max.timeout.ms=60000");
        assertThat(ask("sink.guarantee=exactly-once", "sink.transaction-timeout=60 s").problems()).isEmpty();
        assertThat(ask("sink.transaction-timeout=61 s").problems()).isEmpty();
    }

    @Test
    void aTopicOfCamerasMustExistAndTakesThePlaceOfTheInputTopics() {
        assertThat(ask("source.topics=[]", "source.cameras-topic=models").warnings()).isEmpty();
        assertThat(ask("source.topics=[]", "source.cameras-topic=models").problems()).isEmpty();
        assertThat(ask("source.topics=[]", "source.cameras-topic=none").problems()).singleElement().asString()
                .startsWith("The topic of cameras none does not exist: 'bin/vision camera add' creates it");
    }

    @Test
    void framesOfACamerasJobAreHeldToWhatItsTopicTakes() {
        BrokerCheck.Answer room = frames("sink.topic=images", "max-image-bytes=1900000");
        BrokerCheck.Answer tooSmall = frames("sink.topic=images");

        assertThat(room.warnings()).isEmpty();
        assertThat(room.largestPicture()).isEqualTo(2_000_000);
        assertThat(tooSmall.problems()).isEmpty();
        assertThat(tooSmall.warnings()).singleElement().asString()
                .contains("Topic images accepts records up to 2000000").contains("1934464 bytes will be dropped");
    }

    private static BrokerCheck.Answer frames(String... overrides) {
        List<String> all = new ArrayList<>(List.of("source.bootstrap-servers=" + KAFKA.bootstrapServers()));
        all.addAll(List.of(overrides));
        return BrokerCheck.ask(CamerasDefinition.read(Path.of("jobs/cameras.yaml"), Map.of(), all));
    }

    @Test
    void warnsOfADeadLetterTopicThatTakesLessThanTheInput() {
        BrokerCheck.Answer answer = ask("dead-letters.topic=small");

        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).satisfiesExactly(
                warning -> assertThat(warning).as("even a dead letter without its value").contains("small")
                        .contains("max.message.bytes=8192 makes room"),
                warning -> assertThat(warning).contains("1000").contains("2000000"));
        assertThat(answer.largestDeadLetter()).isEqualTo(1000);
    }

    @Test
    void knowsHowLargeAPictureMayBeAndWarnsOfATopicThatKeepsAllForLong() {
                KAFKA.broker().createTopic("pictures", 1,
                Map.of("max.message.bytes", "700000", "retention.ms", "86400000"));
        KAFKA.broker().createTopic("last-pictures", 1, Map.of("cleanup.policy", "compact"));
        KAFKA.broker().createTopic("hoard", 1, Map.of("retention.ms", "-1"));

        assertThat(askPictured("pictures").warnings()).isEmpty();
        assertThat(askPictured("pictures").largestPicture()).isEqualTo(700_000);
        assertThat(askPictured("last-pictures").warnings()).isEmpty();
        assertThat(askPictured("labels.pictures").problems()).singleElement().asString()
                .startsWith("Topic labels.pictures does not exist");
        assertThat(askPictured("hoard").warnings()).singleElement().asString()
                .startsWith("Topic hoard keeps the cameras' pictures for ever (retention.ms)")
                .contains("--topic hoard --add-config retention.ms=3600000");
    }

    private static BrokerCheck.Answer askPictured(String topic) {
        return ask("source.topics=[]", "source.cameras=cameras.yaml", "pictures.topic=" + topic);
    }

    @Test
    void warnsOfATopicThatTakesLessThanALabelsRecordMayHave() {
        KAFKA.broker().createTopic("narrow", 1, Map.of("max.message.bytes", "400000"));

        assertThat(ask("sink.topic=narrow").warnings()).singleElement().asString()
                .startsWith("Topic narrow accepts records up to 400000 bytes (max.message.bytes), but the job may")
                .contains("again after each restart");
    }

    @Test
    void findsNothingWrongWithACompactedControlTopicOfOnePartition() {
        BrokerCheck.Answer answer = ask("model.control-topic=models");

        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
    }

    @Test
    void warnsOfAControlTopicThatForgetsOrHasNoOrder() {
        KAFKA.broker().createTopic("forgetful", 2, Map.of("cleanup.policy", "delete"));

        BrokerCheck.Answer answer = ask("model.control-topic=forgetful");

        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).satisfiesExactly(
                warning -> assertThat(warning).contains("forgetful is not compacted (cleanup.policy=delete)"),
                warning -> assertThat(warning).contains("forgetful has 2 partitions"));
    }

    @Test
    void refusesAControlTopicThatIsMissing() {
        assertThat(ask("model.control-topic=none").problems()).singleElement().asString()
                .startsWith("The control topic none does not exist").contains("cleanup.policy=compact");
    }

    @Test
    void aTopicOfComparisonsHasToBeThere() {
        KAFKA.broker().createTopic("choices", 1, Map.of("cleanup.policy", "compact"));

        assertThat(ask("model.control-topic=choices", "model.comparisons-topic=compared").problems()).singleElement()
                .asString().startsWith("Topic compared does not exist: create it");
        KAFKA.broker().createTopic("compared", 1, Map.of());
        assertThat(ask("model.control-topic=choices", "model.comparisons-topic=compared").problems()).isEmpty();
    }

    @Test
    void warnsOfAHeadsTopicThatForgets() {
        KAFKA.broker().createTopic("heads", 3, Map.of("cleanup.policy", "compact"));
        KAFKA.broker().createTopic("forgetful-heads", 1, Map.of("cleanup.policy", "delete"));

        assertThat(ask("model.heads-topic=heads").problems()).isEmpty();
        assertThat(ask("model.heads-topic=heads").warnings()).isEmpty();
        assertThat(ask("model.heads-topic=forgetful-heads").warnings()).singleElement().asString()
                .startsWith("The heads topic forgetful-heads is not compacted (cleanup.policy=delete): the declarations"
                        + " of regions are deleted in time");
    }

    @Test
    void refusesAHeadsTopicThatIsMissing() {
        assertThat(ask("model.heads-topic=none").problems()).singleElement().asString()
                .startsWith("The heads topic none does not exist: 'bin/vision head publish' creates it");
    }

    @Test
    void aStatesTopicHasToBeThereAndToBeCompacted() {
        KAFKA.broker().createTopic("states", 3, Map.of("cleanup.policy", "compact,delete"));
        KAFKA.broker().createTopic("forgetful-states", 1, Map.of("cleanup.policy", "delete"));
        KAFKA.broker().createTopic("happened", 1, Map.of());

        assertThat(ask("events.topic=happened", "events.states-topic=states").problems()).isEmpty();
        assertThat(ask("events.topic=happened", "events.states-topic=states").warnings()).isEmpty();
        assertThat(ask("events.topic=happened", "events.states-topic=forgetful-states").warnings())
                .singleElement().asString()
                .startsWith("The states topic forgetful-states is not compacted (cleanup.policy=delete): the state of a"
                        + " camera that does not change is deleted in time")
                .contains("--add-config cleanup.policy=compact changes that");
        assertThat(ask("events.topic=happened", "events.states-topic=none").problems()).singleElement().asString()
                .startsWith("The states topic none (events.states-topic) does not exist: create it, compacted, with"
                        + " kafka-topics.sh --create --topic none --partitions 1 --config cleanup.policy=compact");
    }

    @Test
    void saysThatABrokerCannotBeReached() {
        // Nothing listens on the discard port.
        assertThat(ask("source.bootstrap-servers=127.0.0.1:9").problems())
                .singleElement().asString().contains("127.0.0.1:9").contains("is a broker running there?");
    }

    private static BrokerCheck.Answer ask(String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "source.bootstrap-servers=" + KAFKA.bootstrapServers(), "checkpoint-interval=1 s"));
        all.addAll(List.of(overrides));
        return BrokerCheck.ask(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), all));
    }
}
