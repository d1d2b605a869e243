package io.flinkvision.tools.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.CapturedFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveFramesTest {

    @Test
    void theOldestFrameMakesRoomAndTheCamerasTakeTurns() throws InterruptedException {
        LiveFrames<String> frames = new LiveFrames<>(2);

        assertThat(frames.add("a", frame(0))).isEmpty();
        assertThat(frames.add("a", frame(1))).isEmpty();
        assertThat(frames.add("a", frame(2)).map(CapturedFrame::number)).contains(0L);
        assertThat(frames.add("b", frame(7))).isEmpty();
        frames.close();

        List<String> taken = new ArrayList<>();
        for (Optional<LiveFrames.Entry<String>> next = frames.take(); next.isPresent(); next = frames.take()) {
            taken.add(next.get().camera() + next.get().frame().number());
        }
        assertThat(taken).containsExactly("a1", "b7", "a2");
    }

    private static CapturedFrame frame(long number) {
        return CapturedFrame.jpeg(new byte[0], Instant.EPOCH, number);
    }
}
