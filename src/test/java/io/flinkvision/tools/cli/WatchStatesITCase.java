package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.tools.watch.SampleStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code vision watch --states} on a compacted topic. */
class WatchStatesITCase {

    private static final Instant AT = Instant.parse("2026-01-01T12:00:05.250Z");

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final String topic = "states-" + UUID.randomUUID();
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void writeStates() throws Exception {
        KAFKA.broker().createTopic(topic, 2, Map.of("cleanup.policy", "compact"));
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.broker().bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer());
        for (ProducerRecord<byte[], byte[]> record : List.of(
                SampleStates.record(topic, "hall", SampleStates.shown("food", AT)),
                SampleStates.record(topic, "gone", SampleStates.shown("food", AT)),
                SampleStates.record(topic, "gate-2", SampleStates.troubled("report", "dark", AT)),
                SampleStates.record(topic, "gate/bay", SampleStates.unknown(AT)),
                SampleStates.record(topic, "gate", SampleStates.shown("food", AT)),
                SampleStates.record(topic, "hall", SampleStates.offline(AT.plusSeconds(60))),
                SampleStates.deletion(topic, "gone"))) {
            producer.send(record).get();
        }
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void printsThePresentByCameraAndEnds() {
        CommandRun run = watch("--once");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).extracting(line -> line.replaceAll(" +", " ").replaceAll("01-0\\d \\d\\d", "HH").strip())
                .containsExactly("gate HH:00:05.2 online food 75.0 %", "gate/bay HH:00:05.2 online unknown, by head bays",
                        "gate-2 HH:00:05.2 online report 75.0 %, dark since HH:00:05", "hall HH:01:05.2 offline");
    }

    @Test
    void printsTheRecordsUnchangedAndOnlyThoseThatAreWanted() {
        CommandRun all = watch("--once", "--json");
        CommandRun gate = watch("--once", "--json", "--filter", "camera=gate");
        CommandRun food = watch("--once", "--json", "--filter", "label=food,min-score=0.5");

        assertThat(all.json()).extracting(state -> state.get("key").textValue())
                .containsExactly("gate", "gate/bay", "gate-2", "hall");
        assertThat(gate.json()).extracting(state -> state.get("key").textValue()).containsExactly("gate", "gate/bay");
        assertThat(food.json()).extracting(state -> state.get("key").textValue()).containsExactly("gate");
    }

    @Test
    void followsTheChangesAfterThePresent() {
        CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(() -> watch("--json", "--max", "6"));
        Waiting.until("two changes are shown", () -> {
            // Those that come before the command has begun belong to the present.
            producer.send(SampleStates.record(topic, "hall", SampleStates.shown("other", AT)));
            producer.send(SampleStates.deletion(topic, "hall"));
            producer.flush();
            return run.isDone();
        });

        assertThat(run.join().exitCode()).isZero();
        assertThat(run.join().lines()).contains("{\"forgotten\":{\"key\":\"hall\"}}");
        assertThat(run.join().lines()).last().asString().contains("hall");
    }

    @Test
    void anEmptyTopicHasAnEmptyPresentAndOneThatIsMissingIsNamed() {
        String empty = "empty-" + UUID.randomUUID();
        KAFKA.broker().createTopic(empty, 1, Map.of("cleanup.policy", "compact"));

        CommandRun nothing = CommandRun.of("watch", "--states", "--once", "--topic", empty, "--bootstrap-servers",
                KAFKA.broker().bootstrapServers());
        CommandRun missing = CommandRun.of("watch", "--states", "--once", "--bootstrap-servers",
                KAFKA.broker().bootstrapServers(), "--topic", "none-" + empty);

        assertThat(nothing).isEqualTo(new CommandRun(0, "", ""));
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("Topic none-" + empty + " does not exist");
    }

    private CommandRun watch(String... options) {
        List<String> arguments = new ArrayList<>(List.of("watch", "--states", "--topic", topic,
                "--bootstrap-servers", KAFKA.broker().bootstrapServers()));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }
}
