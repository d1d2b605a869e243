package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.FormulaWeights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.tools.catalogue.LoopbackServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFetchCommandTest {

    private static final byte[] CONTENT = "flink-vision".getBytes(StandardCharsets.UTF_8);

    /** The first digits of the content's SHA-256, by sha256sum. */
    private static final String SHA_256 = "3a707e596145";

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
    void makesAModelThatIsEvaluatedAsTheCatalogueSays() throws IOException {
        byte[] weights = smallNetwork();
        try (TemporaryHome home = new TemporaryHome(folder.resolve("home"));
                LoopbackServer server = new LoopbackServer(LoopbackServer.file(weights))) {
            CommandRun run = fetch(server, Sha256.of(folder.resolve("small.safetensors")), """
                      preprocessing:
                        resize-length: 232
                        interpolation: bicubic
                    """);

            assertThat(run.exitCode()).as(run.err()).isZero();
            ModelBundle bundle = ModelBundle.read(home.models().resolve("tiny"));
            assertThat(bundle.labels()).hasSize(1000).contains("Gordon setter");
            assertThat(bundle.preprocessing().resize()).isEqualTo(new ResizeRule.ShorterSide(232));
            assertThat(bundle.preprocessing().interpolation()).isEqualTo(Interpolation.BICUBIC);
            assertThat(run.err()).contains("licence: Apache-2.0").contains("its name in commands and jobs is tiny");
        }
    }

    @Test
    void aFileThatIsNoModelLeavesNoBundle() throws IOException {
        try (TemporaryHome home = new TemporaryHome(folder.resolve("home"));
                LoopbackServer server = new LoopbackServer(LoopbackServer.file(CONTENT))) {
            CommandRun run = fetch(server);

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(home.names()).containsExactly("triage");
        }
    }

    @Test
    void aNameThatIsTakenIsToldBeforeAnythingIsDownloaded() throws IOException {
        try (TemporaryHome home = new TemporaryHome(folder.resolve("home"));
                LoopbackServer server = new LoopbackServer(LoopbackServer.status(500))) {
            Files.createDirectory(home.models().resolve("tiny"));

            CommandRun run = fetch(server);

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("tiny is there").doesNotContain("500");
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
                    .contains("4. bin/vision model import " + file
                            + " --name tiny --labels imagenet --family torchvision")
                    .doesNotContain("--verbose");
        }
    }

    @Test
    void tellsHowTheWeightsAreEvaluatedWhereTheyMustBeImportedByHand() throws IOException {
        try (LoopbackServer server = new LoopbackServer(LoopbackServer.status(404))) {
            CommandRun run = fetch(server, SHA_256, """
                      preprocessing:
                        input-size: 256
                        mean: [0, 0, 0]
                        standard-deviation: [1, 1, 1]
                    """);

            assertThat(run.err()).contains("--name tiny --labels imagenet --family torchvision"
                    + " --input-size 256 --mean 0.0,0.0,0.0 --std 1.0,1.0,1.0");
        }
    }

    /** A network of a quarter of the width, with weights made by a formula. */
    private byte[] smallNetwork() throws IOException {
        Network network = Family.TORCHVISION.network(new Variant(NetworkSize.SMALL, 0.25, false, 1000));
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        StateDict weights = FormulaWeights.stateDict(shapes, 0);
        Path file = folder.resolve("small.safetensors");
        SafetensorsWriter.write(file, shapes.keySet().stream().map(weights::tensor).toList());
        return Files.readAllBytes(file);
    }

    private CommandRun fetch(LoopbackServer server) throws IOException {
        return fetch(server, SHA_256, "");
    }

    private CommandRun fetch(LoopbackServer server, String sha256, String preprocessing) throws IOException {
        Path catalogue = Files.writeString(folder.resolve("catalogue.yaml"), """
                tiny:
                  address: %s
                  sha256: "%s"
                  family: torchvision
                  labels: imagenet
                  licence: Apache-2.0
                  source: this test
                """.formatted(server.address("/tiny.pth"), sha256) + preprocessing);
        return CommandRun.of("model", "fetch", "tiny", "--catalogue", catalogue.toString(),
                "--cache", folder.resolve("cache").toString());
    }
}
