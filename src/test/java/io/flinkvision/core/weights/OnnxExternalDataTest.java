package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.bundle.NewBundle;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.system.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxExternalDataTest {

    private static final float[] BIAS = {0.25f, 8};

    @TempDir
    Path folder;

    private Path file;
    private Path data;

    /** What a place in a model is called, and how a tensor gets there. */
    private record Spot(String name, BiConsumer<ModelProto.Builder, TensorProto> put) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void writeData() throws IOException {
        file = folder.resolve("net.onnx");
        data = Files.write(folder.resolve("net.onnx.data"), ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1).putFloat(BIAS[0]).putFloat(BIAS[1]).putInt(-1).array());
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.onnx.data", "./net.onnx.data"})
    void makesOneModelOfTheFileAndTheDataBesideIt(String location) throws IOException {
        Files.write(file, network(external(location, "4", "8")).toByteArray());

        ModelImport.Result result = ModelImport.read(request());
        ModelBundle bundle = written(result);

        assertThat(result.remarks()).contains("The weights in net.onnx.data become part of the bundle's model");
        assertThat(OnnxModelReader.parse(bundle.weights().file())).isEqualTo(network(TensorProto.newBuilder()
                .setName("bias").setDataType(DataType.FLOAT_VALUE).addDims(2)
                .setRawData(ByteString.copyFrom(Files.readAllBytes(data), 4, 8)).build()));
        assertThat(bundle.folder().resolve("model.yaml")).content().startsWith("# Made of net.onnx, SHA-256 "
                + Sha256.of(file) + " and of net.onnx.data, SHA-256 " + Sha256.of(data) + ".\n");
        try (Classifier classifier = Classifier.load(bundle)) {
            RgbImage black = new RgbImage(SmallNetwork.SIZE, SmallNetwork.SIZE,
                    new byte[3 * SmallNetwork.SIZE * SmallNetwork.SIZE]);
            assertThat(classifier.classify(black, 1).get(0).index()).isEqualTo(1);
        }
    }

    @Test
    void hasADigestThatCoversTheData() throws IOException {
        Files.write(file, network(external("net.onnx.data", "4", "8")).toByteArray());
        String digest = written(ModelImport.read(request())).digest();
        byte[] changed = Files.readAllBytes(data);
        changed[4]++;
        Files.write(data, changed);

        assertThat(written(ModelImport.read(request())).digest()).isNotEqualTo(digest);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "../net.onnx.data | 0 | 8 | which is not a file beside the model",
        "/etc/passwd | 0 | 8 | which is not a file beside the model",
        "sub/net.data | 0 | 8 | which is not a file beside the model",
        ".. | 0 | 8 | which is not a file beside the model",
        "'' | 0 | 8 | which is not a file beside the model",
        "other.data | 0 | 8 | which is not beside the model; put it there",
        "sub | 0 | 8 | which is not a plain file",
        "link | 0 | 8 | which is not a plain file",
        "net.onnx.data | 12 | 8 | has 8 bytes from byte 12 of net.onnx.data on, which has only 16",
        "net.onnx.data | -1 | 8 | has the offset '-1', which is not a byte count",
        "net.onnx.data | 0 | 9223372036854775807 | which has only 16",
        "net.onnx.data | 0 | x | has the length 'x'"})
    void readsNothingButAPlainFileBesideTheModel(String location, String offset, String length, String message)
            throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("link"), data);
        Files.write(file, network(external(location, offset, length)).toByteArray());

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelImport.read(request()))
                .withMessageStartingWith(file + ": tensor bias ").withMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("everySpot")
    void letsNoTensorOfABundlesModelLieElsewhere(Spot spot) throws IOException {
        ModelProto.Builder model = network(own()).toBuilder();
        spot.put().accept(model, external("net.onnx.data", "0", "8"));
        Files.write(file, model.build().toByteArray());

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(file))
                .withMessageContaining("tensor bias lies in another file");
    }

    @ParameterizedTest
    @MethodSource("everySpot")
    void takesInTheDataOfEveryTensor(Spot spot) throws IOException {
        ModelProto.Builder model = network(own()).toBuilder();
        spot.put().accept(model, external("net.onnx.data", "0", "8"));
        Files.write(file, model.build().toByteArray());

        Files.write(file, OnnxExternalData.read(file).model().toByteArray());

        assertThat(OnnxModel.read(file).nodes()).isPositive();
    }

    static Stream<Arguments> everySpot() {
        return Stream.of(
                new Spot("initializer", (model, tensor) -> model.getGraphBuilder().addInitializer(tensor)),
                new Spot("sparse initializer", (model, tensor) ->
                        model.getGraphBuilder().addSparseInitializer(sparse(tensor))),
                new Spot("attribute", (model, tensor) -> add(model, attribute().setT(tensor))),
                new Spot("list of tensors", (model, tensor) -> add(model, attribute().addTensors(tensor))),
                new Spot("sparse attribute", (model, tensor) ->
                        add(model, attribute().setSparseTensor(sparse(tensor)))),
                new Spot("list of sparse tensors", (model, tensor) ->
                        add(model, attribute().addSparseTensors(sparse(tensor)))),
                new Spot("subgraph", (model, tensor) ->
                        add(model, attribute().setG(GraphProto.newBuilder().addInitializer(tensor)))),
                new Spot("list of subgraphs", (model, tensor) ->
                        add(model, attribute().addGraphs(GraphProto.newBuilder().addInitializer(tensor)))),
                new Spot("local function", (model, tensor) -> model.addFunctions(FunctionProto.newBuilder().addNode(
                        SmallNetwork.node("Constant", "c").toBuilder().addAttribute(attribute().setT(tensor))))),
                new Spot("default of a local function", (model, tensor) -> model.addFunctions(
                        FunctionProto.newBuilder().addAttributeProto(attribute().setT(tensor)))),
                new Spot("training information", (model, tensor) -> model.addTrainingInfo(TrainingInfoProto.newBuilder()
                        .setAlgorithm(GraphProto.newBuilder().addInitializer(tensor)))))
                .map(Arguments::of);
    }

    @Test
    void refusesFieldsThatItDoesNotKnowWhereverTheyAre() throws IOException {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder().addField(77, UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(external("/etc/passwd", "0", "8").toByteString()).build()).build();
        ModelProto.Builder model = network(own()).toBuilder();
        model.getGraphBuilder().getNodeBuilder(0).setUnknownFields(unknown);
        Files.write(file, model.build().toByteArray());

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(file))
                .withMessageContaining("has the unknown field 77 in a NodeProto");
    }

    @Test
    void refusesFarTooManyTensorsBeforeItMakesThem() throws IOException {
        ModelProto.Builder model = network(own()).toBuilder();
        for (int i = 0; i <= OnnxModelReader.Size.MAX_TENSORS; i++) {
            model.getGraphBuilder().addInitializer(TensorProto.getDefaultInstance());
        }
        Files.write(file, model.build().toByteArray());

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> OnnxModel.read(file))
                .withMessageContaining("has more than 100000 tensors, the limit");
    }

    @Test
    void takesLabelsOfTheMetadataOfOtherExporters() throws IOException {
        for (String names : List.of("{0: 'tabby cat', 1: \"it's\"}", "{0: 'tabby cat', 1: 'it\\'s'}",
                "[\"tabby cat\", \"it's\"]", "['tabby cat', \"it's\",]", "{\"1\": \"it's\", \"0\": \"tabby cat\"}")) {
            for (String key : List.of("names", "classes")) {
                Files.write(file, network(own()).toBuilder().addMetadataProps(text(key, names)).build().toByteArray());

                assertThat(ModelImport.read(request()).bundle().labels()).as(names)
                        .containsExactly("tabby cat", "it's");
            }
        }
    }

    @Test
    void preparesPicturesForAnUltralyticsClassifierAsItsAuthorsDo() throws IOException {
        Files.write(file, network(own()).toBuilder().addMetadataProps(text("author", "Ultralytics"))
                .addMetadataProps(text("task", "classify")).addMetadataProps(text("imgsz", "[32, 32]"))
                .addMetadataProps(text("names", "{0: 'a', 1: 'b'}")).build().toByteArray());

        ModelImport.Result result = ModelImport.read(request());

        assertThat(result.bundle().preprocessing()).isEqualTo(new Preprocessing(32,
                new Preprocessing.ResizeRule.ShorterSide(32), Preprocessing.Interpolation.BILINEAR,
                Preprocessing.ChannelOrder.RGB, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
        assertThat(result.remarks()).singleElement().asString()
                .startsWith("From the model's metadata, of a classifier of Ultralytics: input size 32, crop 1.0");
    }

    @Test
    void takesLabelsAndPreprocessingOfTransformersFilesBesideIt() throws IOException {
        Files.write(file, network(own()).toByteArray());
        Files.writeString(folder.resolve("config.json"),
                "{\"model_type\": \"mobilenet_v2\", \"id2label\": {\"1\": \"dog\", \"0\": \"cat\"}}");
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"do_resize": true, "size": {"shortest_edge": 40}, "resample": 3, "do_center_crop": true,
                 "crop_size": {"height": 32, "width": 32}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25]}""");

        NewBundle bundle = ModelImport.read(request()).bundle();

        assertThat(bundle.labels()).containsExactly("cat", "dog");
        assertThat(bundle.preprocessing()).isEqualTo(new Preprocessing(32, new Preprocessing.ResizeRule.ShorterSide(40),
                Preprocessing.Interpolation.BICUBIC, Preprocessing.ChannelOrder.RGB, List.of(0.5f, 0.5f, 0.5f),
                List.of(0.25f, 0.25f, 0.25f)));
    }

    private ModelBundle written(ModelImport.Result result) throws IOException {
        Path place = Files.createTempDirectory(folder, "bundle");
        result.bundle().writeTo(place);
        return ModelBundle.read(place);
    }

    private ModelImport.Request request() {
        return new ModelImport.Request(file, new BundleName("test"), Optional.empty(), Optional.empty(),
                new LabelSource.Found(), OptionalInt.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    private static AttributeProto.Builder attribute() {
        return AttributeProto.newBuilder().setName("value");
    }

    private static void add(ModelProto.Builder model, AttributeProto.Builder attribute) {
        model.getGraphBuilder().addNode(SmallNetwork.node("Constant", "c").toBuilder().addAttribute(attribute));
    }

    private static SparseTensorProto sparse(TensorProto values) {
        return SparseTensorProto.newBuilder().setValues(values).build();
    }

    private static StringStringEntryProto text(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static TensorProto own() {
        return TensorProto.newBuilder().setName("bias").setDataType(DataType.FLOAT_VALUE).addDims(2)
                .addFloatData(BIAS[0]).addFloatData(BIAS[1]).build();
    }

    private static TensorProto external(String location, String offset, String length) {
        return TensorProto.newBuilder().setName("bias").setDataType(DataType.FLOAT_VALUE).addDims(2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL).addExternalData(text("location", location))
                .addExternalData(text("offset", offset)).addExternalData(text("length", length)).build();
    }

    /** The small network with another bias. */
    private static ModelProto network(TensorProto bias) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(SmallNetwork.ofConstantLogits(1, 2)).toBuilder();
        model.getGraphBuilder().setInitializer(1, bias);
        return model.build();
    }
}
