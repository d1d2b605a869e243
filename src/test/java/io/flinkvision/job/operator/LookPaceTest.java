package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookPaceTest {

    @Test
    void aCameraThatAlwaysChangesIsLookedAtInPairsEverMoreRarely() {
        assertThat(looksOf(220)).containsExactly(
                0, 1, 2, 3,
                6, 7,
                12, 13,
                22, 23,
                40, 41,
                74, 75,
                140, 141,
                206, 207);
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LookPace.EVERY_FRAME.passed())
                .withMessageContaining("a pause of -1 frames");
        assertThatIllegalArgumentException().isThrownBy(() -> new LookPace(-1, 0)).withMessageContaining("-1 looks");
    }

    /** The frames that are looked at, each of which then has to be decoded. */
    private static List<Integer> looksOf(int frames) {
        List<Integer> looks = new ArrayList<>();
        LookPace pace = LookPace.EVERY_FRAME;
        for (int frame = 0; frame < frames; frame++) {
            if (pace.isDue()) {
                looks.add(frame);
                pace = pace.afterDecoding();
            } else {
                pace = pace.passed();
            }
        }
        return looks;
    }
}
