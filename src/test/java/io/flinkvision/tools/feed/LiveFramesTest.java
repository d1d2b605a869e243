package io.flinkvision.tools.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveFramesTest {

    @Test
    void theOldestFrameMakesRoomAndTheCamerasTakeTurns() throws InterruptedException {
        LiveFrames<String> frames = new LiveFrames<>(2);

        assertThat(frames.add("a", frame(0))).isEmpty();
        assertThat(frames.add("a", frame(1))).isEmpty();
        assertThat(frames.add("a", frame(2)).map(Frame::number)).contains(0L);
        assertThat(frames.add("b", frame(7))).isEmpty();
        frames.close();

        List<String> taken = new ArrayList<>();
        for (Optional<LiveFrames.Entry<String>> next = frames.take(); next.isPresent(); next = frames.take()) {
            taken.add(next.get().camera() + next.get().frame().number());
        }
        assertThat(taken).containsExactly("a1", "b7", "a2");
    }

    @Test
    void aSelectionTakesOneInSoManyAndThinsOutEvenly() {
        assertThat(taken(25, new CameraSettings(Optional.of(10.0), 1, Optional.empty(), 90, false, false, false, false,
                false, Optional.empty()))).hasSize(10);
        assertThat(taken(10, new CameraSettings(Optional.empty(), 4, Optional.empty(), 90, false, false, false, false,
                false, Optional.empty()))).containsExactly(0L, 4L, 8L);
        assertThat(taken(5, CameraSettings.DEFAULTS)).hasSize(5);
    }

    /** Which of a second's frames are taken, of so many a second. */
    private static List<Long> taken(int framesPerSecond, CameraSettings settings) {
        FrameSelection selection = new FrameSelection(settings);
        return LongStream.range(0, framesPerSecond)
                .filter(number -> selection.takes(number, (double) number / framesPerSecond))
                .boxed()
                .toList();
    }

    @Test
    void theBackoffDoublesUpToItsLimitAndStartsAnew() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

        assertThat(List.of(backoff.next(), backoff.next(), backoff.next()))
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        backoff.reset();
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(1));
    }

    private static Frame frame(long number) {
        return Frame.jpeg(new byte[0], Instant.EPOCH, number);
    }
}
