package io.flinkvision.core.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.flinkvision.core.system.ProcessMemory;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OnnxRuntimeSessionTest {

    private static final int SIZE = SmallNetwork.SIZE;
    private static final ValueInfoProto INPUT = SmallNetwork.value("input", DataType.FLOAT, -1, 3, SIZE, SIZE);
    private static final ValueInfoProto LOGITS = SmallNetwork.value("logits", DataType.FLOAT, -1, 2);

    @Test
    void computesTheLogitsOfEachInput() {
        byte[] network = SmallNetwork.of(new float[] {1, 0, 0, 0, 2, 3}, new float[] {0.5f, -1});
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(network, SIZE, 2)) {
            fill(session, 0, 4, 8, 16);
            session.run();
            assertThat(new float[] {session.output().get(0), session.output().get(1)}).containsExactly(4.5f, 63);

            fill(session, 0, -1, 0, 1);
            session.run();
            assertThat(new float[] {session.output().get(0), session.output().get(1)}).containsExactly(-0.5f, 2);
        }
    }

    @Test
    void computesTheRowsOfSeveralInputsInOneRun() {
        byte[] network = SmallNetwork.of(new float[] {1, 0, 0, 0, 2, 3}, new float[] {0.5f, -1});
        try (OnnxRuntimeSession session = several(network)) {
            assertThat(session.maxRows()).isEqualTo(3);
            for (int row = 0; row < 3; row++) {
                fill(session, row, 1 + row, 8, 16);
            }
            session.run(3);
            assertThat(output(session)).containsExactly(1.5f, 63, 2.5f, 63, 3.5f, 63);

            fill(session, 0, 7, 0, 1);
            fill(session, 1, 9, 0, 1);
            session.run(2);
            // The third row is that of the run before.
            assertThat(output(session)).containsExactly(7.5f, 2, 9.5f, 2, 3.5f, 63);
            assertThat(session.runs()).isEqualTo(2);
        }
    }

    @Test
    void takesOneRowAtATimeWhereTheNetworkDoes() {
        byte[] network = network(SmallNetwork.value("input", DataType.FLOAT, 1, 3, SIZE, SIZE),
                SmallNetwork.value("logits", DataType.FLOAT, 1, 2));
        try (OnnxRuntimeSession session = several(network)) {
            assertThat(session.maxRows()).isEqualTo(1);
            assertThat(session.input().limit()).isEqualTo(3 * SIZE * SIZE);
        }
    }

    private static OnnxRuntimeSession several(byte[] network) {
        return OnnxRuntimeSession.load(network, OnnxRuntimeSession.imageShapes(SIZE),
                OnnxRuntimeSession.columnShapes(2), 3, new Device.Cpu());
    }

    private static float[] output(OnnxRuntimeSession session) {
        float[] output = new float[session.output().limit()];
        session.output().get(0, output);
        return output;
    }

    @Test
    void takesABatchOfOneAndOpenRowsAndColumns() {
        assertLoads(
                SmallNetwork.value("input", DataType.FLOAT, 1, 3, -1, -1),
                SmallNetwork.value("logits", DataType.FLOAT, 1, 2));
    }

    @Test
    void takesChannelsAtTheEnd() {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("last")
                .addNode(SmallNetwork.node("Transpose", "planes", "input").toBuilder().addAttribute(
                        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS)
                                .addInts(0).addInts(3).addInts(1).addInts(2)))
                .addNode(SmallNetwork.node("GlobalAveragePool", "scores", "planes"))
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, SIZE, SIZE, 3))
                .addOutput(SmallNetwork.value("scores", DataType.FLOAT, -1, 3, 1, 1));
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(SmallNetwork.model(graph), SIZE, 3)) {
            assertThat(session.layout()).isEqualTo(InputLayout.CHANNELS_LAST);
            for (int i = 0; i < 3 * SIZE * SIZE; i++) {
                session.input().put(i, 1 + i % 3);
            }
            session.run();
            assertThat(new float[] {session.output().get(0), session.output().get(1), session.output().get(2)})
                    .containsExactly(1, 2, 3);
        }
    }

    @Test
    void refusesBytesThatAreNoNetwork() {
        byte[] network = SmallNetwork.ofConstantLogits(1, 2);
        for (byte[] bytes : new byte[][] {
            {}, {1, 2, 3}, "not a network at all".getBytes(UTF_8),
            Arrays.copyOf(network, network.length / 2)
        }) {
            assertRefused(bytes, "ONNX Runtime cannot load the network: ");
        }
    }

    @Test
    void namesBothShapesOfAnInputThatDoesNotFit() {
        assertRefused(network(SmallNetwork.value("input", DataType.FLOAT, -1, 3, 64, 64), LOGITS),
                "The network's input 'input' has the shape [-1, 3, 64, 64], not [1, 3, 32, 32] or [1, 32, 32, 3]");
        assertRefused(network(
                SmallNetwork.value("input", DataType.FLOAT, 2, 3, SIZE, SIZE),
                SmallNetwork.value("logits", DataType.FLOAT, 2, 2)),
                "The network's input 'input' has the shape [2, 3, 32, 32], not [1, 3, 32, 32] or [1, 32, 32, 3]");
    }

    @Test
    void namesBothShapesOfAnOutputThatDoesNotFit() {
        assertRefused(SmallNetwork.ofConstantLogits(1, 2, 3),
                "The network's output 'logits' has the shape [-1, 3], not [1, 2] or [1, 2, 1, 1]");
        GraphProto.Builder unflattened = GraphProto.newBuilder()
                .setName("unflattened")
                .addNode(SmallNetwork.node("GlobalAveragePool", "logits", "input"))
                .addInput(INPUT)
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 3, 1, 1));
        assertRefused(SmallNetwork.model(unflattened),
                "The network's output 'logits' has the shape [-1, 3, 1, 1], not [1, 2] or [1, 2, 1, 1]");
    }

    @Test
    void refusesNetworksOfTwoOutputsOrInputs() {
        assertRefused(
                SmallNetwork.model(graph().addInput(INPUT).addOutput(LOGITS)
                        .addOutput(SmallNetwork.value("flat", DataType.FLOAT, -1, 3))),
                "The network must have one output, but it has [logits, flat]");
        assertRefused(
                SmallNetwork.model(graph().addInput(INPUT).addOutput(LOGITS)
                        .addInput(SmallNetwork.value("second", DataType.FLOAT, 1))),
                "The network must have one input, but it has [input, second]");
    }

    @Test
    void refusesAnOutputThatIsNoFloat() {
        GraphProto.Builder graph = graph()
                .addNode(SmallNetwork.node("Cast", "scores", "logits").toBuilder()
                        .addAttribute(AttributeProto.newBuilder().setName("to")
                                .setType(AttributeProto.AttributeType.INT).setI(DataType.INT64.getNumber())))
                .addInput(INPUT)
                .addOutput(SmallNetwork.value("scores", DataType.INT64, -1, 2));

        assertRefused(SmallNetwork.model(graph), "The network's output 'scores' must be a float tensor, but is ");
    }

    @Test
    void saysThatItIsClosedAndClosesOnce() {
        OnnxRuntimeSession session = OnnxRuntimeSession.load(SmallNetwork.ofConstantLogits(1, 2), SIZE, 2);
        session.close();
        session.close();

        assertThatIllegalStateException().isThrownBy(session::input).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(session::output).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(session::run).withMessageContaining("closed");
    }

    /** The library of the build is the one without CUDA. */
    @Test
    void saysWhatAGpuNeeds() {
        byte[] network = SmallNetwork.ofConstantLogits(1, 2);

        assertThatThrownBy(() -> OnnxRuntimeSession.load(network, SIZE, 2, new Device.Cuda(3)))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("cannot use GPU 3").hasMessageContaining("onnxruntime_gpu");
    }

    /** Of all tensors, ONNX Runtime reads the values of sparse ones out of files for a model that it gets as bytes. */
    @Test
    void showsANetworkNoFileOfTheWorkingFolder() throws IOException {
        Path secret = Files.write(Path.of("target/secret-" + System.nanoTime()), new byte[8]);
        try {
            SparseTensorProto sparse = SparseTensorProto.newBuilder()
                    .setValues(TensorProto.newBuilder().setName("bias").setDataType(DataType.FLOAT_VALUE).addDims(2)
                            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                            .addExternalData(StringStringEntryProto.newBuilder()
                                    .setKey("location").setValue(secret.toString())))
                    .setIndices(TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addDims(2)
                            .addInt64Data(0).addInt64Data(1))
                    .addDims(2)
                    .build();
            ModelProto.Builder initializer = withoutBias();
            initializer.getGraphBuilder().addSparseInitializer(sparse);
            ModelProto.Builder constant = withoutBias();
            constant.getGraphBuilder().addNode(0, SmallNetwork.node("Constant", "bias").toBuilder()
                    .addAttribute(AttributeProto.newBuilder().setName("sparse_value")
                            .setType(AttributeProto.AttributeType.SPARSE_TENSOR).setSparseTensor(sparse)));

            assertRefused(initializer.build().toByteArray(), "ONNX Runtime cannot load the network: ");
            assertRefused(constant.build().toByteArray(), "ONNX Runtime cannot load the network: ");
        } finally {
            Files.delete(secret);
        }
    }

    private static ModelProto.Builder withoutBias() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(SmallNetwork.ofConstantLogits(1, 2)).toBuilder();
        model.getGraphBuilder().removeInitializer(1);
        return model;
    }

    /** The first bytes of ONNX Runtime's own format, which holds what the checks of an ONNX model do not see. */
    @Test
    void takesNothingForOnnxRuntimesOwnFormat() {
        byte[] network = SmallNetwork.ofConstantLogits(1, 2);
        byte[] disguised = new byte[network.length + 10];
        System.arraycopy(new byte[] {0x08, 0x08, 0x12, 6, 'O', 'R', 'T', 'M', 'x', 'x'}, 0, disguised, 0, 10);
        System.arraycopy(network, 0, disguised, 10, network.length);

        OnnxRuntimeSession.load(disguised, SIZE, 2).close();
    }

    /** A session left behind would keep eight megabytes of weights. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesNoNativeMemoryBehindWhenANetworkIsRefusedOrClosed() throws IOException {
        byte[] network = SmallNetwork.ofConstantLogits(new float[500_000]);
        assertRefused(network, "[-1, 500000], not [1, 2] or [1, 2, 1, 1]");
        OnnxRuntimeSession.load(network, SIZE, 500_000).close();
        long before = residentMegabytes();
        for (int i = 0; i < 60; i++) {
            assertRefused(network, "[-1, 500000], not [1, 2] or [1, 2, 1, 1]");
            OnnxRuntimeSession.load(network, SIZE, 500_000).close();
        }

        assertThat(residentMegabytes() - before).isLessThan(300);
    }

    private static long residentMegabytes() {
        return ProcessMemory.RESIDENT.bytes().orElseThrow() >> 20;
    }

    private static void fill(OnnxRuntimeSession session, int row, float... channels) {
        for (int i = 0; i < 3 * SIZE * SIZE; i++) {
            session.input().put(row * 3 * SIZE * SIZE + i, channels[i / (SIZE * SIZE)]);
        }
    }

    private static GraphProto.Builder graph() {
        return SmallNetwork.graph(new float[6], new float[2]);
    }

    private static byte[] network(ValueInfoProto input, ValueInfoProto output) {
        return SmallNetwork.model(graph().addInput(input).addOutput(output));
    }

    private static void assertLoads(ValueInfoProto input, ValueInfoProto output) {
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(network(input, output), SIZE, 2)) {
            session.run();
            assertThat(session.output().get(1)).isZero();
        }
    }

    private static void assertRefused(byte[] network, String message) {
        assertThatExceptionOfType(InferenceException.class)
                .isThrownBy(() -> OnnxRuntimeSession.load(network, SIZE, 2))
                .withMessageContaining(message);
    }
}
