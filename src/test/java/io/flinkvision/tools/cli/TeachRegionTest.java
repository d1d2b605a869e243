package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.RegionFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The region of 'vision teach', as far as no broker is asked. */
class TeachRegionTest {

    @TempDir
    Path folder;

    private final DrawnPictures drawn = new DrawnPictures();

    private Path pictures() {
        return folder.resolve("pictures of monday");
    }

    private Path head() {
        return folder.resolve("written.safetensors");
    }

    private void draw() throws IOException {
        drawn.bars(pictures().resolve("open"), 2);
        drawn.discs(pictures().resolve("shut"), 2);
    }

    private void describe(String camera) throws IOException {
        new RegionFile(camera, "gate", new RegionBox(0.25, 0, 0.5, 1)).writeTo(pictures());
    }

    private CommandRun teach(String... options) {
        List<String> arguments = new ArrayList<>(List.of("teach", pictures().toString(), "--output", head().toString()));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void aHeadHasTheNameOfItsRegionAndTheLineThatPublishesItIsPrinted() throws IOException {
        draw();

        CommandRun run = teach("--region", "*/the gate");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Head.read(head()).description().name()).isEqualTo("the gate");
        assertThat(run.err()).contains(
                "bin/vision head publish '*/the gate' --box X,Y,WIDTH,HEIGHT --head " + head() + "\n");
    }

    @Test
    void theFoldersOwnRegionIsTheDefault() throws IOException {
        draw();
        describe("cam-7's");

        CommandRun run = teach();

        assertThat(Head.read(head()).description().name()).isEqualTo("gate");
        assertThat(run.err()).contains(
                "bin/vision head publish 'cam-7'\\''s/gate' --box 0.25,0,0.5,1 --head " + head() + "\n");
        assertThat(teach("--region", "cam-7's/gate", "--force").exitCode()).isZero();
    }

    @Test
    void aRegionMustNotContradictTheFolder() throws IOException {
        draw();
        describe("cam-7");

        assertRefused(2, teach("--region", "cam-8/gate"), "--region is cam-8/gate, but "
                + pictures().resolve("region.yaml") + " says that the pictures are of cam-7/gate; leave --region out");
    }

    @Test
    void aFoldersRegionMustHaveANameThatThereCanBe() throws IOException {
        draw();
        describe("cam\t7");

        assertRefused(1, teach(), pictures().resolve("region.yaml") + ": The name of a camera must have from 1 to 300");
    }

    @Test
    void whatIsPublishedMustHaveARegion() throws IOException {
        draw();

        assertRefused(2, teach("--publish"), "--publish needs --region CAMERA/REGION, since there is no "
                + pictures().resolve("region.yaml"));
        assertRefused(2, teach("--publish", "--region", "gate"), "must be camera/region");
        assertRefused(2, teach("--publish", "--region", "cam-7/gate", "--box", "0,0,1"), "must be four numbers");
        assertRefused(2, teach("--publish", "--region", "cam-7/gate", "--box", "0.5,0,0.6,1"), "outside the picture");
    }

    @Test
    void theOptionsOfPublishingAreRefusedWithoutIt() throws IOException {
        draw();

        for (List<String> option : List.of(List.of("--box", "0,0,1,1"), List.of("--topic", "heads"),
                List.of("--job", "job.yaml"), List.of("--bootstrap-servers", "localhost:9092"),
                List.of("--property", "security.protocol=SSL"))) {
            assertRefused(2, teach(option.get(0), option.get(1)), option.get(0) + " has no effect without --publish");
        }
    }

    @Test
    void picturesThatCannotBeTaughtAreReportedBeforeTheJobIsAsked() throws IOException {
        drawn.bars(pictures().resolve("open"), 2);
        describe("cam-7");

        CommandRun run = teach("--publish", "--job", folder.resolve("none.yaml").toString());

        assertRefused(1, run, "all pictures have the label 'open'");
    }

    private void assertRefused(int exitCode, CommandRun run, String message) {
        assertThat(run.err()).contains(message).doesNotContain("Read ", "Unexpected", "--verbose");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(Files.exists(head())).isFalse();
    }
}
