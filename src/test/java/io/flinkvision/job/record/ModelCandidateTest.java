package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.job.record.ModelCandidate.Mode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCandidateTest {

    private static final ModelChoice CHOICE = new ModelChoice("s3://models/new", "0123456789abcdef".repeat(4));
    private static final List<String> NAMES = IntStream.range(0, 10_000).mapToObj(i -> "camera-" + i).toList();

    @Test
    void aLargerPercentageKeepsTheCamerasOfASmallerOne() {
        List<String> few = camerasOf(10);

        assertThat(few).hasSizeBetween(900, 1_100);
        assertThat(camerasOf(25)).containsAll(few).hasSizeBetween(2_350, 2_650);
        assertThat(camerasOf(100)).isEqualTo(NAMES);
    }

    /** Whoever changes the hash gives the canary to other cameras when a job is updated. */
    @Test
    void theCamerasOfAPercentageNeverChange() {
        // printf camera-N | sha256sum | cut -c1-8, of which the first tenth begins below 1999999a.
        assertThat(camerasOf(10)).startsWith("camera-4", "camera-26", "camera-28");
    }

    @Test
    void picturesWithoutAKeyAreOfNoCanary() {
        assertThat(new ModelCandidate(CHOICE, Mode.CANARY, 100).labels(Optional.empty())).isFalse();
    }

    @Test
    void aShadowHasAShareOfThePicturesAndLabelsNone() {
        ModelCandidate shadow = new ModelCandidate(CHOICE, Mode.SHADOW, 5);

        assertThat(NAMES.stream().filter(shadow::compares)).hasSizeBetween(430, 570);
        assertThat(NAMES.stream().filter(name -> shadow.labels(Optional.of(name.getBytes(UTF_8))))).isEmpty();
        assertThat(NAMES.stream().filter(new ModelCandidate(CHOICE, Mode.CANARY, 100)::compares)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 100.1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoShare(double percent) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ModelCandidate(CHOICE, Mode.CANARY, percent))
                .withMessageContaining("above 0 and at most 100, not " + percent);
    }

    private static List<String> camerasOf(double percent) {
        ModelCandidate canary = new ModelCandidate(CHOICE, Mode.CANARY, percent);
        return NAMES.stream().filter(name -> canary.labels(Optional.of(name.getBytes(UTF_8)))).toList();
    }
}
