package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.head.SampleHeads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadCheckCommandTest {

    @TempDir
    static Path taught;

    @TempDir
    Path folder;

    private final DrawnPictures drawn = new DrawnPictures();

    @BeforeAll
    static void teach() throws IOException {
        DrawnPictures drawn = new DrawnPictures();
        drawn.bars(taught.resolve("bars"), 8);
        drawn.discs(taught.resolve("discs"), 8);
        CommandRun run = CommandRun.of(
                "teach", taught.toString(), "--name", "shapes", "--output", head().toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static Path head() {
        return taught.resolve("shapes.safetensors");
    }

    private CommandRun check(String... options) {
        List<String> arguments = new ArrayList<>(List.of("head", "check", head().toString(), folder.toString()));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void countsWhatIsRightAndShowsWhatIsWrong() throws IOException {
        drawn.bars(folder.resolve("bars"), 3);
        drawn.discs(folder.resolve("discs"), 4);
        Files.move(folder.resolve("discs/0.png"), folder.resolve("bars/stray.png"));

        CommandRun run = check();

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(0)).startsWith("shapes (SHA-256 ").endsWith("): bars; discs");
        assertThat(run.out()).contains("right     85.7 %  6 of 7",
                "\n   1     3     1  bars\n   2     0     3  discs\n",
                "Wrong (1), the most certain first:\n  bars/stray.png: discs ", " %; it is bars");
    }

    @Test
    void writesAPageWithThePicturesThatAreWrong() throws IOException {
        drawn.bars(folder.resolve("bars"), 3);
        drawn.discs(folder.resolve("discs"), 4);
        drawn.bars(folder.resolve("stripes"), 1);
        Files.move(folder.resolve("discs/0.png"), folder.resolve("bars/stray.png"));
        Path page = folder.resolve("report.html");

        CommandRun run = check("--report", page.toString());

        assertThat(run.err()).contains("The report is in " + page + ".\n");
        assertThat(page).content().contains("How good it is: <bdi>shapes</bdi>", "85.7 %", "6 of 7 pictures",
                "Wrong (1)", "alt=\"Picture bars/stray.png\"", "the head has no label &#39;stripes&#39;");
        assertThat(check("--report", page.toString()).err())
                .contains("exists already; use --force").doesNotContain("Read ");
        assertThat(check("--report", page.toString(), "--force").err()).contains("The report is in ");
    }

    @Test
    void tellsHowManyPicturesOfNothingInParticularAreUnknown() throws IOException {
        Files.createDirectories(folder.resolve("none"));
        Files.copy(Path.of("conf/models/triage/images/meal_1.jpg"), folder.resolve("none/meal.jpg"));
        drawn.bars(folder.resolve("bars"), 2);

        assertThat(check().out()).contains("unknown    0.0 %  0 of 2\n",
                "unknown  100.0 %  1 of 1 of nothing in particular");
        JsonNode json = check("--json").json().get(0);
        assertThat(json.get("count").intValue()).isEqualTo(2);
        assertThat(json.get("right").intValue()).isEqualTo(2);
        assertThat(json.get("unknown").intValue()).isZero();
        assertThat(json.at("/none/unknown").intValue()).isEqualTo(1);
        assertThat(json.get("confusion").toString()).isEqualTo("[[2,0],[0,0]]");
    }

    @Test
    void countsPicturesOfALabelThatAreUnknown() throws IOException {
        Files.createDirectories(folder.resolve("bars"));
        Files.copy(Path.of("conf/models/triage/images/meal_1.jpg"), folder.resolve("bars/meal.jpg"));
        drawn.discs(folder.resolve("discs"), 3);

        assertThat(check().out()).contains("unknown   25.0 %  1 of 4\n");
        assertThat(check("--json").json().get(0).get("unknown").intValue()).isEqualTo(1);
    }

    @Test
    void listsTheMostCertainMistakesFirst() throws IOException {
        drawn.bars(folder.resolve("discs"), 6);

        JsonNode json = check("--json").json().get(0);

        List<Double> probabilities = new ArrayList<>();
        json.get("wrong").forEach(wrong -> probabilities.add(wrong.get("probability").doubleValue()));
        assertThat(probabilities).hasSize(6).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(json.get("labels").toString()).isEqualTo("[\"bars\",\"discs\"]");
        assertThat(json.get("confusion").toString()).isEqualTo("[[0,0],[6,0]]");
        assertThat(json.get("none").toString()).isEqualTo("{\"count\":0,\"unknown\":0}");
    }

    @Test
    void aReportIsAFileOfItsOwn() throws IOException {
        drawn.bars(folder.resolve("bars"), 1);
        Path copy = Files.copy(head(), folder.resolve("copy.safetensors"));

        CommandRun run = CommandRun.of(
                "head", "check", copy.toString(), folder.toString(), "--force", "--report", copy.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--report must be a file of its own, not " + copy);
        assertThat(copy).hasSameBinaryContentAs(head());
    }

    @Test
    void failsIfOnePictureCannotBeJudged() throws IOException {
        drawn.bars(folder.resolve("bars"), 1);
        assertThat(check().exitCode()).isZero();

        Path broken = Files.writeString(folder.resolve("bars/broken.jpg"), "no picture");
        assertThat(check().exitCode()).isEqualTo(1);

        Files.delete(broken);
        drawn.bars(folder.resolve("stripes"), 1);
        assertThat(check().exitCode()).isEqualTo(1);
    }

    @Test
    void namesThePicturesItCannotJudge() throws IOException {
        drawn.bars(folder.resolve("bars"), 1);
        drawn.bars(folder.resolve("stripes"), 1);
        Files.writeString(folder.resolve("bars/broken.jpg"), "no picture");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("right    100.0 %  1 of 1",
                "No label of the head (1):\n  stripes/0.png: stripes\n",
                "Left out (1):\n  bars/broken.jpg: ");
    }

    @Test
    void refusesAHeadThatCannotAnswerHere() throws IOException {
        drawn.bars(folder.resolve("bars"), 1);
        Path other = Files.write(folder.resolve("other.safetensors"), SampleHeads.of("other", "ab".repeat(32)).bytes());

        CommandRun run = CommandRun.of("head", "check", other.toString(), folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("ab".repeat(32), "teach it on that one");
        assertThat(CommandRun.of("head", "check", "no.safetensors", folder.toString()).err())
                .contains("there is no such file");
        drawn.bars(folder.resolve("of other names/stripes"), 1);
        Path others = folder.resolve("of other names");
        assertThat(CommandRun.of("head", "check", head().toString(), others.toString()).err())
                .contains("holds no pictures of the head's labels: bars, discs");
    }
}
