package io.flinkvision.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.catalogue.LoopbackServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFetchCommandTest {

    private static final byte[] CONTENT = "flink-vision".getBytes(StandardCharsets.UTF_8);

    /** The first digits of the content's SHA-256, by sha256sum. */
    private static final String SHA_256 = "3a707e596145";

    private static final String IMPORT_OPTIONS = " --name tiny --labels imagenet --family torchvision";

    @TempDir
    Path folder;

    @Test
    void listsTheCatalogueWithoutAName() {
        CommandRun run = CommandRun.of("model", "fetch");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines().get(0)).startsWith("Name");
        assertThat(run.lines()).anySatisfy(line -> assertThat(line)
                .matches("torchvision-small +torchvision +9.8 MiB +https://.*/mobilenet_v3_small-047dcff4.pth"));
        assertThat(CommandRun.of("model", "fetch", "--list").out()).isEqualTo(run.out());
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        CommandRun run = CommandRun.of("model", "fetch", "torchvision-smal");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("did you mean torchvision-small?");
    }

    @Test
    void printsWhereTheFileIsAndHowItIsMadeAModel() throws IOException {
        try (LoopbackServer server = new LoopbackServer(LoopbackServer.file(CONTENT))) {
            CommandRun run = fetch(server);

            Path file = folder.resolve("cache").resolve("tiny.pth");
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).containsExactly(file.toString());
            assertThat(file).hasBinaryContent(CONTENT);
            assertThat(run.err()).contains("licence: Apache-2.0")
                    .contains("bin/vision model import " + file + IMPORT_OPTIONS);
        }
    }

    @Test
    void saysWhatToDoByHandWhereTheFileCannotBeHad() throws IOException {
        try (LoopbackServer server = new LoopbackServer(LoopbackServer.status(404))) {
            CommandRun run = fetch(server);

            Path file = folder.resolve("cache").resolve("tiny.pth");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("answered 404")
                    .contains("1. download " + server.address("/tiny.pth"))
                    .contains("2. put it here as " + file)
                    .contains("the SHA-256 that begins with " + SHA_256)
                    .contains("4. bin/vision model import " + file + IMPORT_OPTIONS)
                    .doesNotContain("--verbose");
        }
    }

    @Test
    void tellsTheImportHowTheWeightsAreEvaluated() throws IOException {
        try (LoopbackServer server = new LoopbackServer(LoopbackServer.file(CONTENT))) {
            CommandRun run = fetch(server, """
                      preprocessing:
                        input-size: 256
                        mean: [0, 0, 0]
                        standard-deviation: [1, 1, 1]
                    """);

            assertThat(run.err()).contains("--input-size 256 --mean 0.0,0.0,0.0 --std 1.0,1.0,1.0");
        }
    }

    private CommandRun fetch(LoopbackServer server) throws IOException {
        return fetch(server, "");
    }

    private CommandRun fetch(LoopbackServer server, String preprocessing) throws IOException {
        Path catalogue = Files.writeString(folder.resolve("catalogue.yaml"), """
                tiny:
                  address: %s
                  sha256: "%s"
                  family: torchvision
                  labels: imagenet
                  licence: Apache-2.0
                  source: this test
                """.formatted(server.address("/tiny.pth"), SHA_256) + preprocessing);
        return CommandRun.of("model", "fetch", "tiny", "--catalogue", catalogue.toString(),
                "--cache", folder.resolve("cache").toString());
    }
}
