package io.flinkvision.core.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkvision.core.inference.SmallNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PooledCutTest {

    private static final int CHANNELS = 4;

    private final GraphProto.Builder graph = GraphProto.newBuilder()
            .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, 32, 32))
            .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 2));
    private final GraphWriter writer = new GraphWriter(graph);

    /** A convolution, an average, and a linear layer. */
    private PooledCutTest withPool(Consumer<GraphWriter> pool) {
        convolution("conv", "input");
        writer.node("Relu", "activated", List.of("conv"));
        pool.accept(writer);
        classifier("pooled");
        return this;
    }

    private void convolution(String name, String input) {
        writer.floats(name + ".weight", new float[CHANNELS * 3], CHANNELS, 3, 1, 1);
        writer.node("Conv", name, List.of(input, name + ".weight"));
    }

    private void classifier(String input) {
        writer.floats("weight", new float[2 * CHANNELS], 2, CHANNELS);
        writer.floats("bias", new float[2], 2);
        writer.node("Flatten", "flat", List.of(input));
        writer.node("Gemm", "logits", List.of("flat", "weight", "bias"), GraphWriter.integer("transB", 1));
    }

    @Test
    void givesEachPartItsOwnNodesAndWeights() throws InvalidProtocolBufferException {
        PooledCut cut = withPool(PooledCutTest::globalAverage).cut();

        GraphProto backbone = ModelProto.parseFrom(cut.backbone()).getGraph();
        assertThat(backbone.getNodeList()).extracting(NodeProto::getName).containsExactly("conv", "activated", "pooled");
        assertThat(backbone.getInitializerList()).extracting(TensorProto::getName).containsExactly("conv.weight");
        assertThat(backbone.getInputList()).containsExactly(graph.getInput(0));
        assertThat(backbone.getOutputList())
                .containsExactly(SmallNetwork.value("pooled", DataType.FLOAT, -1, CHANNELS, 1, 1));
        GraphProto tail = ModelProto.parseFrom(cut.tail()).getGraph();
        assertThat(tail.getNodeList()).extracting(NodeProto::getName).containsExactly("flat", "logits");
        assertThat(tail.getInitializerList()).extracting(TensorProto::getName).containsExactly("weight", "bias");
        assertThat(tail.getInputList()).isEqualTo(backbone.getOutputList());
        assertThat(tail.getOutputList()).containsExactly(graph.getOutput(0));
        assertThat(cut.features()).isEqualTo(CHANNELS);
        assertThat(cut.shape()).containsExactly(1, CHANNELS, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void takesAMeanOverHeightAndWidthWithItsAxesAsAttribute(long keepDimensions) {
        PooledCut cut = withPool(nodes -> nodes.node("ReduceMean", "pooled", List.of("activated"), axes(2, 3),
                GraphWriter.integer("keepdims", keepDimensions))).cut();

        assertThat(cut.shape()).isEqualTo(
                keepDimensions == 0 ? new long[] {1, CHANNELS} : new long[] {1, CHANNELS, 1, 1});
    }

    @Test
    void takesAMeanWhoseAxesAreAnInitializer() {
        ByteBuffer axes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(-1).putLong(-2);
        PooledCut cut = withPool(nodes -> {
            nodes.initializer("axes", DataType.INT64_VALUE, axes.array(), 2);
            nodes.node("ReduceMean", "pooled", List.of("activated", "axes"));
        }).cut();

        assertThat(cut.shape()).containsExactly(1, CHANNELS, 1, 1);
    }

    @Test
    void takesAMeanWhoseAxesAreANodesConstant() throws InvalidProtocolBufferException {
        PooledCut cut = withPool(nodes -> {
            nodes.node("Constant", "axes", List.of(), AttributeProto.newBuilder()
                    .setName("value").setType(AttributeProto.AttributeType.TENSOR)
                    .setT(TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addDims(2)
                            .addInt64Data(2).addInt64Data(3)).build());
            nodes.node("ReduceMean", "pooled", List.of("activated", "axes"));
        }).cut();

        assertThat(cut.features()).isEqualTo(CHANNELS);
        assertThat(ModelProto.parseFrom(cut.backbone()).getGraph().getNodeList())
                .extracting(NodeProto::getName).contains("axes");
        assertThat(ModelProto.parseFrom(cut.tail()).getGraph().getNodeList())
                .extracting(NodeProto::getName).doesNotContain("axes");
    }

    @Test
    void takesTheLastOfSeveralAverages() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "first");
        writer.node("Relu", "again", List.of("first"));
        globalAverage(writer, "again", "pooled");
        classifier("pooled");

        assertThat(names(cut().backbone())).containsExactly("conv", "first", "again", "pooled");
    }

    @Test
    void passesOverTheAveragesOfSqueezeAndExcite() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "squeezed");
        writer.node("Mul", "excited", List.of("conv", "squeezed"));
        globalAverage(writer, "excited", "pooled");
        // The tail squeezes the pooled features, too.
        globalAverage(writer, "pooled", "squeezed again");
        writer.node("Mul", "excited again", List.of("pooled", "squeezed again"));
        classifier("excited again");

        PooledCut cut = cut();

        assertThat(names(cut.backbone())).containsExactly("conv", "squeezed", "excited", "pooled");
        assertThat(cut.features()).isEqualTo(CHANNELS);
    }

    @Test
    void refusesASidePathAroundTheAverage() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "pooled");
        writer.node("MaxPool", "largest", List.of("conv"), ints("kernel_shape", 32, 32));
        writer.node("Add", "both", List.of("pooled", "largest"));
        classifier("both");

        assertRefused("a side path leads around 'pooled', the last average over height and width on the way to its"
                + " output");
    }

    @Test
    void refusesASidePathFromTheInputItself() {
        globalAverage(writer, "input", "pooled");
        writer.node("MaxPool", "largest", List.of("input"), ints("kernel_shape", 32, 32));
        writer.node("Add", "both", List.of("pooled", "largest"));
        classifier("both");

        assertRefused("a side path leads around 'pooled'");
    }

    /** What the subgraphs of a node read is not among its inputs. */
    @Test
    void refusesASidePathThroughASubgraph() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "pooled");
        GraphProto branch = GraphProto.newBuilder()
                .addNode(SmallNetwork.node("GlobalMaxPool", "largest", "conv"))
                .addNode(SmallNetwork.node("Add", "both inside", "largest", "pooled"))
                .addOutput(SmallNetwork.value("both inside", DataType.FLOAT, -1, CHANNELS, 1, 1))
                .build();
        writer.initializer("condition", DataType.BOOL_VALUE, new byte[] {1});
        writer.node("If", "both", List.of("condition"), branch("then_branch", branch), branch("else_branch", branch));
        classifier("both");

        assertRefused("a side path leads around 'pooled'");
    }

    @Test
    void refusesANetworkWithoutAnAverage() {
        convolution("conv", "input");
        classifier("conv");

        assertRefused("no GlobalAveragePool, nor ReduceMean over the axes 2 and 3, is on the way to its output");
    }

    @Test
    void takesNoMeanOverOtherAxes() {
        withPool(nodes -> nodes.node("ReduceMean", "pooled", List.of("activated"), axes(1)));

        assertRefused("no GlobalAveragePool, nor ReduceMean over the axes 2 and 3");
    }

    @Test
    void takesNoAverageThatTheOutputDoesNotDependOn() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "unused");
        classifier("conv");

        assertRefused("no GlobalAveragePool");
    }

    @Test
    void refusesAnAverageThatIsTheOutput() {
        convolution("conv", "input");
        globalAverage(writer, "conv", "logits");

        assertRefused("'logits', its output, is the average itself");
    }

    @Test
    void findsTheFeaturesOfAnyActivationAndQuantisation() {
        writer.initializer("conv.weight", DataType.INT8_VALUE, new byte[CHANNELS * 3], CHANNELS, 3, 1, 1);
        writer.floats("scale", new float[] {1});
        writer.node("DequantizeLinear", "conv.dequantised", List.of("conv.weight", "scale"));
        writer.node("Conv", "conv", List.of("input", "conv.dequantised"));
        writer.floats("three", new float[] {3});
        writer.node("Add", "shifted", List.of("three", "conv"));
        writer.node("Clip", "clipped", List.of("shifted"));
        writer.node("Mul", "swished", List.of("clipped", "conv"));
        writer.node("QuantizeLinear", "swished.quantised", List.of("swished", "scale"));
        writer.node("DequantizeLinear", "swished.dequantised", List.of("swished.quantised", "scale"));
        globalAverage(writer, "swished.dequantised", "pooled");
        classifier("pooled");

        assertThat(cut().features()).isEqualTo(CHANNELS);
    }

    @Test
    void findsTheFeaturesInDeclaredShapesWhereNoLayerShowsThem() {
        convolution("conv", "input");
        writer.node("SpaceToDepth", "deep", List.of("conv"), GraphWriter.integer("blocksize", 2));
        globalAverage(writer, "deep", "pooled");
        classifier("pooled");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> cut().features())
                .withMessageContaining("network: the number of channels of 'deep', which the pooled features are the"
                        + " averages of, is not to be seen");

        graph.addValueInfo(SmallNetwork.value("deep", DataType.FLOAT, -1, 16, 16, 16));
        assertThat(cut().features()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 70_000})
    void refusesNumbersOfFeaturesThatNoNetworkHas(int features) {
        withPool(PooledCutTest::globalAverage);
        graph.addValueInfo(SmallNetwork.value("pooled", DataType.FLOAT, -1, features, 1, 1));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> cut().features())
                .withMessageStartingWith("network: " + features + " pooled features are not supported");
    }

    @Test
    void endsOnANetworkWhoseNodesGoRoundInACircle() {
        writer.node("Add", "first", List.of("second", "input"));
        writer.node("Relu", "second", List.of("first"));
        globalAverage(writer, "second", "pooled");
        classifier("pooled");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> cut().features())
                .withMessageContaining("is not to be seen in the graph");
    }

    @Test
    void keepsABatchOfOne() throws InvalidProtocolBufferException {
        graph.setInput(0, SmallNetwork.value("input", DataType.FLOAT, 1, 3, 32, 32));

        PooledCut cut = withPool(PooledCutTest::globalAverage).cut();

        ValueInfoProto pooled = ModelProto.parseFrom(cut.backbone()).getGraph().getOutput(0);
        assertThat(pooled).isEqualTo(SmallNetwork.value("pooled", DataType.FLOAT, 1, CHANNELS, 1, 1));
    }

    /** As models before the fourth version of the format do. */
    @Test
    void keepsInitializersAmongTheInputs() throws InvalidProtocolBufferException {
        graph.addInput(SmallNetwork.value("conv.weight", DataType.FLOAT, CHANNELS, 3, 1, 1));
        graph.addInput(SmallNetwork.value("weight", DataType.FLOAT, 2, CHANNELS));

        PooledCut cut = withPool(PooledCutTest::globalAverage).cut();

        assertThat(ModelProto.parseFrom(cut.backbone()).getGraph().getInputList())
                .extracting(ValueInfoProto::getName).containsExactly("input", "conv.weight");
        assertThat(ModelProto.parseFrom(cut.tail()).getGraph().getInputList())
                .extracting(ValueInfoProto::getName).containsExactly("pooled", "weight");
    }

    @Test
    void refusesTwoInputsAndBytesThatAreNoModel() {
        withPool(PooledCutTest::globalAverage);
        graph.addInput(SmallNetwork.value("mask", DataType.FLOAT, -1, 1));

        assertThatExceptionOfType(ModelException.class).isThrownBy(this::cut)
                .withMessage("network: an image classifier has one input, but this model has [input, mask]");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> PooledCut.of("network", "no model".getBytes(UTF_8)))
                .withMessageStartingWith("network is not an ONNX model");
    }

    private PooledCut cut() {
        return PooledCut.of("network", SmallNetwork.model(graph));
    }

    private void assertRefused(String reason) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(this::cut)
                .withMessageStartingWith("network: the network has no pooled features to apply heads to: " + reason);
    }

    private static void globalAverage(GraphWriter writer) {
        globalAverage(writer, "activated", "pooled");
    }

    private static void globalAverage(GraphWriter writer, String input, String output) {
        writer.node("GlobalAveragePool", output, List.of(input));
    }

    private static AttributeProto axes(long... axes) {
        return ints("axes", axes);
    }

    private static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static AttributeProto branch(String name, GraphProto graph) {
        return AttributeProto.newBuilder()
                .setName(name).setType(AttributeProto.AttributeType.GRAPH).setG(graph).build();
    }

    private static List<String> names(byte[] onnx) {
        try {
            return ModelProto.parseFrom(onnx).getGraph().getNodeList().stream().map(NodeProto::getName).toList();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
