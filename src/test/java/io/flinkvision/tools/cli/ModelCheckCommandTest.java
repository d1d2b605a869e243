package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckCommandTest {

    private static final Path IMAGES = Path.of("conf/models/triage/images");

    @TempDir
    Path folder;

    @Test
    void tellsThatAModelWorks() {
        CommandRun run = CommandRun.of("model", "check", "triage");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("triage: MobileNetV3-Small x1.0 (torchvision), 3 classes");
        assertThat(run.lines().get(1)).matches("loaded in [0-9.]+ ms.*");
        assertThat(run.lines().get(2)).matches("[0-9.]+ ms a picture, the median of 10 runs on one thread");
        assertThat(run.lines().get(3)).isEqualTo("the scores of all classes sum to 1.000000");
        assertThat(run.lines().get(4)).isEqualTo("all runs gave the same scores");
    }

    @Test
    void countsWhatIsRightInSubFolders() throws IOException {
        copy("meal_1.jpg", "food/1.jpg");
        copy("meal_2.jpg", "Report/meal.jpg");
        copy("report_1.jpg", "report/a.jpg");
        copy("report_2.jpg", "other/b.jpg");
        Files.writeString(folder.resolve("food/notes.txt"), "no picture");
        Files.writeString(folder.resolve("README"), "no folder");

        CommandRun run = CommandRun.of("model", "check", "triage", "--images", folder.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).contains(
                "top-1   50.0 %  2 of 4",
                "top-5  100.0 %  4 of 4",
                "    1 x  report  taken for  food",
                "    1 x  other  taken for  report");
        // By 0.77 and by 0.12.
        assertThat(run.out().indexOf("meal.jpg: food 81.")).isPositive().isLessThan(run.out().indexOf("b.jpg: report"));
    }

    @Test
    void takesTheLabelOfAFilesNameAndTellsPrograms() throws IOException {
        copy("meal_1.jpg", "food_1.jpg");
        copy("report_2.jpg", "other (2).jpg");

        CommandRun run = CommandRun.of("model", "check", "triage", "--json", "--images", folder.toString());

        assertThat(run.exitCode()).isZero();
        JsonNode check = run.json().get(0);
        assertThat(check.get("deterministic").booleanValue()).isTrue();
        assertThat(check.get("scoreSum").doubleValue()).isBetween(0.99999, 1.00001);
        JsonNode images = check.get("images");
        assertThat(images.get("count").intValue()).isEqualTo(2);
        assertThat(images.get("top1").intValue()).isEqualTo(1);
        JsonNode wrong = images.get("pictures").get(1);
        assertThat(wrong.get("label").textValue()).isEqualTo("other");
        assertThat(wrong.get("takenLabel").textValue()).isEqualTo("report");
        assertThat(wrong.get("rank").intValue()).isEqualTo(2);
    }

    @Test
    void namesThePicturesItCannotJudge() throws IOException {
        copy("meal_1.jpg", "food.jpg");
        copy("meal_1.jpg", "lunch.jpg");
        Files.writeString(folder.resolve("report.jpg"), "no picture");

        CommandRun run = CommandRun.of("model", "check", "triage", "--images", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).contains("top-1  100.0 %  1 of 1");
        assertThat(run.err()).contains(folder.resolve("lunch.jpg") + ": no label of the model has this name",
                folder.resolve("report.jpg") + ": UNKNOWN_FORMAT: ");
    }

    @Test
    void canBeToldWhereTheLabelsStand() throws IOException {
        copy("meal_1.jpg", "food.jpg");
        copy("meal_2.jpg", "report/food.jpg");

        CommandRun run = CommandRun.of(
                "model", "check", "triage", "--labels-from", "file-name", "--images", folder.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).contains("top-1  100.0 %  1 of 1");
    }

    @Test
    void refusesAFolderWithoutPictures() {
        assertThat(CommandRun.of("model", "check", "triage", "--images", folder.toString()).err())
                .contains(folder + " holds no pictures");
        CommandRun none = CommandRun.of("model", "check", "triage", "--images", folder.resolve("none").toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("cannot be read as a folder");
        assertThat(CommandRun.of("model", "check", "none").exitCode()).isEqualTo(2);
    }

    private void copy(String picture, String to) throws IOException {
        Path target = folder.resolve(to);
        Files.createDirectories(target.getParent());
        Files.copy(IMAGES.resolve(picture), target);
    }
}
