package io.flinkvision.core.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.weights.OnnxModel.ImageInput;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {

    @TempDir
    Path folder;

    @Test
    void tellsWhatAModelSaysOfItself() throws IOException {
        ModelProto model = model(SmallNetwork.value("pixels", DataType.FLOAT, -1, 3, 32, 32),
                SmallNetwork.value("logits", DataType.FLOAT, -1, 2)).toBuilder()
                .addMetadataProps(StringStringEntryProto.newBuilder().setKey("author").setValue("somebody")).build();

        OnnxModel read = OnnxModel.read(write(model));

        assertThat(read.inputs()).singleElement().hasToString("pixels: float [?, 3, 32, 32]");
        assertThat(read.outputs()).singleElement().hasToString("logits: float [?, 2]");
        assertThat(read.nodes()).isEqualTo(3);
        assertThat(read.parameters()).isEqualTo(2 * 3 + 2);
        assertThat(read.imageInput()).isEqualTo(new ImageInput(InputLayout.CHANNELS_FIRST, OptionalInt.of(32)));
        assertThat(read.classes()).hasValue(2);
        assertThat(read.metadata()).containsOnlyKeys("author");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-1 3 32 32 | CHANNELS_FIRST | 32", "1 3 299 299 | CHANNELS_FIRST | 299", "-1 3 -1 -1 | CHANNELS_FIRST | -1",
        "-1 224 224 3 | CHANNELS_LAST | 224", "1 -1 -1 3 | CHANNELS_LAST | -1", "-1 3 -1 160 | CHANNELS_FIRST | 160"
    })
    void findsTheLayoutAndTheSizeOfAnImageInput(String shape, InputLayout layout, int size) throws IOException {
        ImageInput input = OnnxModel.read(write(model(value("input", shape), value("output", "-1 2")))).imageInput();

        assertThat(input.layout()).isEqualTo(layout);
        assertThat(input.size().orElse(-1)).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"-1 2 -1 -1, 2", "1 7, 7", "-1 5 1 1, 5", "-1 -1, -1", "'', -1"})
    void findsTheClassesOfAScoreOutput(String shape, int classes) throws IOException {
        OnnxModel model = OnnxModel.read(write(model(value("input", "-1 3 32 32"), value("output", shape))));

        assertThat(model.classes().orElse(-1)).isEqualTo(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1 1 28 28", "8 3 32 32", "-1 4 32 32", "3 32 32", "-1 -1 32 32", ""})
    void refusesAnInputThatIsNoPicture(String shape) throws IOException {
        OnnxModel model = OnnxModel.read(write(model(value("x", shape), value("output", "-1 2"))));

        assertThatExceptionOfType(ModelException.class).isThrownBy(model::imageInput)
                .withMessageStartingWith(folder.resolve("model.onnx") + ": the input x: float ")
                .withMessageContaining("[n, 3, size, size] or [n, size, size, 3]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1 2 3", "8 2", "2", "-1 2 7 7", "-1 0"})
    void refusesAnOutputThatIsNoScoreForEachClass(String shape) throws IOException {
        OnnxModel model = OnnxModel.read(write(model(value("input", "-1 3 32 32"), value("y", shape))));

        assertThatExceptionOfType(ModelException.class).isThrownBy(model::classes)
                .withMessageContaining("the output y: float ").withMessageContaining("[n, classes]");
    }

    @Test
    void refusesPicturesThatAreNotSquare() throws IOException {
        OnnxModel model = OnnxModel.read(write(model(value("input", "-1 3 32 64"), value("output", "-1 2"))));

        assertThatExceptionOfType(ModelException.class).isThrownBy(model::imageInput).withMessageContaining("square");
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, float16", "UINT8, uint8", "DOUBLE, double"})
    void refusesOtherNumbersThan32BitFloats(DataType type, String name) throws IOException {
        OnnxModel model = OnnxModel.read(write(model(
                SmallNetwork.value("x", type, -1, 3, 32, 32), SmallNetwork.value("y", type, -1, 2))));

        assertThatExceptionOfType(ModelException.class).isThrownBy(model::imageInput)
                .withMessageContaining("x: " + name + " [?, 3, 32, 32] is not of 32-bit floats; convert the model");
        assertThatExceptionOfType(ModelException.class).isThrownBy(model::classes).withMessageContaining("32-bit");
    }

    @Test
    void namesAllInputsWhereThereAreSeveral() throws IOException {
        GraphProto graph = SmallNetwork.graph(new float[6], new float[2])
                .addInput(value("left", "-1 3 32 32")).addInput(value("right", "-1 3 32 32"))
                .addOutput(value("output", "-1 2")).build();
        OnnxModel model = OnnxModel.read(write(of(graph.toBuilder())));

        assertThatExceptionOfType(ModelException.class).isThrownBy(model::imageInput)
                .withMessageContainingAll("one input", "has 2: left: ", "right: ");
    }

    /** As files of the format's version 3 and older have it. */
    @Test
    void takesNoWeightForAnInput() throws IOException {
        GraphProto graph = SmallNetwork.graph(new float[6], new float[2])
                .addInput(value("input", "-1 3 32 32")).addInput(value("weight", "2 3"))
                .addOutput(value("logits", "-1 2")).build();

        assertThat(OnnxModel.read(write(of(graph.toBuilder()))).inputs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"Softmax, PROBABILITIES", "Sigmoid, PROBABILITIES", "LogSoftmax, LOGITS", "Relu, LOGITS"})
    void tellsProbabilitiesByTheLastOperator(String operator, Scores scores) throws IOException {
        GraphProto.Builder graph = SmallNetwork.graph(new float[6], new float[2])
                .addInput(value("input", "-1 3 32 32"))
                .addNode(SmallNetwork.node(operator, "last", "logits"))
                .addNode(SmallNetwork.node("Identity", "output", "last"))
                .addOutput(value("output", "-1 2"));

        assertThat(OnnxModel.read(write(of(graph))).scores()).isEqualTo(scores);
    }

    @Test
    void refusesWeightsInOtherFiles() throws IOException {
        GraphProto.Builder graph = SmallNetwork.graph(new float[6], new float[2])
                .addInitializer(TensorProto.newBuilder().setName("far").setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(StringStringEntryProto.newBuilder()
                                .setKey("location").setValue("../../../etc/passwd")));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(write(of(graph))))
                .withMessageContaining("tensor far lies in another file");
    }

    @Test
    void refusesFilesThatAreNoModel() throws IOException {
        byte[] sound = SmallNetwork.ofConstantLogits(1, 2);
        for (byte[] bytes : List.of(new byte[0], "no model at all".getBytes(UTF_8),
                Arrays.copyOf(sound, sound.length / 2))) {
            Path file = Files.write(folder.resolve("model.onnx"), bytes);
            assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(file))
                    .withMessageStartingWith(file + " is not an ONNX model");
        }
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> OnnxModel.read(folder.resolve("none.onnx")))
                .withMessageContaining("there is no such file");
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(folder))
                .withMessageContaining("is a folder");
    }

    private static ModelProto model(ValueInfoProto input, ValueInfoProto output) throws IOException {
        return of(SmallNetwork.graph(new float[6], new float[2]).addInput(input).addOutput(output));
    }

    private static ModelProto of(GraphProto.Builder graph) throws IOException {
        return ModelProto.parseFrom(SmallNetwork.model(graph));
    }

    /** @param shape dimensions between spaces, -1 for an open one */
    private static ValueInfoProto value(String name, String shape) {
        int[] dimensions = shape.isBlank()
                ? new int[0]
                : List.of(shape.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
        return SmallNetwork.value(name, DataType.FLOAT, dimensions);
    }

    private Path write(ModelProto model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }
}
