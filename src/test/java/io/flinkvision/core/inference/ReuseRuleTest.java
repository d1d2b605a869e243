package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseRuleTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final ClassifiedImage LAST =
            new ClassifiedImage(grey(100), List.of(new Label("food", 0, 0.75f)), TIME, "digest");

    private final ReuseRule rule = new ReuseRule(8, Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource({"100, true", "107, true", "108, false", "93, true", "92, false", "255, false"})
    void aPictureIsUnchangedIfNoCellDiffersByTheThreshold(int grey, boolean unchanged) {
        ImageFingerprint oneCell = new ImageFingerprint(grey(100).cells().clone());
        oneCell.cells()[137] = (byte) grey;

        assertThat(rule.takesOver(LAST, oneCell, TIME, "digest")).isEqualTo(unchanged);
        assertThat(rule.takesOver(LAST, grey(grey), TIME, "digest")).isEqualTo(unchanged);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "9999, true", "10000, false", "3600000, false", "-9999, true", "-10000, false"})
    void labelsAreTakenOverByPicturesOfNearlyTheSameTime(long millis, boolean takenOver) {
        assertThat(rule.takesOver(LAST, grey(100), TIME.plusMillis(millis), "digest")).isEqualTo(takenOver);
    }

    @Test
    void labelsOfAnotherModelAreNotTakenOver() {
        assertThat(rule.takesOver(LAST, grey(100), TIME, "other")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "256, 10", "-1, 10", "8, 0", "8, -1"})
    void aRuleThatCannotBeIsRefused(int threshold, long seconds) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReuseRule(threshold, Duration.ofSeconds(seconds)));
    }

    private static ImageFingerprint grey(int level) {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        Arrays.fill(cells, (byte) level);
        return new ImageFingerprint(cells);
    }
}
