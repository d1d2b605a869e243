package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.weights.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaughtBundleTest {

    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));

    @TempDir
    Path folder;

    @Test
    void keepsTheWeightsThePreprocessingAndTheLicencesOfItsBackbone() throws IOException {
        ModelBundle taught = ModelBundle.read(write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest())));

        assertThat(taught.name()).isEqualTo("gate");
        assertThat(taught.labels()).containsExactly("gate-yes", "gate-no");
        assertThat(taught.preprocessing()).isEqualTo(TRIAGE.preprocessing());
        assertThat(TRIAGE.licences()).isNotEmpty();
        assertThat(taught.licences()).isEqualTo(TRIAGE.licences());
        for (String licence : TRIAGE.licences()) {
            assertThat(taught.folder().resolve(licence)).hasSameBinaryContentAs(TRIAGE.folder().resolve(licence));
        }
        assertThat(taught.weights().file()).hasSameBinaryContentAs(TRIAGE.weights().file());
        Weights.Tensors backbone = (Weights.Tensors) taught.weights().backbone();
        assertThat(backbone.network()).isEqualTo(((Weights.Tensors) TRIAGE.weights()).network());
        assertThat(backbone.batchNormEpsilon()).isEqualTo(1e-3);
    }

    @Test
    void keepsAnEpsilonThatIsNotTheFamilys() throws IOException {
        Path backbone = Files.createDirectory(folder.resolve("backbone"));
        for (String name : List.of("model.safetensors", "labels.txt")) {
            Files.copy(TRIAGE.folder().resolve(name), backbone.resolve(name));
        }
        Files.writeString(backbone.resolve("model.yaml"), "name: other\nfamily: torchvision\nsize: small\n"
                + "weights: model.safetensors\nbatch-norm-epsilon: 1e-5\npreprocessing: {input-size: 160}\n");

        ModelBundle taught = ModelBundle.read(
                write(ModelBundle.read(backbone), SampleHeads.of("gate", TRIAGE.digest())));

        assertThat(((Weights.Tensors) taught.weights().backbone()).batchNormEpsilon()).isEqualTo(1e-5);
        assertThat(taught.preprocessing().inputSize()).isEqualTo(160);
    }

    @Test
    void hasTheDigestOfTheWeightsFollowedByTheHead() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest()));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(Files.readAllBytes(bundle.resolve("model.safetensors")));
        both.write(Files.readAllBytes(bundle.resolve("head.safetensors")));

        ModelBundle taught = ModelBundle.read(bundle);

        assertThat(taught.digest()).isEqualTo(
                Sha256.of(both.toByteArray()));
        assertThat(taught.backboneDigest()).isEqualTo(TRIAGE.digest());
    }

    @Test
    void namesTheHeadAmongItsFiles() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest()));

        assertThat(ModelBundle.files(bundle)).extracting(BundleFile::name)
                .contains("model.safetensors", "head.safetensors", "labels.txt");
    }

    @Test
    void refusesWeightsThatTheHeadWasNotTaughtOn() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", "ab".repeat(32)));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelBundle.read(bundle))
                .withMessage(bundle.resolve("head.safetensors") + " was taught on the network with the SHA-256 "
                        + "ab".repeat(32) + ", but model.safetensors beside it has " + TRIAGE.digest()
                        + "; put the weights there that it was taught on");
    }

    @Test
    void refusesLabelsThatAreNotTheHeads() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest()));
        Files.writeString(bundle.resolve("labels.txt"), "gate-no\ngate-yes\n");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelBundle.read(bundle))
                .withMessage(bundle + " has the labels [gate-no, gate-yes], but those of head.safetensors are"
                        + " [gate-yes, gate-no]; the labels must be the head's, one per line");
    }

    @Test
    void takesLabelsWithSpacesAroundThem() throws IOException {
        Head head = Head.of(new HeadDescription("gate", List.of(" open", "shut "), TRIAGE.digest(), 1,
                Optional.empty(), Instant.EPOCH, 2, Optional.empty()),
                new float[] {1, 2}, new float[2], new float[] {1, 1});

        assertThat(ModelBundle.read(write(TRIAGE, head)).labels()).containsExactly("open", "shut");
    }

    @Test
    void refusesAHeadThatIsMissingOrOutsideOrTooLarge() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest()));
        Path head = bundle.resolve("head.safetensors");
        Files.write(head, new byte[(2 << 20) + 1]);
        assertRefused(bundle, "head: names head.safetensors, which has more than 2097152 bytes, which is the limit of"
                + " such a file");

        Files.delete(head);
        assertRefused(bundle, "head: names head.safetensors, which is not in " + bundle);

        Path description = bundle.resolve("model.yaml");
        Files.writeString(description,
                Files.readString(description).replace("head: head.safetensors", "head: ../head.safetensors"));
        assertRefused(bundle, "head: must be the name of a file in the bundle, not ../head.safetensors");
    }

    private static void assertRefused(Path bundle, String problem) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> ModelBundle.read(bundle))
                .withMessageContaining(problem);
    }

    @Test
    void refusesAFileThatIsNoHead() throws IOException {
        Path bundle = write(TRIAGE, SampleHeads.of("gate", TRIAGE.digest()));
        Files.copy(bundle.resolve("model.yaml"), bundle.resolve("head.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelBundle.read(bundle))
                .withMessageStartingWith(bundle.resolve("head.safetensors") + ": ");
    }

    @Test
    void letsNoLicenceTakeTheNameOfTheHead() throws IOException {
        Path backbone = SmallBundle.write(folder.resolve("backbone"), 32, 1, 2);
        Files.writeString(backbone.resolve("head.safetensors"), "terms");
        Files.writeString(backbone.resolve("model.yaml"), "name: b\nweights: net.onnx\nlicences: [head.safetensors]\n"
                + "preprocessing: {input-size: 32}\n");
        ModelBundle bundle = ModelBundle.read(backbone);

        assertThatExceptionOfType(ModelException.class).isThrownBy(
                () -> new TaughtBundle(new BundleName("gate"), bundle, new byte[0]))
                .withMessageContaining("head.safetensors has the name of another file of the new bundle");
    }

    private Path write(ModelBundle backbone, Head head) throws IOException {
        Path place = Files.createDirectory(folder.resolve("gate"));
        new TaughtBundle(new BundleName("gate"), backbone, head.bytes()).writeTo(place);
        return place;
    }
}
