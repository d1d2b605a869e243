package io.flinkvision.tools.cli;

import io.flinkvision.tools.feed.Feeder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** On Ctrl-C, stops the feeder and holds the JVM's end up until the command has said what was sent. */
final class FeedInterruption {

    private static final long PATIENCE_SECONDS = 25;

    private final Feeder feeder;
    private final CountDownLatch concluded = new CountDownLatch(1);
    private final Thread hook = new Thread(this::conclude, "feed-interruption");

    FeedInterruption(Feeder feeder) {
        this.feeder = feeder;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void conclude() {
        feeder.stop();
        try {
            concluded.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the JVM end. */
    void close() {
        concluded.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook at work.
        }
    }
}
