package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Reduction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model of {@code conf/models/triage} on its own pictures, against PyTorch's scores in its PROVENANCE.md. */
class BundledModelTest {

    private static final Path FOLDER = Path.of("conf/models/triage");

    private static ImageDecoder decoder;
    private static Classifier classifier;

    @BeforeAll
    static void loadTheModel() {
        ModelBundle bundle = ModelBundle.read(FOLDER);
        decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.NONE);
        classifier = Classifier.load(bundle);
    }

    @AfterAll
    static void close() {
        classifier.close();
        decoder.close();
    }

    @ParameterizedTest
    @CsvSource({
        "meal_1.jpg, food, 0.7275, 0.0693, 0.2032",
        "meal_2.jpg, food, 0.8122, 0.0450, 0.1428",
        "other_1.jpg, other, 0.0560, 0.0366, 0.9074",
        "other_2.jpg, other, 0.0127, 0.0129, 0.9744",
        "report_1.jpg, report, 0.0223, 0.9220, 0.0557",
        "report_2.jpg, report, 0.0193, 0.5503, 0.4304"
    })
    void givesTheScoresOfPyTorch(String picture, String best, double food, double report, double other)
            throws IOException {
        byte[] bytes = Files.readAllBytes(FOLDER.resolve("images").resolve(picture));
        Decoded decoded = (Decoded) decoder.decode(bytes);

        List<Label> labels = classifier.classify(decoded.input(), 3);

        assertThat(labels.get(0).label()).isEqualTo(best);
        assertThat(score(labels, "food")).isCloseTo(food, within(0.01));
        assertThat(score(labels, "report")).isCloseTo(report, within(0.01));
        assertThat(score(labels, "other")).isCloseTo(other, within(0.01));
    }

    private static double score(List<Label> labels, String name) {
        return labels.stream().filter(label -> label.label().equals(name)).findFirst().orElseThrow().score();
    }
}
