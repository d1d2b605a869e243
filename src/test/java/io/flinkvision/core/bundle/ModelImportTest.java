package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.mobilenet.ZeroWeights;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelImportTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");

    @TempDir
    Path folder;

    @Test
    void keepsTheNetworkAndItsValues() throws IOException {
        Path bundle = write(ModelImport.read(request(TRIAGE.resolve("model.safetensors"))).bundle());

        ModelBundle imported = ModelBundle.read(bundle);
        ModelBundle triage = ModelBundle.read(TRIAGE);
        assertThat(((Weights.Tensors) imported.weights()).network())
                .isEqualTo(((Weights.Tensors) triage.weights()).network());
        assertThat(imported.onnx()).isEqualTo(triage.onnx());
        assertThat(imported.name()).isEqualTo("test");
        assertThat(imported.labels()).isEqualTo(triage.labels());
        assertThat(imported.preprocessing()).isEqualTo(Family.TORCHVISION.preprocessing(224));
        assertThat(bundle.resolve("model.yaml")).content()
                .startsWith("# Made of model.safetensors, SHA-256 " + triage.digest() + ".\n");
    }

    @Test
    void saysWhatItAssumedWhereTheTensorsFitTwoFamilies() throws IOException {
        Path file = zeros("mine.safetensors", Family.TIMM, 5);

        ModelImport.Result result = ModelImport.read(request(file));

        assertThat(family(result)).isEqualTo(Family.TIMM);
        assertThat(result.remarks()).anySatisfy(remark -> assertThat(remark)
                .contains("timm SMALL x1.0 with 5 classes, which was taken").contains("--family timm-tf"));
        assertThat(result.bundle().preprocessing().interpolation()).isEqualTo(Interpolation.BICUBIC);
    }

    @Test
    void takesTheFilesNameForAHint() throws IOException {
        ModelImport.Result result =
                ModelImport.read(request(zeros("tf_mobilenetv3_small_100.safetensors", Family.TIMM, 5)));

        assertThat(family(result)).isEqualTo(Family.TIMM_TF);
        assertThat(result.remarks()).anySatisfy(remark -> assertThat(remark).contains("--family timm"));
    }

    @Test
    void believesItsOwner() throws IOException {
        Path file = zeros("mine.safetensors", Family.TIMM, 5);

        ModelImport.Result result = ModelImport.read(new ModelImport.Request(file, new BundleName("test"),
                Optional.of(Family.TIMM_TF), Optional.empty(), new LabelSource.Found(), OptionalInt.of(256),
                Optional.of(Collections.nCopies(3, 0.25f)), Optional.of(List.of(1f, 2f, 3f)), List.of()));

        assertThat(family(result)).isEqualTo(Family.TIMM_TF);
        assertThat(result.remarks()).noneSatisfy(remark -> assertThat(remark).contains("--family"));
        Preprocessing preprocessing = result.bundle().preprocessing();
        assertThat(preprocessing.inputSize()).isEqualTo(256);
        assertThat(preprocessing.resize()).isEqualTo(
                new ResizeRule.ShorterSide(292, CropRounding.DOWN));
        assertThat(preprocessing.mean()).containsExactly(0.25f, 0.25f, 0.25f);
        assertThat(preprocessing.standardDeviation()).containsExactly(1f, 2f, 3f);
    }

    @Test
    void namesTheNearestNetworkOfUnknownTensors() throws IOException {
        Path file = folder.resolve("odd.safetensors");
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 1, false, 3));
        StateDict stateDict = ZeroWeights.stateDict(network);
        SafetensorsWriter.write(file, network.tensors().stream().skip(1)
                .map(tensor -> stateDict.tensor(tensor.name())).toList());

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelImport.read(request(file)))
                .withMessageContainingAll("torchvision", "tensor features.0.0.weight is missing");
    }

    @Test
    void refusesASizeThatTheNetworkCannotTake() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(TRIAGE.resolve("model.safetensors"), 225)))
                .withMessage("The input size of a MobileNetV3 must be a multiple of 32 pixels, not 225");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(onnx("-1 3 32 32", 2), 64)))
                .withMessageEndingWith("takes pictures of 32 x 32 pixels, and no others: not 64");
    }

    @Test
    void namesClassesByTheirNumbersWhereNothingElseDoes() throws IOException {
        Files.writeString(folder.resolve("labels.txt"), "cat\ndog\n");

        ModelImport.Result result = ModelImport.read(request(zeros("mine.safetensors", Family.SEED, 3)));

        assertThat(result.bundle().labels()).containsExactly("class_0", "class_1", "class_2");
        assertThat(result.remarks()).anySatisfy(remark -> assertThat(remark).contains("has 2 labels, not 3"))
                .anySatisfy(remark -> assertThat(remark).contains("--labels FILE"));
    }

    @Test
    void takesLabelsFromAFileOrOfImageNet() throws IOException {
        Path file = zeros("mine.safetensors", Family.SEED, 3);
        Path labels = Files.writeString(folder.resolve("names.txt"), "a\nb\nc\n");

        assertThat(ModelImport.read(request(file, new LabelSource.TextFile(labels))).bundle().labels())
                .containsExactly("a", "b", "c");
        Files.writeString(labels, "a\nb\n");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(file, new LabelSource.TextFile(labels))))
                .withMessageContaining(labels + " has 2 labels, but " + file + " has 3 classes");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(file, new LabelSource.ImageNet())))
                .withMessageContaining("ImageNet has 1000 classes");
        assertThat(ModelImport.read(request(zeros("full.safetensors", Family.SEED, 1001), new LabelSource.ImageNet()))
                .bundle().labels()).hasSize(1001).startsWith("background");
    }

    @Test
    void copiesAnOnnxModelAsItIs() throws IOException {
        Path file = onnx("-1 3 32 32", 2);

        ModelImport.Result result = ModelImport.read(request(file));
        Path bundle = write(result.bundle());

        assertThat(bundle.resolve("model.onnx")).hasSameBinaryContentAs(file);
        assertThat(ModelBundle.read(bundle).preprocessing().inputSize()).isEqualTo(32);
        assertThat(result.remarks()).anySatisfy(remark -> assertThat(remark).contains("--mean and --std"));
    }

    @Test
    void knowsAnExportedModelAgain() throws IOException {
        ModelBundle triage = ModelBundle.read(TRIAGE);
        Path file = Files.write(folder.resolve("exported.onnx"), OnnxMetadata.export(triage));

        ModelImport.Result result = ModelImport.read(request(file));
        ModelBundle again = ModelBundle.read(write(result.bundle()));

        assertThat(result.remarks()).isEmpty();
        assertThat(again.preprocessing()).isEqualTo(triage.preprocessing());
        assertThat(again.labels()).isEqualTo(triage.labels());
        assertThat(again.weights().scores()).isEqualTo(Scores.LOGITS);
    }

    @Test
    void copiesLicencesAndNamesThemInTheDescription() throws IOException {
        Path licence = Files.writeString(folder.resolve("it's a: #licence"), "do as you please");
        ModelImport.Request request = new ModelImport.Request(onnx("-1 3 32 32", 2), new BundleName("test"),
                Optional.empty(), Optional.empty(), new LabelSource.Found(), OptionalInt.empty(), Optional.empty(),
                Optional.empty(), List.of(licence));

        Path bundle = write(ModelImport.read(request).bundle());

        assertThat(bundle.resolve("it's a: #licence")).hasContent("do as you please");
        assertThat(ModelBundle.read(bundle).licences()).containsExactly("it's a: #licence");
    }

    @Test
    void letsNoLicenceTakeTheNameOfAnotherFile() throws IOException {
        Path licence = Files.writeString(folder.resolve("model.yaml"), "name: mine");
        NewBundle bundle = ModelImport.read(request(onnx("-1 3 32 32", 2))).bundle();

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> new NewBundle(
                bundle.name(), bundle.model(), bundle.preprocessing(), bundle.labels(), List.of(licence)))
                .withMessageContaining("has the name of another file");
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> new NewBundle(bundle.name(), bundle.model(),
                bundle.preprocessing(), bundle.labels(), List.of(folder.resolve("none"))))
                .withMessageContaining("is not a file");
    }

    /** A new line in a file's name would otherwise begin a key of the description. */
    @Test
    void letsNoFilesNameIntoTheDescription() throws IOException {
        Path file = Files.copy(onnx("-1 3 32 32", 2), folder.resolve("a\nlicences: [x] #.onnx"));

        Path bundle = write(ModelImport.read(request(file)).bundle());

        assertThat(ModelBundle.read(bundle).licences()).isEmpty();
    }

    private Path write(NewBundle bundle) throws IOException {
        Path place = Files.createDirectory(folder.resolve("bundle"));
        bundle.writeTo(place);
        return place;
    }

    private Path zeros(String name, Family family, int classes) throws IOException {
        Path file = folder.resolve(name);
        Network network = family.network(new Variant(NetworkSize.SMALL, 1, false, classes));
        StateDict stateDict = ZeroWeights.stateDict(network);
        SafetensorsWriter.write(
                file, network.tensors().stream().map(tensor -> stateDict.tensor(tensor.name())).toList());
        return file;
    }

    private Path onnx(String shape, int classes) throws IOException {
        int[] dimensions = List.of(shape.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
        return Files.write(folder.resolve("net.onnx"), SmallNetwork.model(
                SmallNetwork.graph(new float[3 * classes], new float[classes])
                        .addInput(SmallNetwork.value("input", DataType.FLOAT, dimensions))
                        .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, classes))));
    }

    private static Family family(ModelImport.Result result) {
        return ((RecognisedModel.Tensors) result.bundle().model()).network().family();
    }

    private static ModelImport.Request request(Path file) {
        return request(file, new LabelSource.Found());
    }

    private static ModelImport.Request request(Path file, LabelSource labels) {
        return new ModelImport.Request(file, new BundleName("test"), Optional.empty(), Optional.empty(), labels,
                OptionalInt.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    private static ModelImport.Request request(Path file, int inputSize) {
        return new ModelImport.Request(file, new BundleName("test"), Optional.empty(), Optional.empty(),
                new LabelSource.Found(), OptionalInt.of(inputSize), Optional.empty(), Optional.empty(), List.of());
    }
}
