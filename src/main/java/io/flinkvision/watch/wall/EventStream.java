package io.flinkvision.watch.wall;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Tells every page what has changed, four times a second at most (server-sent events, as the HTML standard has them). A
 * page that is slow to read is not told anything until it has read what it was told last, and then all that is new at
 * once; so nothing ever queues up.
 */
final class EventStream implements AutoCloseable {

    /** Pages that are told at the same time. */
    static final int MOST_PAGES = 100;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private static final long TICK_MILLIS = 250;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Set<Page> pages = ConcurrentHashMap.newKeySet();
    private final BiFunction<Long, CameraChoice, News> news;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "wall-events");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * What there is to tell.
     *
     * @param version of the cameras that it leads to
     * @param urgent whether there is more in it than the time
     * @param text for the page
     */
    record News(long version, boolean urgent, String text) {}

    private record Question(long version, CameraChoice choice) {}

    /**
     * @param news what there is to tell somebody who knows a version of the cameras, and asks for some of them; 0 is
     *     the version of one who knows nothing
     */
    EventStream(BiFunction<Long, CameraChoice, News> news) {
        this(news, TICK_MILLIS);
    }

    /** The same at another pace. */
    EventStream(BiFunction<Long, CameraChoice, News> news, long tickMillis) {
        this.news = news;
        ticker.scheduleWithFixedDelay(this::tell, 0, tickMillis, TimeUnit.MILLISECONDS);
    }

    /** One page; only the ticker's thread changes anything but {@link #reading}. */
    private static final class Page {
        private final ServerSentEventConnection connection;
        private final CameraChoice choice;
        private long version;
        private long toldAt;
        private volatile boolean reading;

        Page(ServerSentEventConnection connection, CameraChoice choice) {
            this.connection = connection;
            this.choice = choice;
        }
    }

    /** Takes a page in, unless there are too many already. */
    void add(ServerSentEventConnection connection, CameraChoice choice) {
        if (pages.size() >= MOST_PAGES) {
            IoUtils.safeClose(connection);
            return;
        }
        Page page = new Page(connection, choice);
        connection.addCloseTask(closed -> pages.remove(page));
        pages.add(page);
    }

    /** Whether there is anybody to tell. */
    boolean hasPages() {
        return !pages.isEmpty();
    }

    private void tell() {
        try {
            Map<Question, News> answers = new HashMap<>();
            for (Page page : pages) {
                tell(page, answers);
            }
        } catch (RuntimeException e) {
            // Thrown on, it would end the ticker.
            LOG.warn("The pages were not told what is new", e);
        }
    }

    private void tell(Page page, Map<Question, News> answers) {
        long now = System.nanoTime();
        if (!page.connection.isOpen()) {
            pages.remove(page);
        } else if (page.reading) {
            if (now - page.toldAt > STUCK_NANOS) {
                IoUtils.safeClose(page.connection);
            }
        } else {
            News answer = answers.computeIfAbsent(new Question(page.version, page.choice),
                    question -> news.apply(question.version(), question.choice()));
            if (answer.urgent() || page.version == 0 || now - page.toldAt > QUIET_NANOS) {
                page.version = answer.version();
                page.toldAt = now;
                page.reading = true;
                page.connection.send(answer.text(), new Done(page));
            }
        }
    }

    private record Done(Page page) implements ServerSentEventConnection.EventCallback {

        @Override
        public void done(ServerSentEventConnection connection, String data, String event, String id) {
            page.reading = false;
        }

        @Override
        public void failed(
                ServerSentEventConnection connection, String data, String event, String id, IOException e) {
            IoUtils.safeClose(connection);
        }
    }

    /** Sends everybody away; a second call does nothing. */
    @Override
    public void close() {
        ticker.shutdownNow();
        pages.forEach(page -> IoUtils.safeClose(page.connection));
    }
}
