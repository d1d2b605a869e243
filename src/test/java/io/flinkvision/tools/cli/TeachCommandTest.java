package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachCommandTest {

    @TempDir
    Path folder;

    private final DrawnPictures drawn = new DrawnPictures();

    private Path pictures() {
        return folder.resolve("gate");
    }

    private Path head() {
        return folder.resolve("written.safetensors");
    }

    private void draw(int open, int shut) throws IOException {
        drawn.bars(pictures().resolve("open"), open);
        drawn.discs(pictures().resolve("shut"), shut);
    }

    private CommandRun teach(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("teach", pictures().toString(), "--output", head().toString()));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void writesAHeadOfTheFoldersLabelsForTheModelThatComesWithTheProject() throws IOException {
        draw(8, 7);

        CommandRun run = teach();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("gate: 2 labels, 15 pictures, 15 different ones");
        assertThat(run.out())
                .contains("accuracy           100.0 % (", " of the pictures that were held out, in 5 folds",
                        "\n   1     8     0  open\n   2     0     7  shut\n",
                        "needs more pictures: fewer than 10 different ones")
                .doesNotContain("Left out", "Wrong (");
        assertThat(run.err()).contains("Read 15 files in ", "Taught 2 labels in ", "Wrote " + head(), "head publish");
        Head head = Head.read(head());
        assertThat(head.description().name()).isEqualTo("gate");
        assertThat(head.description().labels()).containsExactly("open", "shut");
        assertThat(head.description().pictures()).isEqualTo(15);
        head.requireTaughtOn(Backbone.of(ModelBundle.read(Path.of("conf/models/triage"))));
    }

    @Test
    void tellsProgramsTheSame() throws IOException {
        draw(6, 20);
        Files.writeString(pictures().resolve("open/notes.txt"), "no picture");
        Files.copy(pictures().resolve("open/0.png"), pictures().resolve("open/again.png"));
        drawn.discs(pictures().resolve("none"), 2);

        JsonNode report = teach("--name", "the gate", "--json").json().get(0);

        assertThat(report.get("name").textValue()).isEqualTo("the gate");
        assertThat(report.get("file").textValue()).isEqualTo(head().toString());
        assertThat(report.get("digest").textValue()).isEqualTo(Head.read(head()).digest());
        assertThat(report.get("pictures").intValue()).isEqualTo(26);
        assertThat(report.get("copies").intValue()).isEqualTo(1);
        assertThat(report.get("imbalanced").booleanValue()).isTrue();
        assertThat(report.at("/labels/0/label").textValue()).isEqualTo("open");
        assertThat(report.at("/labels/0/needs/0").textValue()).isEqualTo("FEW_PICTURES");
        assertThat(report.at("/labels/1/recall/estimate").doubleValue()).isEqualTo(1);
        assertThat(report.at("/measured/confusion").toString()).isEqualTo("[[6,0],[0,20]]");
        assertThat(report.at("/measured/accuracy/low").doubleValue()).isBetween(0.8, 0.99);
        assertThat(report.at("/measured/unknown/acceptedNone").doubleValue()).isEqualTo(1);
        assertThat(report.at("/leftOut/0/file").textValue()).isEqualTo("open/notes.txt");
    }

    @Test
    void writesAPageWithThePicturesThatAreWrong() throws IOException {
        draw(9, 9);
        Files.move(pictures().resolve("shut/8.png"), pictures().resolve("open/<b>stray.png"));
        Path page = folder.resolve("report.html");

        CommandRun run = teach("--report", page.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("The report is in " + page + ".\n");
        assertThat(page).content().startsWith("<!DOCTYPE html>")
                .contains("What was taught: <bdi>gate</bdi>", "Wrong (1)", "src=\"data:image/jpeg;base64,",
                        "open/&lt;b&gt;stray.png")
                .doesNotContain("<b>stray");
        assertThat(teach("--report", page.toString(), "--force").exitCode()).isZero();
    }

    @Test
    void refusesAPageThatExistsOrIsTheHeadBeforeItReadsPictures() throws IOException {
        draw(1, 1);
        Path page = Files.writeString(folder.resolve("report.html"), "mine");

        CommandRun exists = teach("--report", page.toString());
        CommandRun same = teach("--force", "--report", head().toString());

        assertThat(exists.exitCode()).isEqualTo(1);
        assertThat(exists.err()).isEqualTo(page + " exists already; use --force to overwrite it\n");
        assertThat(page).hasContent("mine");
        assertThat(same.exitCode()).isEqualTo(2);
        assertThat(same.err()).contains("--report must be a file of its own, not " + head());
        assertThat(head()).doesNotExist();
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("gate"), "no folder");

        CommandRun run = teach();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo(
                file + " is not a folder; give a folder that has a folder of pictures for each label\n");
    }

    @Test
    void aPictureOfTwoLabelsIsListedUnderBoth() throws IOException {
        draw(6, 6);
        Files.copy(pictures().resolve("open/0.png"), pictures().resolve("shut/copy.png"));

        CommandRun run = teach();

        assertThat(run.lines().get(0)).startsWith("gate: 2 labels, 11 pictures");
        assertThat(run.out()).contains("Left out (2):",
                "  shut/copy.png: the same picture has several labels: open/0.png, shut/copy.png\n");
    }

    @Test
    void listsBrokenFilesAndTeachesFromTheOthers() throws IOException {
        draw(35, 35);
        for (int i = 0; i < 30; i++) {
            Files.write(pictures().resolve("open/" + i + "-cut.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 1});
        }

        CommandRun run = teach();

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(0)).startsWith("gate: 2 labels, 70 pictures, ");
        assertThat(run.out()).contains("Left out (30):\n  open/0-cut.jpg: ", "\n  and 10 more\n");
    }

    @Test
    void saysWhereALabelHasTooFewPicturesToBeMeasured() throws IOException {
        draw(8, 1);

        CommandRun run = teach();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("       1          1  not known                  shut - needs more pictures")
                .contains("The largest label has 8.0 times as many pictures as the smallest");
    }

    @Test
    void doesWithoutFiguresWhereNothingCanBeHeldOut() throws IOException {
        draw(1, 1);

        CommandRun run = teach();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Its accuracy is not known");
    }

    @Test
    void teachesRegionsOfWholeFrames() throws IOException {
        List<String> lines = new ArrayList<>(List.of("frame,region,label"));
        for (int i = 0; i < 6; i++) {
            drawn.frame(pictures().resolve("frames/" + i + ".png"), i % 2 == 0);
            lines.add(i + ".png,left," + (i % 2 == 0 ? "bars" : "discs"));
            lines.add(i + ".png,right," + (i % 2 == 0 ? "discs" : "bars"));
        }
        Files.write(pictures().resolve("labels.csv"), lines);
        Path regions = Files.writeString(folder.resolve("regions.json"), """
                {"regions": [{"name": "left", "x": 0, "y": 0, "w": 0.5, "h": 1},
                             {"name": "right", "x": 0.5, "y": 0, "w": 0.5, "h": 1}]}""");

        CommandRun run = teach("--regions", regions.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("gate: 2 labels, 12 pictures", "\n   1     6     0  bars\n");
        CommandRun check = CommandRun.of("head", "check", head().toString(), pictures().toString(), "--regions",
                regions.toString());
        assertThat(check.out()).contains("right    100.0 %  12 of 12");
    }

    @Test
    void namesOfFilesAndLabelsMayHaveAnyCharacters() throws IOException {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "the locale has no such characters");
        drawn.bars(pictures().resolve("Tür offen 🚲"), 6);
        drawn.discs(pictures().resolve("zu"), 6);
        Files.writeString(pictures().resolve("zu/ß 🚲\n.jpg"), "no picture");

        CommandRun run = teach("--name", "Tor süd 🚪");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Tor süd 🚪: 2 labels", "6     0  Tür offen 🚲\n", "zu/ß 🚲\\u000a.jpg: ");
        assertThat(Head.read(head()).description().labels()).containsExactly("Tür offen 🚲", "zu");
    }

    @Test
    void refusesAFileThatExistsBeforeItReadsPictures() throws IOException {
        draw(6, 6);
        Files.writeString(head(), "mine");

        CommandRun refused = teach();

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo(head() + " exists already; use --force to overwrite it\n");
        assertThat(head()).hasContent("mine");
        assertThat(teach("--force").exitCode()).isZero();
        assertThat(Head.read(head()).description().labels()).hasSize(2);
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws IOException {
        assertFailure(pictures() + " is not there");
        Files.createDirectories(pictures());
        assertFailure(pictures() + " has no folders in it");
        drawn.bars(pictures().resolve("none"), 1);
        assertFailure("there are no pictures with a label ('none' is none)");
        drawn.bars(pictures().resolve("open"), 6);
        assertFailure("all pictures have the label 'open'");
        Files.createDirectories(pictures().resolve("shut"));
        Files.writeString(pictures().resolve("shut/broken.jpg"), "no picture");
        assertFailure("shut/broken.jpg: ",
                "all pictures have the label 'open'; give each of at least two labels a folder");
    }

    @Test
    void isWronglyUsedWithoutAFolderOrWithNamesThatCannotBe() throws IOException {
        draw(1, 1);
        assertThat(CommandRun.of("teach").exitCode()).isEqualTo(2);
        assertThat(teach("--name", " ").exitCode()).isEqualTo(2);
        assertThat(teach("--backbone", "nothing").exitCode()).isEqualTo(2);
        CommandRun slash = CommandRun.of("teach", pictures().toString(), "--name", "a/b");
        assertThat(slash.exitCode()).isEqualTo(2);
        assertThat(slash.err()).contains("give one with --output");
        assertThat(head()).doesNotExist();
    }

    private void assertFailure(String... messages) {
        CommandRun run = teach();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(messages).doesNotContain("Unexpected", "--verbose");
        assertThat(head()).doesNotExist();
    }
}
