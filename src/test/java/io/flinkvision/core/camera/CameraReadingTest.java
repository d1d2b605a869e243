package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.TestScene;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CameraReadingTest {

    private static final CameraDefinition SCENE = CameraDefinition.of(
            new TestScene("door", 64, 64, 0.001, TestScene.Subject.DISC), CameraSettings.DEFAULTS);
    private static final CameraDefinition NETWORK = CameraDefinition.of(
            new NetworkStream(URI.create("rtsp://127.0.0.1/door")), CameraSettings.DEFAULTS);
    private static final ReadingContext CONTEXT = new ReadingContext(1 << 20, Optional.empty(),
            InputStream.nullInputStream(), ReadingContext.FrameForm.JPEG);

    private final List<String> events = new ArrayList<>();

    private final CameraReading.Receiver receiver = new CameraReading.Receiver() {
        @Override
        public void accept(CapturedFrame frame, FrameReader reader) {
            events.add("frame " + frame.number());
        }

        @Override
        public void skipped(String reason) {
            events.add("skipped: " + reason);
        }

        @Override
        public void unmarked(String reason) {
            events.add("unmarked: " + reason);
        }
    };

    private final CameraReading.Listener listener = new CameraReading.Listener() {
        @Override
        public void lost(String camera, String reason, Duration retryIn) {
            events.add("lost: " + reason);
        }

        @Override
        public void reconnected(String camera) {
            events.add("reconnected");
        }

        @Override
        public void failed(String camera, String reason) {
            events.add("failed for ever: " + reason);
        }

        @Override
        public void failed(String camera, String reason, Duration retryIn) {
            events.add("failed: " + reason);
        }

        @Override
        public void ended(String camera, String remark) {
            events.add("ended");
        }
    };

    @Test
    void theBackoffDoublesUpToItsLimitAndStartsAnew() {
        CameraReading.Backoff backoff = new CameraReading.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

        assertThat(List.of(backoff.next(), backoff.next(), backoff.next()))
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        backoff.reset();
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aTestSceneSaysWhenItsNextFrameIsDueInsteadOfWaiting() {
        CameraReading reading = CameraReading.persistent("door", () -> SCENE, CONTEXT, receiver, listener);

        List<Duration> waits = List.of(step(reading), step(reading), step(reading), step(reading));

        assertThat(waits.subList(0, 3)).containsOnly(Duration.ZERO);
        assertThat(waits.get(3)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1000));
        assertThat(reading.blocks()).isFalse();
        assertThat(events).containsExactly("frame 0");
        reading.stop();
        assertThat(reading.step()).isEmpty();
        assertThat(reading.step()).isEmpty();
        assertThat(reading.state()).isEqualTo(CameraReading.State.ENDED);
        assertThat(events).containsExactly("frame 0", "ended");
    }

    @Test
    void aPersistentCameraThatIsNoCameraYetIsAskedAgainAfterEverLongerWaits() {
        Deque<String> problems = new ArrayDeque<>(List.of("no such variable", "still none"));
        CameraReading reading = CameraReading.persistent("door", () -> {
            if (!problems.isEmpty()) {
                throw new CameraException(problems.remove());
            }
            return SCENE;
        }, CONTEXT, receiver, listener);

        assertThat(List.of(step(reading), step(reading)))
                .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(20));
        assertThat(reading.state()).isEqualTo(CameraReading.State.FAILED);
        step(reading);
        step(reading);
        step(reading);

        assertThat(events).containsExactly(
                "failed: no such variable", "failed: still none", "reconnected", "frame 0");
        assertThat(reading.state()).isEqualTo(CameraReading.State.RUNNING);
        assertThat(reading.reconnects()).isEqualTo(1);
    }

    @Test
    void whateverACameraThrowsItIsTriedAgainAndItsFramesAreNumberedOn() {
        CameraReading reading = persistent(
                reader(() -> frame(0), () -> frame(1), () -> { throw new IOException("gone"); }),
                reader(() -> frame(0), () -> { throw new IllegalStateException("odd"); }),
                reader(() -> { throw new CameraException("wrong password"); }),
                reader(() -> { throw new NoClassDefFoundError("org/bytedeco/ffmpeg/global/avutil"); }),
                reader(() -> { throw new StackOverflowError(); }),
                reader(() -> frame(0), () -> null));

        for (int i = 0; i < 17; i++) {
            assertThat(reading.step()).isPresent();
        }

        assertThat(reading.blocks()).isTrue();
        assertThat(events).containsExactly("frame 0", "frame 1", "lost: gone", "reconnected", "frame 2",
                "lost: unexpected: java.lang.IllegalStateException: odd", "failed: wrong password",
                "failed: FFmpeg, which reads video, does not run on this machine: org/bytedeco/ffmpeg/global/avutil (a"
                        + " Flink cluster needs flink-vision-VERSION-ffmpeg.jar in the folder lib/ of each machine)",
                "failed: Unexpected: java.lang.StackOverflowError", "reconnected", "frame 3",
                "lost: the stream has ended");
    }

    private static Duration step(CameraReading reading) {
        return reading.step().orElseThrow();
    }

    private CameraReading persistent(FrameReader... readers) {
        Deque<FrameReader> left = new ArrayDeque<>(List.of(readers));
        return CameraReading.persistent("door", () -> NETWORK, (camera, stopped, problems) -> left.remove(), receiver,
                listener);
    }

    /** What comes of an attempt to read the next frame; null at the end. */
    private interface Attempt {

        CapturedFrame make() throws IOException;
    }

    private static FrameReader reader(Attempt... attempts) {
        Deque<Attempt> left = new ArrayDeque<>(List.of(attempts));
        return new FrameReader() {
            @Override
            public Optional<CapturedFrame> next() throws IOException {
                return Optional.ofNullable(left.remove().make());
            }

            @Override
            public boolean isLive() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    private static CapturedFrame frame(long number) {
        return CapturedFrame.jpeg(new byte[] {1}, Instant.EPOCH, number);
    }
}
