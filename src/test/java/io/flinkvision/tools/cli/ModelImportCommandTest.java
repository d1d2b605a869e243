package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.system.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportCommandTest {

    private static final String TRIAGE = "conf/models/triage/model.safetensors";

    /** What torch.save of PyTorch 2.13 makes of tensors that are no MobileNetV3. */
    private static final Path CHECKPOINT = Path.of("src/test/resources/weights/pytorch-2.13/checkpoint.pth");
    private static final Path LEGACY = Path.of("src/test/resources/weights/pytorch-2.13/checkpoint-legacy.pth");

    @TempDir
    Path folder;

    @AutoClose
    private TemporaryHome home;

    @BeforeEach
    void moveIn() throws IOException {
        home = new TemporaryHome(folder);
    }

    @Test
    void makesABundleOfAFile() throws IOException {
        CommandRun run = CommandRun.of("model", "import", TRIAGE, "--name", "mine",
                "--licence", "conf/models/triage/LICENSE", "--licence", "conf/models/triage/NOTICE");

        assertThat(run.exitCode()).isZero();
        ModelBundle bundle = ModelBundle.read(home.models().resolve("mine"));
        assertThat(run.lines()).containsExactly(
                "mine: MobileNetV3-Small x1.0 (torchvision), 3 classes",
                "cost:    1,520,931 parameters, 55,489,472 multiply-adds per picture",
                "input:   224 x 224 RGB, centre crop after resizing the shorter side to 256, bilinear, mean [0.485, 0.456, 0.406],"
                        + " standard deviation [0.229, 0.224, 0.225]",
                "labels:  food; report; other",
                "sha256:  " + bundle.digest(),
                "source:  " + TRIAGE + ", sha256 " + Sha256.of(Path.of(TRIAGE)));
        assertThat(run.err()).contains("labels.txt").contains("commands and jobs is mine");
        assertThat(bundle.licences()).containsExactly("LICENSE", "NOTICE");
        assertThat(home.names()).containsExactly("mine", "triage");
    }

    @Test
    void takesWhatItsCallerSays() {
        CommandRun run = CommandRun.of("model", "import", TRIAGE, "--name", "mine", "--input-size", "160",
                "--mean", "0.5", "--std", "0.25,0.5,1", "--family", "torchvision");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("160 x 160", "mean [0.5, 0.5, 0.5], standard deviation [0.25, 0.5, 1.0]");
    }

    @Test
    void makesABundleOfAnOnnxModel() throws IOException {
        Path file = Files.write(folder.resolve("net.onnx"), SmallNetwork.ofConstantLogits(1, 2));

        CommandRun run = CommandRun.of("model", "import", file.toString(), "--name", "small");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).startsWith(
                "small: ONNX model, 2 classes", "cost:    8 parameters, 3 nodes; the output is logits");
        assertThat(run.err()).contains("class_0");
        assertThat(CommandRun.of("model", "inspect", "small").lines()).containsExactly(
                "small: ONNX model, 2 classes", "",
                "Input   input: float [?, 3, 32, 32]", "Output  logits: float [?, 2], logits", "",
                "3 nodes, 8 parameters");
    }

    @Test
    void replacesABundleOnlyWhenTold() throws IOException {
        CommandRun refused = CommandRun.of("model", "import", TRIAGE, "--name", "triage");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("There is a model triage already").contains("--force");
        assertThat(home.models().resolve("triage/PROVENANCE.md")).exists();

        assertThat(CommandRun.of("model", "import", TRIAGE, "--name", "triage", "--force").exitCode()).isZero();
        assertThat(home.models().resolve("triage/PROVENANCE.md")).doesNotExist();
        assertThat(home.names()).containsExactly("triage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/b", "/tmp/x", "..", "-x", ""})
    void isWronglyUsedWithANameThatCouldLeaveTheFolder(String name) throws IOException {
        CommandRun run = CommandRun.of("model", "import", TRIAGE, "--name=" + name);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--name");
        assertThat(home.names()).containsExactly("triage");
    }

    @ParameterizedTest
    @CsvSource({"--family, torchvison, must be one of seed", "--mean, '1,2', takes one number",
        "--input-size, big, Invalid value"})
    void isWronglyUsedWithWhatCannotBe(String option, String value, String message) {
        CommandRun run = CommandRun.of("model", "import", TRIAGE, "--name", "mine", option, value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void namesTheNearestNetworkOfTensorsItDoesNotKnow() throws IOException {
        for (Path file : List.of(CHECKPOINT, LEGACY)) {
            assertNothingCame(file, "holds no MobileNetV3 that is known. The nearest is ", "is missing");
        }
    }

    @Test
    void putsNoBundleInPlaceThatDoesNotRun() throws IOException {
        Path file = Files.write(folder.resolve("net.onnx"), SmallNetwork.ofConstantLogits(1, Float.NaN));

        assertNothingCame(file, "The network's score of class 1 (class_1) is NaN");
    }

    @Test
    void runsNothingThatAPickleCalls() throws IOException {
        Path proof = folder.resolve("proof");
        String call = "\u0080\u0002cos\nsystem\n(S'touch " + proof + "'\ntR.";
        for (byte[] file : List.of(call.getBytes(ISO_8859_1), archive(call.getBytes(ISO_8859_1)),
                legacy(call.getBytes(ISO_8859_1)))) {
            assertNothingCame(Files.write(folder.resolve("evil.pth"), file), "evil.pth");
            assertThat(proof).doesNotExist();
        }
    }

    /** Ten lists of each other, the innermost of text: together a thousand millions of texts. */
    @Test
    void endsSoonWithAPickleThatDoublesItself() throws IOException {
        StringBuilder pickle = new StringBuilder("\u0080\u0002]q\u0000(U\u0003lolU\u0003lole");
        for (int i = 1; i < 100; i++) {
            String before = "h" + (char) (i - 1);
            pickle.append("]q").append((char) i).append('(').append(before.repeat(10)).append('e');
        }
        byte[] bomb = pickle.append('.').toString().getBytes(ISO_8859_1);

        for (byte[] file : List.of(archive(bomb), legacy(bomb))) {
            assertNothingCame(Files.write(folder.resolve("bomb.pth"), file), "bomb.pth");
        }
    }

    @Test
    void saysOfEveryTruncatedCheckpointWhatIsWrong() throws IOException {
        for (Path whole : List.of(CHECKPOINT, LEGACY)) {
            byte[] bytes = Files.readAllBytes(whole);
            for (int i = 0; i < 100; i++) {
                Path file = Files.write(folder.resolve("cut.pth"), Arrays.copyOf(bytes, bytes.length * i / 100));
                assertNothingCame(file, file + ": ");
            }
        }
    }

    private void assertNothingCame(Path file, String... messages) throws IOException {
        CommandRun run = CommandRun.of("model", "import", file.toString(), "--name", "mine");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(messages).doesNotContain("Unexpected");
        assertThat(home.names()).containsExactly("triage");
    }

    /** PyTorch's zip form. */
    private static byte[] archive(byte[] pickle) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            CRC32 sum = new CRC32();
            sum.update(pickle);
            ZipEntry entry = new ZipEntry("archive/data.pkl");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(pickle.length);
            entry.setCrc(sum.getValue());
            zip.putNextEntry(entry);
            zip.write(pickle);
        }
        return bytes.toByteArray();
    }

    /** PyTorch's legacy form: a magic number, a version, the writer's machine, the object, and the storages' keys. */
    private static byte[] legacy(byte[] pickle) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.".getBytes(ISO_8859_1));
        bytes.write("\u0080\u0002M\u00e9\u0003.".getBytes(ISO_8859_1));
        bytes.write("\u0080\u0002}q\u0000(X\u0010\u0000\u0000\u0000protocol_versionq\u0001M\u00e9\u0003X\r\u0000\u0000"
                .concat("\u0000little_endianq\u0002\u0088u.").getBytes(ISO_8859_1));
        bytes.write(pickle);
        bytes.write("\u0080\u0002]q\u0000.".getBytes(ISO_8859_1));
        return bytes.toByteArray();
    }
}
