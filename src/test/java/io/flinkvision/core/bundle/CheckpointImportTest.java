package io.flinkvision.core.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.CheckpointBytes;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports checkpoints as training scripts leave them. */
class CheckpointImportTest {

    private static final Variant HALF_WIDTH = new Variant(NetworkSize.SMALL, 0.5, false, 2);
    private static final Network TORCHVISION = Family.TORCHVISION.network(HALF_WIDTH);
    private static final Network TIMM = Family.TIMM.network(HALF_WIDTH);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"module., module", "model., model", "net., net", "backbone., backbone", "student., student",
        "module.model., module.model", "model.module., model.module", "_orig_mod., ''", "module._orig_mod., module",
        "_orig_mod.module., module"})
    void findsTheNetworkUnderAPrefixAndNamesIt(String prefix, String key) throws IOException {
        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TORCHVISION), prefix::concat, 1));

        assertThat(network(result)).isEqualTo(TORCHVISION);
        assertThat(String.join("\n", result.remarks()))
                .contains(key.isEmpty() ? "" : "The weights are those under " + key);
    }

    @Test
    void findsANetworkOfWhichAPartWasCompiled() throws IOException {
        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TORCHVISION),
                name -> name.replace("features.", "features._orig_mod."), 1));

        assertThat(network(result)).isEqualTo(TORCHVISION);
    }

    @Test
    void leavesOtherTensorsBesideAPrefixAlone() throws IOException {
        ModelImport.Result result = read(new CheckpointBytes().begin("state_dict")
                .tensors(shapes(TORCHVISION), "model."::concat, 1).tensors(3).end());

        assertThat(network(result)).isEqualTo(TORCHVISION);
        assertThat(result.remarks()).contains(
                "The weights are those under state_dict.model; 3 other tensors were ignored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"net", "state", "params.student", "a.b.c"})
    void findsTheOnlyNetworkUnderAnyKey(String key) throws IOException {
        CheckpointBytes checkpoint = new CheckpointBytes().text("note", "mine");
        String[] keys = key.split("\\.");
        List.of(keys).forEach(checkpoint::begin);
        checkpoint.tensors(shapes(TORCHVISION), UnaryOperator.identity(), 1);
        List.of(keys).forEach(each -> checkpoint.end());

        ModelImport.Result result = read(checkpoint);

        assertThat(network(result)).isEqualTo(TORCHVISION);
        assertThat(result.remarks()).contains("The weights are those under " + key);
    }

    @ParameterizedTest
    @CsvSource({"model, model_ema", "state_dict, state_dict_ema", "net, net_ema", "student, teacher"})
    void takesTheWeightsNotTheirAverageAndSaysHowToTakeThat(String key, String average) throws IOException {
        CheckpointBytes checkpoint = new CheckpointBytes()
                .begin(average).tensors(shapes(TORCHVISION), UnaryOperator.identity(), 2).end()
                .begin(key).tensors(shapes(TORCHVISION), UnaryOperator.identity(), 1).end();
        Path file = checkpoint.write(folder.resolve("weights.pth"));

        ModelImport.Result result = ModelImport.read(request(file, Optional.empty()));

        assertThat(firstNumber(result)).isEqualTo(1);
        assertThat(result.remarks()).contains("The weights are those under " + key,
                "The file also holds a network under " + average + "; --network " + average + " takes it");
        assertThat(firstNumber(ModelImport.read(request(file, Optional.of(average))))).isEqualTo(2);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(file, Optional.of("other"))))
                .withMessageContainingAll("no network that is known under other", key, average);
    }

    @Test
    void takesOneOfTwoPrefixes() throws IOException {
        Path file = new CheckpointBytes().begin("state_dict")
                .tensors(shapes(TORCHVISION), "teacher.backbone."::concat, 2)
                .tensors(shapes(TORCHVISION), "student.backbone."::concat, 1).end()
                .write(folder.resolve("weights.pth"));

        assertThat(firstNumber(ModelImport.read(request(file, Optional.empty())))).isEqualTo(1);
        assertThat(firstNumber(ModelImport.read(request(file, Optional.of("state_dict.teacher.backbone")))))
                .isEqualTo(2);
    }

    @Test
    void asksWhichOfTwoIsMeantWhereNothingTells() {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(new CheckpointBytes()
                        .begin("left").tensors(shapes(TORCHVISION), UnaryOperator.identity(), 1).end()
                        .begin("right").tensors(shapes(TORCHVISION), UnaryOperator.identity(), 1).end()))
                .withMessageContaining("holds 2 networks: left, right. --network KEY says which is meant");
    }

    @Test
    void passesOverWhatTrainingScriptsPutBesideTheWeights() throws IOException {
        ModelImport.Result result = read(new CheckpointBytes()
                .called("when", "datetime", "datetime").called("took", "datetime", "timedelta")
                .called("transform", "torchvision.transforms.transforms", "Compose")
                .object("normalise", "torchvision.transforms.transforms", "Normalize", Map.of("inplace", "no"))
                .object("settings", "__main__", "TrainConfig", Map.of("lr", "0.1"))
                .called("path", "pathlib", "PosixPath")
                .numpyArray("small", 10).numpyArray("large", 2 << 20)
                .begin("model").tensors(shapes(TORCHVISION), UnaryOperator.identity(), 1)
                .called("saved", "datetime", "date").text("version", "2").end());

        assertThat(network(result)).isEqualTo(TORCHVISION);
    }

    @ParameterizedTest
    @CsvSource({"datetime, sys", "torchvision.transforms.functional, pil_to_tensor", "__main__, run", "numpy, load",
        "torchvision.transforms.transforms, os.system", "torch.optim.lr_scheduler, types.FunctionType"})
    void refusesWhatIsNoClassOfDataBesideTheWeights(String module, String name) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(new CheckpointBytes().called("x", module, name)))
                .withMessageContaining("the Python object " + module + "." + name + ", which is refused");
    }

    @Test
    void takesThePreprocessingOfThePretrainedCfgInACheckpoint() throws IOException {
        ModelImport.Result result = read(new CheckpointBytes().text("arch", "tf_mobilenetv3_small_050")
                .begin("pretrained_cfg").numbers("mean", 0.25, 0.5, 0.75).numbers("std", 1, 1, 1)
                .text("interpolation", "nearest").end()
                .texts("class_names", "cat", "dog")
                .begin("state_dict").tensors(shapes(TIMM), UnaryOperator.identity(), 1).end());

        assertThat(network(result).family()).isEqualTo(Family.TIMM_TF);
        Preprocessing preprocessing = result.bundle().preprocessing();
        assertThat(preprocessing.mean()).containsExactly(0.25f, 0.5f, 0.75f);
        assertThat(preprocessing.standardDeviation()).containsExactly(1f, 1f, 1f);
        assertThat(preprocessing.interpolation()).isEqualTo(Interpolation.NEAREST);
        assertThat(result.bundle().labels()).containsExactly("cat", "dog");
        assertThat(result.remarks()).contains("From the checkpoint: architecture tf_mobilenetv3_small_050,"
                + " interpolation nearest, mean [0.25, 0.5, 0.75], standard deviation [1.0, 1.0, 1.0], 2 labels");
    }

    @Test
    void takesThePreprocessingOfTheArgumentsInACheckpoint() throws IOException {
        ModelImport.Result result = read(new CheckpointBytes()
                .object("args", "argparse", "Namespace",
                        Map.of("interpolation", "nearest", "model", "tf_mobilenetv3_x"))
                .begin("model").tensors(shapes(TIMM), UnaryOperator.identity(), 1).end());

        assertThat(network(result).family()).isEqualTo(Family.TIMM_TF);
        assertThat(result.bundle().preprocessing().interpolation()).isEqualTo(Interpolation.NEAREST);
    }

    @Test
    void takesThePreprocessingOfAConfigBesideTheFile() throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"architecture": "mobilenetv3_small_050", "num_classes": 2, "label_names": ["n1", "n2"],
                 "label_descriptions": {"n1": "cat", "n2": "dog"},
                 "pretrained_cfg": {"input_size": [3, 192, 192], "crop_pct": 0.95, "interpolation": "bilinear",
                   "mean": [0, 0, 0], "std": [1, 1, 1], "num_classes": 1000, "first_conv": "conv_stem"}}""");

        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TIMM), UnaryOperator.identity(), 1));

        assertThat(result.bundle().preprocessing()).isEqualTo(new Preprocessing(192, new ResizeRule.ShorterSide(202),
                Interpolation.BILINEAR, Preprocessing.ChannelOrder.RGB, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
        assertThat(result.bundle().labels()).containsExactly("cat", "dog");
        assertThat(result.remarks()).containsExactly("From " + folder.resolve("config.json")
                + ": architecture mobilenetv3_small_050, input size 192, crop 0.95, interpolation bilinear,"
                + " mean [0.0, 0.0, 0.0], standard deviation [1.0, 1.0, 1.0], 2 labels");
    }

    @Test
    void believesItsOwnerMoreThanAConfig() throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"architecture": "tf_mobilenetv3_small_050", "pretrained_cfg": {"input_size": [3, 192, 192],
                 "mean": [0, 0, 0], "std": [1, 1, 1]}, "label_names": ["a", "b"]}""");
        Path labels = Files.writeString(folder.resolve("names.txt"), "x\ny\n");
        Path file = new CheckpointBytes().tensors(shapes(TIMM), UnaryOperator.identity(), 1)
                .write(folder.resolve("weights.pth"));

        ModelImport.Result result = ModelImport.read(new ModelImport.Request(file, new BundleName("test"),
                Optional.of(Family.TIMM), Optional.empty(), new LabelSource.TextFile(labels), OptionalInt.of(224),
                Optional.of(List.of(0.5f, 0.5f, 0.5f)), Optional.empty(), List.of()));

        assertThat(network(result).family()).isEqualTo(Family.TIMM);
        Preprocessing preprocessing = result.bundle().preprocessing();
        assertThat(preprocessing.inputSize()).isEqualTo(224);
        assertThat(preprocessing.mean()).containsExactly(0.5f, 0.5f, 0.5f);
        assertThat(preprocessing.standardDeviation()).containsExactly(1f, 1f, 1f);
        assertThat(result.bundle().labels()).containsExactly("x", "y");
        assertThat(result.remarks()).containsExactly(
                "From " + folder.resolve("config.json") + ": standard deviation [1.0, 1.0, 1.0]");
    }

    @Test
    void saysThatAConfigIsAboutAnotherNumberOfClasses() throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"architecture": "mobilenetv3_small_050", "num_classes": 1000, "label_names": ["a", "b", "c"],
                 "pretrained_cfg": {"mean": [0, 0, 0]}}""");

        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TIMM), UnaryOperator.identity(), 1));

        assertThat(result.bundle().preprocessing().mean()).containsExactly(0f, 0f, 0f);
        assertThat(result.bundle().labels()).containsExactly("class_0", "class_1");
        assertThat(result.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("is about 1000 classes, and these weights have 2"))
                .anySatisfy(remark -> assertThat(remark).contains("has 3 labels, not 2, which were ignored"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet50", "mobilenetv3_large_100"})
    void leavesAConfigAloneThatIsAboutAnotherNetwork(String architecture) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"architecture\": \"" + architecture
                + "\", \"pretrained_cfg\": {\"mean\": [0, 0, 0], \"std\": [1, 1, 1]}}");

        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TIMM), UnaryOperator.identity(), 1));

        assertThat(result.bundle().preprocessing().mean()).isEqualTo(Preprocessing.IMAGENET_MEAN);
        assertThat(result.remarks()).anySatisfy(remark -> assertThat(remark)
                .contains("config.json is about " + architecture + " and not about these tensors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"mean\": [0, 0", "[]", "{}", "{\"mean\": \"x\", \"std\": [1], \"crop_pct\": 7}",
        "{\"pretrained_cfg\": 3, \"label_names\": {\"a\": 1}, \"input_size\": [3]}"})
    void takesNothingFromAConfigThatSaysNothingSound(String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);

        ModelImport.Result result = read(new CheckpointBytes().tensors(shapes(TIMM), UnaryOperator.identity(), 1));

        assertThat(result.bundle().preprocessing()).isEqualTo(Family.TIMM.preprocessing(224));
        assertThat(result.remarks()).noneSatisfy(remark -> assertThat(remark).startsWith("From "));
    }

    @Test
    void hintsAtOnnxForAForeignHead() {
        Map<String, List<Integer>> shapes = shapes(TORCHVISION);
        shapes.remove("classifier.3.weight");
        shapes.remove("classifier.3.bias");
        shapes.put("classifier.4.weight", List.of(7, 2));

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(new CheckpointBytes().tensors(shapes, "backbone."::concat, 1)))
                .withMessageContainingAll("weights.pth, backbone, holds no MobileNetV3", "torchvision SMALL x0.5",
                        "Only the last layers are other ones", "torch.onnx.export");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "version https://git-lfs.github.com/spec/v1 | a git-LFS pointer", "~<!DOCTYPE html><html> | a web page",
        "<html lang='en'> | a web page", "<?xml version='1.0'?><Error> | XML", "{1f}{8b} | compressed with gzip",
        "{89}HDF{0d}{0a}{1a} | HDF5", "{1c}{00}{00}{00}TFL3 | a TensorFlow Lite model"})
    void namesFilesThatHoldNoWeights(String start, String message) throws IOException {
        byte[] bytes = Pattern.compile("\\{([0-9a-f]{2})}").matcher(start.replace('~', '\n'))
                .replaceAll(code -> Character.toString(Integer.parseInt(code.group(1), 16))).getBytes(ISO_8859_1);
        for (String name : List.of("weights.pth", "weights.safetensors", "weights.onnx")) {
            Path file = Files.write(folder.resolve(name), bytes);

            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> ModelImport.read(request(file, Optional.empty())))
                    .withMessageStartingWith(file + " holds no weights: it is ").withMessageContaining(message);
        }
    }

    @Test
    void namesATarArchive() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(ISO_8859_1), 0, tar, 257, 5);
        Path file = Files.write(folder.resolve("weights.pth"), tar);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelImport.read(request(file, Optional.empty())))
                .withMessageContaining("a tar archive: unpack it");
    }

    @Test
    void refusesFarMoreTensorsThanAnyNetworkHas() {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(new CheckpointBytes().tensors(10_001)))
                .withMessageContaining("a state dict has 10001 tensors; the limit is 10000");
    }

    private ModelImport.Result read(CheckpointBytes checkpoint) throws IOException {
        return ModelImport.read(request(checkpoint.write(folder.resolve("weights.pth")), Optional.empty()));
    }

    private static ModelImport.Request request(Path file, Optional<String> network) {
        return new ModelImport.Request(file, new BundleName("test"), Optional.empty(), network,
                new LabelSource.Found(), OptionalInt.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    private static Network network(ModelImport.Result result) {
        return tensors(result).network();
    }

    private static float firstNumber(ModelImport.Result result) {
        return tensors(result).stateDict().floats(TORCHVISION.tensors().get(0).name())[0];
    }

    private static RecognisedModel.Tensors tensors(ModelImport.Result result) {
        return (RecognisedModel.Tensors) result.bundle().model();
    }

    private static Map<String, List<Integer>> shapes(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return shapes;
    }
}
