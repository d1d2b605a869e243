package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.tools.feed.Feeder.CameraStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and labels that hold what a terminal obeys, through the commands and their own writers. */
class HostileTextTest {

    /** Clears the screen, writes to the clipboard, colours, turns the direction of writing, and goes back. */
    private static final String HOSTILE = "a\u001b[2J\u001b]52;c;eA==\u0007\u009b31m\u202e\rb";

    /** The same, as it is shown. */
    private static final String SHOWN = "a\\u001b[2J\\u001b]52;c;eA==\\u0007\\u009b31m\\u202e\\u000db";

    private static final String MEAL = "conf/models/triage/images/meal_1.jpg";

    @TempDir
    Path folder;

    @AutoClose
    private TemporaryHome home;

    @BeforeEach
    void moveIn() throws IOException {
        home = new TemporaryHome(folder);
    }

    @Test
    void ofAnOnnxModelIsEscapedByTheCommandsAboutModels() throws IOException {
        Path file = Files.write(folder.resolve("net.onnx"), SmallNetwork.model(
                SmallNetwork.graph(new float[6], new float[] {1, 2})
                        .setNode(0, SmallNetwork.node("GlobalAveragePool", "pooled", HOSTILE))
                        .addInput(SmallNetwork.value(HOSTILE, DataType.FLOAT, -1, 3, -1, -1))
                        .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 2))));
        Path labels = Files.writeString(folder.resolve("names.txt"), HOSTILE.replace("\r", "") + "\nother\n");

        CommandRun made = run("model", "import", file.toString(), "--name", "evil", "--labels", labels.toString(),
                "--input-size", "32");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("labels:  " + SHOWN.replace("\\u000d", "") + "; other\n");
        assertThat(run("model", "inspect", "evil").out()).contains("Input   " + SHOWN + ": float");
        assertThat(run("model", "check", "evil").exitCode()).isZero();
        assertThat(run("classify", "--model", "evil", MEAL).out()).contains(SHOWN.replace("\\u000d", "") + " 2");
        assertThat(run("classify", "--model", "evil", "--json", MEAL).json().get(0).at("/labels/1/label").textValue())
                .isEqualTo(HOSTILE.replace("\r", ""));
    }

    @Test
    void ofATensorIsEscapedInTheMessage() throws IOException {
        byte[] header = "{\"a\\u001b[2J\\u009b1m\\n\\u202eb\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9]}}"
                .getBytes(UTF_8);
        Path file = Files.write(folder.resolve("net.safetensors"), ByteBuffer.allocate(8 + header.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).array());

        CommandRun refused = run("model", "import", file.toString(), "--name", "evil");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).as("lines after the first are indented")
                .contains("a\\u001b[2J\\u009b1m\n  \\u202eb");
    }

    @Test
    void ofABrokenBundleIsEscapedInTheList() throws IOException {
        Path bundle = SmallBundle.write(home.models().resolve("broken"), 32, 1, 2);
        Files.writeString(bundle.resolve("model.yaml"), "name: \"a\\e[2J\\x9bb\"\nweights: \"\\e[2J\"\n");

        CommandRun list = run("model", "list");

        assertThat(list.out()).contains("broken", "\\u001b[2J");
    }

    @Test
    void ofAFileIsEscaped() {
        CommandRun text = run("classify", "missing\u001b[2J\nforged.jpg: food 99.0 %");

        assertThat(text.err()).startsWith("missing\\u001b[2J\\u000aforged.jpg: food 99.0 %: UNREADABLE");
        assertThat(text.err().lines()).hasSize(1);
    }

    /** ONNX Runtime's own log goes to standard error past Java: what it warns of and what it fails on. */
    @Test
    void ofANodeDoesNotComeThroughTheLogOfOnnxRuntime() throws Exception {
        GraphProto.Builder graph = SmallNetwork.graph(new float[6], new float[] {1, 2})
                .addInitializer(TensorProto.newBuilder().setName(HOSTILE).setDataType(DataType.FLOAT_VALUE)
                        .addDims(1).addFloatData(1))
                .addInitializer(TensorProto.newBuilder().setName("index").setDataType(DataType.INT64_VALUE)
                        .addDims(2).addInt64Data(0).addInt64Data(99))
                .addNode(NodeProto.newBuilder().setOpType("Gather").setName(HOSTILE).addInput("logits")
                        .addInput("index").addOutput("scores").addAttribute(SmallNetwork.axis(1)))
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, 32, 32))
                .addOutput(SmallNetwork.value("scores", DataType.FLOAT, -1, 2));
        Path file = Files.write(folder.resolve("net.onnx"), SmallNetwork.model(graph));
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "-Dlog4j2.configurationFile=conf/log4j2.properties", "-Dvision.home=" + folder,
                "-cp", System.getProperty("java.class.path"), "io.flinkvision.tools.cli.Vision",
                "model", "import", file.toString(), "--name", "evil", "--input-size", "32")
                .redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(printed).isEqualTo(1);
        assertThat(printed).contains(SHOWN).doesNotContain("onnxruntime:");
        assertThatNoTerminalObeys(printed);
    }

    @Test
    void ofACameraIsEscapedAndTheProgramStillPaintsOverItsLines() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        FeedReport report = new FeedReport(new TerminalWriter(out), new TerminalWriter(err), true, 1);
        CameraStatus status = new CameraStatus(
                HOSTILE, CameraReading.State.RUNNING, 1, 1, 0, 0, 0, 0, 0, OptionalDouble.empty());

        report.show(List.of(status));
        report.failed(HOSTILE, HOSTILE);
        report.conclude(List.of(status), "images");

        assertThat(err.toString(UTF_8)).contains("\u001b[1A\u001b[J" + SHOWN + ": " + SHOWN + "\n");
        assertThatNoTerminalObeys(err.toString(UTF_8).replace("\u001b[1A\u001b[J", ""));
        assertThatNoTerminalObeys(out.toString(UTF_8));
    }

    @Test
    void ofAServerIsEscapedInTheProgressOfADownload() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        new DownloadProgress(new TerminalWriter(err), true, InstantSource.system())
                .waiting("The server says " + HOSTILE, Duration.ZERO);

        assertThat(err.toString(UTF_8)).isEqualTo("\r\u001b[K  The server says " + SHOWN + "; retrying\n");
    }

    private static CommandRun run(String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThatNoTerminalObeys(run.out());
        assertThatNoTerminalObeys(run.err());
        return run;
    }

    private static void assertThatNoTerminalObeys(String printed) {
        assertThat(printed).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n]]");
    }
}
