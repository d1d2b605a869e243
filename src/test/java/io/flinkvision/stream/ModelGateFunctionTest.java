package io.flinkvision.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.RecordedLog;
import io.flinkvision.image.ErrorCode;
import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.SmallBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate in Flink's own harness, with real bundles and networks. */
class ModelGateFunctionTest {

    private static final int INPUT_SIZE = 32;

    @TempDir
    Path folder;

    private Path bundle;
    private OneInputStreamOperatorTestHarness<ImageRecord, ModelChange> gate;

    @BeforeEach
    void open() throws Exception {
        bundle = SmallBundle.write(folder.resolve("new model"), INPUT_SIZE, 1, 2);
        gate = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new ModelGateFunction(ModelBundle.read(bundle).preprocessing())));
        gate.open();
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
    }

    @Test
    void passesAModelThatItCouldLoad() throws Exception {
        ModelChoice choice = choice(bundle);

        send(choice);

        assertThat(gate.extractOutputValues()).containsExactly(new ModelChange(Optional.of(choice)));
        assertThat(refused()).isEmpty();
    }

    @Test
    void passesARecordWithoutAValueAsTheWayBack() throws Exception {
        send(Optional.empty());

        assertThat(gate.extractOutputValues()).containsExactly(new ModelChange(Optional.empty()));
    }

    @Test
    void refusesARecordThatIsNoChoice() throws Exception {
        send(Optional.of("triage".getBytes(UTF_8)));

        DeadLetter letter = onlyRefused();
        assertThat(letter.code()).isEqualTo(ErrorCode.MODEL_REFUSED);
        assertThat(letter.message()).contains("no JSON");
        assertThat(letter.source().value()).contains("triage".getBytes(UTF_8));
    }

    @Test
    void logsNothingThatATerminalObeys() throws Exception {
        try (RecordedLog log = new RecordedLog(ModelGateFunction.class.getName(), Level.INFO)) {
            send(Optional.of("{\"bundle\":\"a\\u001b[2J\\n\\u009b1m\\u202e\",\"digest\":\"0\"}".getBytes(UTF_8)));

            assertThat(log.messages()).singleElement().asString().contains("'a\\u001b[2J\\u000a\\u009b1m\\u202e'");
        }
    }

    @Test
    void refusesWeightsOfAnotherDigest() throws Exception {
        String digest = "0".repeat(64);

        send(new ModelChoice(bundle.toUri().toString(), digest));

        assertThat(onlyRefused().message()).contains("have SHA-256 " + ModelBundle.read(bundle).digest(), digest);
    }

    @Test
    void refusesWeightsThatWereCutOff() throws Exception {
        Path weights = bundle.resolve("net.onnx");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains(bundle.toUri().toString(), "net.onnx");
    }

    @Test
    void refusesANetworkThatFailsItsSelfCheck() throws Exception {
        send(choice(SmallBundle.write(folder.resolve("broken"), INPUT_SIZE, 1, Float.NaN)));

        assertThat(onlyRefused().message()).contains("NaN");
    }

    @Test
    void refusesAModelForWhichPicturesAreResizedInAnotherWay() throws Exception {
        send(choice(SmallBundle.write(folder.resolve("larger"), 64, 1, 2)));

        assertThat(onlyRefused().message()).contains(
                "64 x 64 pixels", "the job prepares them for 32 x 32 pixels", "Stop the job with a savepoint");
    }

    @Test
    void takesAModelOfAnotherNormalisation() throws Exception {
        Path other = SmallBundle.write(folder.resolve("normalised"), INPUT_SIZE, 3, 4);
        Path description = other.resolve("model.yaml");
        Files.writeString(description, Files.readString(description).replace("}", ", mean: [0.5, 0.5, 0.5]}"));

        send(choice(other));

        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void refusesAFolderThatIsNoBundleWithoutCopyingIt() throws Exception {
        Files.delete(bundle.resolve("model.yaml"));

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains("has no model.yaml");
    }

    @Test
    void passesAGoodModelAfterARefusedOne() throws Exception {
        send(new ModelChoice("file:/nowhere", "0".repeat(64)));
        send(new ModelChoice("unknown://nowhere", "0".repeat(64)));
        send(choice(bundle));

        assertThat(refused()).hasSize(2);
        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void leavesNoCopyOfABundleBehind() throws Exception {
        List<Path> before = copies();

        send(choice(bundle));
        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(copies()).isEqualTo(before);
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("flink-vision-model"))
                    .sorted().toList();
        }
    }

    private static ModelChoice choice(Path bundle) {
        return new ModelChoice(bundle.toUri().toString(), ModelBundle.read(bundle).digest());
    }

    private void send(ModelChoice choice) throws Exception {
        send(Optional.of(choice.toJson()));
    }

    private void send(Optional<byte[]> value) throws Exception {
        gate.processElement(new StreamRecord<>(new ImageRecord(
                new RecordCoordinates("models", 0, 0), Optional.of(ModelChoice.KEY.getBytes(UTF_8)), value,
                List.of())));
    }

    private DeadLetter onlyRefused() {
        assertThat(gate.extractOutputValues()).isEmpty();
        assertThat(refused()).hasSize(1);
        return refused().get(0);
    }

    private List<DeadLetter> refused() {
        return Optional.ofNullable(gate.getSideOutput(DeadLetters.TAG)).stream()
                .flatMap(letters -> letters.stream().map(StreamRecord::getValue))
                .toList();
    }
}
