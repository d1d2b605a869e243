package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
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
        Problems problems = new Problems(InstantSource.system());
        problems.set(Problems.Kind.KAFKA, "Kafka is down.");
        assertThat(problems.isLive()).isTrue();

        problems.ended("Reading the labels", "java.lang.LinkageError");

        assertThat(problems.isLive()).isFalse();
        assertThat(problems.sentences()).containsExactly("Reading the labels has ended, so this page is no longer"
                + " live: restart the wall. The reason was: java.lang.LinkageError.", "Kafka is down.");
    }
}
