package io.flinkvision.tools.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.CameraFrame;
import org.junit.jupiter.api.Test;

class FrameCountsTest {

    private final FrameCounts counts = new FrameCounts();

    @Test
    void countsEachFrameOfEachSessionOfEachCamera() {
        counts.add(frame("gate", 1, 1_023));
        counts.add(frame("gate", 1, 1_024));
        counts.add(frame("gate", 1, 1_024));
        counts.add(frame("gate", 2, 1_024));
        counts.add(frame("hall", 1, Long.MAX_VALUE));

        assertThat(counts.count(frame("gate", 1, 1_023))).isEqualTo(1);
        assertThat(counts.count(frame("gate", 1, 1_024))).isEqualTo(2);
        assertThat(counts.count(frame("gate", 2, 1_024))).isEqualTo(1);
        assertThat(counts.count(frame("gate", 2, 1_023))).isZero();
        assertThat(counts.count(frame("hall", 1, Long.MAX_VALUE))).isEqualTo(1);
        assertThat(counts.frames()).isEqualTo(4);
    }

    @Test
    void countsNoFurtherThan127() {
        for (int i = 0; i < 300; i++) {
            counts.add(frame("gate", 1, 0));
        }

        assertThat(counts.count(frame("gate", 1, 0))).isEqualTo(127);
        assertThat(counts.frames()).isEqualTo(1);
    }

    private static CameraFrame frame(String camera, long session, long number) {
        return new CameraFrame(camera, session, number);
    }
}
