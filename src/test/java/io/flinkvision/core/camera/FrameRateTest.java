package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FrameRateTest {

    @Test
    void takesEveryNthFrameAndThinsOutEvenly() {
        assertThat(taken(25, new CameraSettings(Optional.of(10.0), 1, Optional.empty(), 90, false, false, false, false,
                false, Optional.empty()))).hasSize(10);
        assertThat(taken(10, new CameraSettings(Optional.empty(), 4, Optional.empty(), 90, false, false, false, false,
                false, Optional.empty()))).containsExactly(0L, 4L, 8L);
        assertThat(taken(5, CameraSettings.DEFAULTS)).hasSize(5);
    }

    /** The numbers of the frames that are taken in one second of a source. */
    private static List<Long> taken(int framesPerSecond, CameraSettings settings) {
        FrameRate rate = new FrameRate(settings);
        return LongStream.range(0, framesPerSecond)
                .filter(number -> rate.takes(number, (double) number / framesPerSecond))
                .boxed()
                .toList();
    }
}
