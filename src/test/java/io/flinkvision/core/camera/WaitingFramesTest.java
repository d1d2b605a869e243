package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WaitingFramesTest {

    @Test
    void theOldestFrameMakesRoomAndTheCamerasTakeTurns() throws InterruptedException {
        WaitingFrames<String> frames = new WaitingFrames<>(2);

        assertThat(frames.add("a", frame(0))).isEmpty();
        assertThat(frames.add("a", frame(1))).isEmpty();
        assertThat(names(frames.add("a", frame(2)))).containsExactly("a0");
        assertThat(frames.add("b", frame(7))).isEmpty();
        frames.close();

        List<String> taken = new ArrayList<>();
        for (Optional<WaitingFrames.Entry<String>> next = frames.take(); next.isPresent(); next = frames.take()) {
            taken.add(name(next.get()));
        }
        assertThat(taken).containsExactly("a1", "b7", "a2");
    }

    @Test
    void theCameraWithTheMostBytesMakesRoomForTheOthers() {
        WaitingFrames<String> frames = new WaitingFrames<>(9, 100);
        frames.add("small", frame(0, 10));
        frames.add("large", frame(0, 40));
        frames.add("large", frame(1, 40));

        assertThat(names(frames.add("small", frame(1, 20)))).containsExactly("large0");
        assertThat(frames.bytes()).isEqualTo(70);
        assertThat(names(frames.add("large", frame(2, 90)))).containsExactly("large1", "small0", "small1");
        assertThat(taken(frames)).containsExactly("large2");
        assertThat(frames.bytes()).isZero();
    }

    @Test
    void aFrameLargerThanAllTogetherWaitsAlone() {
        WaitingFrames<String> frames = new WaitingFrames<>(9, 100);
        frames.add("a", frame(0, 10));

        assertThat(names(frames.add("a", frame(1, 1000)))).containsExactly("a0");
        assertThat(names(frames.add("b", frame(0, 10)))).containsExactly("a1");
        assertThat(taken(frames)).containsExactly("b0");
    }

    @Test
    @Timeout(60)
    void aFrameOfAFileWaitsForRoomAndNeverMakesAny() throws Exception {
        WaitingFrames<String> frames = new WaitingFrames<>(9, 100);
        frames.put("file", frame(0, 90));
        assertThat(names(frames.add("live", frame(0, 20)))).containsExactly("live0");
        assertThat(frames.hasRoom("file")).isTrue();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                frames.put("file", frame(1, 20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(frames.add("live", frame(1, 10))).isEmpty();

        assertThat(frames.poll().map(WaitingFramesTest::name)).contains("file0");
        waiting.get();

        assertThat(taken(frames)).containsExactlyInAnyOrder("live1", "file1");
    }

    @Test
    void whoWaitsForAFrameIsToldOfTheNextOne() {
        WaitingFrames<String> frames = new WaitingFrames<>(2);
        CompletableFuture<Void> first = frames.available();
        assertThat(first).isNotDone();

        frames.add("a", frame(0));

        assertThat(first).isDone();
        assertThat(frames.available()).isDone();
        taken(frames);
        assertThat(frames.available()).isNotDone();
    }

    @Test
    void theFramesOfACameraThatIsRemovedAreGone() {
        WaitingFrames<String> frames = new WaitingFrames<>(2, 100);
        frames.add("a", frame(0, 40));
        frames.add("a", frame(1, 40));
        frames.add("b", frame(0, 20));

        assertThat(frames.remove("a")).isEqualTo(2);
        assertThat(frames.remove("a")).isZero();

        assertThat(frames.bytes()).isEqualTo(20);
        assertThat(taken(frames)).containsExactly("b0");
    }

    private static List<String> taken(WaitingFrames<String> frames) {
        List<String> taken = new ArrayList<>();
        for (Optional<WaitingFrames.Entry<String>> next = frames.poll(); next.isPresent(); next = frames.poll()) {
            taken.add(name(next.get()));
        }
        return taken;
    }

    private static List<String> names(List<WaitingFrames.Entry<String>> entries) {
        return entries.stream().map(WaitingFramesTest::name).toList();
    }

    private static String name(WaitingFrames.Entry<String> entry) {
        return entry.camera() + entry.frame().number();
    }

    private static CapturedFrame frame(long number) {
        return frame(number, 0);
    }

    private static CapturedFrame frame(long number, int bytes) {
        return CapturedFrame.jpeg(new byte[bytes], Instant.EPOCH, number);
    }
}
