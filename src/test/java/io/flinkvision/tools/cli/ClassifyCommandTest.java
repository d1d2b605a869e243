package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.pipeline.JobOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {

    private static final Path BUNDLE = Path.of("conf/models/triage");
    private static final String MEAL = BUNDLE.resolve("images/meal_1.jpg").toString();

    @TempDir
    Path folder;

    @Test
    void givesTheBundledPicturesTheirLabels() {
        String images = BUNDLE.resolve("images") + "/";
        CommandRun run = CommandRun.of("classify", "--json", "--top-k", "1",
                images + "meal_1.jpg", images + "meal_2.jpg", images + "other_1.jpg", images + "other_2.jpg",
                images + "report_1.jpg", images + "report_2.jpg");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.json()).extracting(line -> line.at("/labels/0/label").textValue())
                .containsExactly("food", "food", "other", "other", "report", "report");
        assertThat(run.json()).extracting(line -> line.get("file").textValue()).first().isEqualTo(MEAL);
    }

    @Test
    void writesExactlyTheFieldsOfTheFormat() {
        JsonNode line = CommandRun.of("classify", "--json", MEAL).json().get(0);

        assertThat(names(line)).containsExactly("file", "labels");
        assertThat(line.get("labels")).hasSize(3);
        line.get("labels").forEach(label -> assertThat(names(label)).containsExactly("label", "index", "score"));
        double sum = 0;
        double last = 1;
        for (JsonNode label : line.get("labels")) {
            assertThat(label.get("score").doubleValue()).isLessThanOrEqualTo(last);
            last = label.get("score").doubleValue();
            sum += last;
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
        assertThat(line.at("/labels/0/index").intValue()).isZero();
    }

    /** A photograph stays what it is; its scores change a little. */
    @Test
    void decodesLargePicturesAtAReducedSizeWhereItIsAsked() throws IOException {
        Path file = Files.write(folder.resolve("large.jpg"), JobHarness.largePicture());

        JsonNode whole = best(file, "--reduced", "false");
        JsonNode reduced = best(file, "--reduced", "auto");

        assertThat(reduced.get("label")).isEqualTo(whole.get("label"));
        assertThat(reduced.get("score").doubleValue())
                .isNotEqualTo(whole.get("score").doubleValue())
                .isCloseTo(whole.get("score").doubleValue(), within(0.1));
    }

    @Test
    void reducesSmallerPicturesWithTrueOnly() throws IOException {
        Path file = Files.write(folder.resolve("smaller.jpg"), JobHarness.enlargedPicture(700, 700));

        JsonNode whole = best(file, "--reduced", "false");

        assertThat(best(file, "--reduced", "auto")).isEqualTo(whole);
        assertThat(best(file, "--reduced", "true").get("label")).isEqualTo(whole.get("label"));
        assertThat(best(file, "--reduced", "true").get("score")).isNotEqualTo(whole.get("score"));
    }

    @Test
    void givesALargePictureTheScoreOfAJobWithTheSameSetting() throws IOException {
        byte[] large = JobHarness.largePicture();
        Path file = Files.write(folder.resolve("large.jpg"), large);

        assertThat(best(file).get("score").floatValue()).isEqualTo(score(large, JobOptions.DECODE_REDUCED.defaultValue()
                .orElseThrow()));
        for (String setting : List.of("auto", "true", "false")) {
            assertThat(best(file, "--reduced", setting).get("score").floatValue())
                    .isEqualTo(score(large, Reduction.of(setting)));
        }
    }

    private static float score(byte[] picture, Reduction reduction) {
        ModelBundle bundle = ModelBundle.read(BUNDLE);
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), reduction);
                Classifier classifier = Classifier.load(bundle)) {
            return classifier.classify(((Decoded) decoder.decode(picture)).input(), 1).get(0).score();
        }
    }

    @Test
    void refusesASettingThatDecodeReducedDoesNotHave() {
        CommandRun run = CommandRun.of("classify", "--reduced", "never", MEAL);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--reduced must be one of auto, true, false, not 'never'");
    }

    private static JsonNode best(Path file, String... options) {
        List<String> arguments = new ArrayList<>(List.of("classify", "--json"));
        arguments.addAll(List.of(options));
        arguments.add(file.toString());
        return CommandRun.of(arguments.toArray(String[]::new)).json().get(0).at("/labels/0");
    }

    @Test
    void printsALineAPictureWithPercentages() {
        CommandRun run = CommandRun.of("classify", "--top-k", "2", MEAL);

        assertThat(run.lines()).singleElement().asString()
                .matches("\\Q" + MEAL + "\\E: food [0-9]{2}\\.[0-9] %, [a-z]+ [0-9]{1,2}\\.[0-9] %");
    }

    @Test
    void goesOnAfterAFileThatFailsAndExitsWithOne() throws IOException {
        Path text = Files.writeString(folder.resolve("note.txt"), "no picture");
        Path empty = Files.createFile(folder.resolve("empty.jpg"));
        String missing = folder.resolve("missing.jpg").toString();

        CommandRun run = CommandRun.of("classify", "--json",
                text.toString(), empty.toString(), missing, folder.toString(), MEAL);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.json()).extracting(line -> line.at("/error/code").asText("none"))
                .containsExactly("UNKNOWN_FORMAT", "EMPTY", "UNREADABLE", "UNREADABLE", "none");
        JsonNode error = run.json().get(2);
        assertThat(names(error)).containsExactly("file", "error");
        assertThat(names(error.get("error"))).containsExactly("code", "message");
        assertThat(error.at("/error/message").textValue()).contains("no such file");
    }

    @Test
    void saysToStandardErrorWhichFileFailedWhereItTalksToPeople() {
        CommandRun run = CommandRun.of("classify", folder.resolve("missing.jpg").toString(), MEAL);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("missing.jpg: UNREADABLE");
        assertThat(run.lines()).singleElement().asString().startsWith(MEAL);
    }

    @Test
    void refusesAFileAboveTheByteLimitWithoutReadingIt() throws IOException {
        Path large = folder.resolve("large.jpg");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            // More than an array holds and than this JVM has memory for; the file takes no space.
            sparse.setLength(1L << 33);
        }

        JsonNode line = CommandRun.of("classify", "--json", large.toString()).json().get(0);

        assertThat(line.at("/error/code").textValue()).isEqualTo("TOO_LARGE");
        assertThat(line.at("/error/message").textValue())
                .contains("8589934592").contains(String.valueOf(DecodeLimits.DEFAULTS.maxBytes()));
    }

    @Test
    void takesABundleByItsPath() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("my model"));
        try (Stream<Path> files = Files.list(BUNDLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        Files.writeString(copy.resolve("labels.txt"), "first\nsecond\nthird\n");

        CommandRun run = CommandRun.of("classify", "--model", copy.toString(), MEAL);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("first ");
    }

    @Test
    void isWronglyUsedWithoutAFile() {
        assertWrongUse("FILE", "classify");
    }

    @Test
    void isWronglyUsedWithNoLabelsAskedFor() {
        assertWrongUse("--top-k must be at least 1, not 0", "classify", "--top-k", "0", MEAL);
    }

    @Test
    void isWronglyUsedWithANumberThatIsNone() {
        assertWrongUse("--top-k", "classify", "--top-k", "many", MEAL);
    }

    @Test
    void isWronglyUsedWithAnUnknownOption() {
        assertWrongUse("--topk", "classify", "--topk", "1", MEAL);
    }

    @Test
    void isWronglyUsedWithABundleThatDoesNotExist() {
        assertWrongUse("triage", "classify", "--model", "triangle", MEAL);
    }

    @Test
    void failsOnABundleWithSomethingWrongInIt() throws IOException {
        Files.writeString(folder.resolve("model.yaml"), "name: broken\n");

        CommandRun run = CommandRun.of("classify", "--model", folder.toString(), MEAL);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("model.yaml").contains("weights").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    /** ONNX Runtime 1.29 ended a JVM whose command line had more than 4,000 characters. */
    @Test
    void takesMoreFilesThanAShortCommandLineHolds() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dlog4j2.configurationFile=conf/log4j2.properties",
                "-cp", System.getProperty("java.class.path"), "io.flinkvision.tools.cli.Vision", "classify", "--json"));
        for (int i = 0; i < 1_000; i++) {
            command.add(folder.resolve("missing.jpg").toString());
        }
        command.add(MEAL);
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(lines).hasSize(1_001);
        assertThat(lines.get(1_000)).contains("food");
    }

    private static void assertWrongUse(String messagePart, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(messagePart).contains("vision classify --help");
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
