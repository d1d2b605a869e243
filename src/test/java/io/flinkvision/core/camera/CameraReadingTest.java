package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CameraReadingTest {

    @Test
    void theBackoffDoublesUpToItsLimitAndStartsAnew() {
        CameraReading.Backoff backoff = new CameraReading.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

        assertThat(List.of(backoff.next(), backoff.next(), backoff.next()))
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        backoff.reset();
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(1));
    }
}
