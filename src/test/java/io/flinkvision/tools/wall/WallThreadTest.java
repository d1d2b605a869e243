package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WallThreadTest {

    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @Test
    void reportsWhatEndedItsWork() throws InterruptedException {
        try (WallThread thread = new WallThread("test", own -> {
            throw new LinkageError("no library");
        }, ended::add)) {
            thread.start();
            assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("java.lang.LinkageError: no library");
        }
    }

    @Test
    void reportsWorkThatEndsThoughItIsOpen() throws InterruptedException {
        try (WallThread thread = new WallThread("test", own -> {}, ended::add)) {
            thread.start();
            assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("its work was done");
        }
    }

    @Test
    void endsWithoutAWordWhenItIsClosed() {
        List<String> done = new CopyOnWriteArrayList<>();
        WallThread thread = new WallThread("test", own -> {
            while (own.rest(60_000)) {
                done.add("rested");
            }
            done.add("closed");
        }, ended::add).start();

        thread.close();
        thread.close();

        assertThat(done).containsExactly("closed");
        assertThat(ended).isEmpty();
    }

    @Test
    void theProblemsSayThatTheWallIsNotLive() {
        Troubles troubles = new Troubles();
        troubles.set(Troubles.Kind.KAFKA, "Kafka is down.");
        assertThat(troubles.isLive()).isTrue();

        troubles.ended("Reading the labels", "java.lang.LinkageError");

        assertThat(troubles.isLive()).isFalse();
        assertThat(troubles.sentences()).containsExactly("Reading the labels has ended, so what is shown here is not"
                + " live any more: restart the wall. The reason was: java.lang.LinkageError.", "Kafka is down.");
    }
}
