package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {

    @TempDir
    Path folder;

    @Test
    void passesANetworkThatAnswers() {
        assertThatNoException().isThrownBy(() -> check(SmallBundle.write(folder.resolve("sound"), 32, 1, 2)));
    }

    @Test
    void refusesANetworkWhoseScoresAreNotFinite() {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> check(SmallBundle.write(folder.resolve("broken"), 32, 1, Float.NaN)))
                .withMessageContaining("score of class 1 (1) is NaN");
    }

    @Test
    void refusesScoresThatAreNoProbabilitiesWhereTheyAreToBe() throws Exception {
        Path bundle = SmallBundle.write(folder.resolve("wrong"), 32, 1, 2);
        Path description = bundle.resolve("model.yaml");
        Files.writeString(description, Files.readString(description) + "scores: probabilities\n");

        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> check(bundle))
                .withMessageContaining("not a probability");
    }

    @Test
    void givesUpOnALoopWithoutAnEndAndEndsIt() throws Exception {
        Path place = SmallBundle.write(folder.resolve("endless"), SmallNetwork.SIZE, 1, 2);
        Files.write(place.resolve("net.onnx"), endlessNetwork());
        ModelBundle bundle = ModelBundle.read(place);

        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> SelfCheck.load(bundle, new Device.Cpu(), Duration.ofSeconds(2)))
                .withMessageContaining("endless did not classify a picture within 2.0 s: it has a loop without an end");
        assertThatTheLoopEnds();
    }

    private static void assertThatTheLoopEnds() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("self-check of endless")) {
                thread.join(60_000);
                assertThat(thread.isAlive()).as("whether the loop goes on").isFalse();
            }
        }
    }

    @Test
    void endsWhenItsCallerIsInterrupted() throws Exception {
        Path place = SmallBundle.write(folder.resolve("long"), SmallNetwork.SIZE, 1, 2);
        Files.write(place.resolve("net.onnx"), endlessNetwork());
        ModelBundle bundle = ModelBundle.read(place);
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> SelfCheck.load(bundle, new Device.Cpu(), SelfCheck.TIME_LIMIT))
                .withMessageContaining("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void passesANetworkInTwoPartsThatAnswers() {
        assertThatNoException().isThrownBy(() -> checkFeatures(SmallBundle.write(folder.resolve("sound"), 32, 1, 2)));
    }

    @Test
    void refusesATailWhoseScoresAreNotFinite() {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> checkFeatures(SmallBundle.write(folder.resolve("broken"), 32, 1, Float.NaN)))
                .withMessageContaining("score of class 1 (1) is NaN");
    }

    @Test
    void refusesANetworkThatMixesThePicturesOfABatch() throws Exception {
        Path place = SmallBundle.write(folder.resolve("mixed"), SmallNetwork.SIZE, 1, 2);
        GraphProto.Builder graph = SmallNetwork.graph(new float[6], new float[2])
                .addInitializer(TensorProto.newBuilder().setName("batch").setDataType(DataType.INT64_VALUE).addDims(1)
                        .addInt64Data(0))
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, SmallNetwork.SIZE, SmallNetwork.SIZE))
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 2));
        graph.setNode(0, SmallNetwork.node("GlobalAveragePool", "pooled", "mixed"))
                .addNode(0, SmallNetwork.node("Add", "mixed", "input", "sum"))
                .addNode(0, SmallNetwork.node("ReduceSum", "sum", "input", "batch"));
        Files.write(place.resolve("net.onnx"), SmallNetwork.model(graph));

        assertThatExceptionOfType(InferenceException.class).isThrownBy(() -> checkFeatures(place))
                .withMessage("The network of mixed gives a picture other features among others than alone");
    }

    @Test
    void givesUpOnAnEndlessTail() throws Exception {
        Path place = SmallBundle.write(folder.resolve("endless"), SmallNetwork.SIZE, 1, 2);
        Files.write(place.resolve("net.onnx"), endlessNetwork());
        ModelBundle bundle = ModelBundle.read(place);

        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> SelfCheck.loadFeatures(bundle, new Device.Cpu(), Duration.ofSeconds(2)))
                .withMessageContaining("endless did not classify a picture within 2.0 s");
        assertThatTheLoopEnds();
    }

    /** A loop of as many rounds as a number can say. */
    private static byte[] endlessNetwork() {
        GraphProto body = GraphProto.newBuilder().setName("body")
                .addInput(SmallNetwork.value("round", DataType.INT64))
                .addInput(SmallNetwork.value("goes on", DataType.BOOL))
                .addInput(SmallNetwork.value("before", DataType.FLOAT, -1, -1))
                .addNode(SmallNetwork.node("Identity", "goes on again", "goes on"))
                .addNode(SmallNetwork.node("Neg", "after", "before"))
                .addOutput(SmallNetwork.value("goes on again", DataType.BOOL))
                .addOutput(SmallNetwork.value("after", DataType.FLOAT, -1, -1))
                .build();
        return SmallNetwork.model(SmallNetwork.graph(new float[6], new float[2])
                .addInitializer(TensorProto.newBuilder().setName("yes").setDataType(DataType.BOOL_VALUE)
                        .addInt32Data(1))
                .addInitializer(TensorProto.newBuilder().setName("rounds").setDataType(DataType.INT64_VALUE)
                        .addInt64Data(Long.MAX_VALUE))
                .addNode(SmallNetwork.node("Loop", "looped", "rounds", "yes", "logits").toBuilder()
                        .addAttribute(AttributeProto.newBuilder().setName("body")
                                .setType(AttributeProto.AttributeType.GRAPH).setG(body)))
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, SmallNetwork.SIZE, SmallNetwork.SIZE))
                .addOutput(SmallNetwork.value("looped", DataType.FLOAT, -1, 2)));
    }

    private static void checkFeatures(Path folder) {
        SelfCheck.loadFeatures(ModelBundle.read(folder), new Device.Cpu(), SelfCheck.TIME_LIMIT).close();
    }

    private static void check(Path folder) {
        SelfCheck.load(ModelBundle.read(folder), new Device.Cpu(), SelfCheck.TIME_LIMIT).close();
    }
}
