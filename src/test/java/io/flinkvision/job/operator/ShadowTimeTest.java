package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShadowTimeTest {

    private final ShadowTime time = new ShadowTime();

    @Test
    void aShadowAsFastAsTheModelNeverWaits() {
        for (int i = 0; i < 10_000; i++) {
            earn(10);
            spend(10);

            assertThat(time.isSpent()).isFalse();
        }
    }

    @Test
    void aSlowShadowTakesTwiceTheTimeOfTheModelBeyondItsStart() {
        long spent = 0;
        for (int i = 0; i < 10_000; i++) {
            earn(10);
            if (!time.isSpent()) {
                spend(1_000);
                spent += 1_000;
            }
        }

        assertThat(spent).isBetween(200_000L, 200_000 + ShadowTime.START.toMillis() + 1_000);
    }

    @Test
    void whatAnIdleShadowDidNotUseIsNotKept() {
        earn(1_000_000);
        spend(ShadowTime.START.toMillis());

        assertThat(time.isSpent()).isTrue();
    }

    private void earn(long millis) {
        time.earn(Duration.ofMillis(millis).toNanos());
    }

    private void spend(long millis) {
        time.spend(Duration.ofMillis(millis).toNanos());
    }
}
