package io.flinkvision.tools.wall;

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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Sends every page what has changed, at most four times per second (server-sent events of the HTML standard). A slow
 * page gets no message until it has read the last one, and then all changes at once, so nothing queues up. Pages beyond
 * the limits are refused with a message.
 */
final class EventStream implements AutoCloseable {

    /** The choice of all cameras. */
    static final String ALL = "all";

    /** Limit to the pages that are open at the same time. */
    static final int MAX_PAGES = 100;

    /** Limit to the pages of one client, so that it cannot keep out all others. */
    static final int MAX_PAGES_PER_CLIENT = 20;

    /** Type of the event that refuses a page; its data is a sentence for the user. */
    private static final String REFUSED = "refused";

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
     * The cameras that a page shows.
     *
     * @param text {@code all}, {@code none}, or the id of one
     */
    record CameraChoice(String text) implements Predicate<String> {

        /** Regions of all cameras in a message, so that it stays within some megabytes. */
        private static final int MAX_REGIONS_OF_ALL = 20_000;

        /** Regions of a camera that are sent however many cameras there are. */
        private static final int MIN_REGIONS = 4;

        @Override
        public boolean test(String id) {
            return text.equals(ALL) || text.equals(id);
        }

        /** How many regions of each camera are sent; on the page of one camera all. */
        int maxRegions(int cameras) {
            return text.equals(ALL)
                    ? Math.max(MIN_REGIONS, MAX_REGIONS_OF_ALL / Math.max(1, cameras))
                    : CameraRegions.MAX;
        }
    }

    /**
     * A message for a page.
     *
     * @param version of the cameras that it leads to
     * @param urgent whether it holds more than the time
     */
    record News(long version, boolean urgent, String text) {}

    private record Question(long version, CameraChoice choice) {}

    /**
     * @param news the message for a page that knows a version of the cameras and shows some of them; a new page's
     *     version is 0
     */
    EventStream(BiFunction<Long, CameraChoice, News> news) {
        this(news, TICK_MILLIS);
    }

    EventStream(BiFunction<Long, CameraChoice, News> news, long tickMillis) {
        this.news = news;
        ticker.scheduleWithFixedDelay(this::send, 0, tickMillis, TimeUnit.MILLISECONDS);
    }

    /** One page; only the ticker's thread changes anything but {@link #reading}. */
    private static final class Page {
        private final ServerSentEventConnection connection;
        private final CameraChoice choice;
        private final String client;
        private long version;
        private long sentAt;
        private volatile boolean reading;

        Page(ServerSentEventConnection connection, CameraChoice choice, String client) {
            this.connection = connection;
            this.choice = choice;
            this.client = client;
        }
    }

    /**
     * Adds a page, or refuses it if there are too many.
     *
     * @param client the address that the page comes from
     */
    synchronized void add(ServerSentEventConnection connection, CameraChoice choice, String client) {
        if (pages.size() >= MAX_PAGES) {
            refuse(connection, "This wall already has " + MAX_PAGES + " open pages, the limit");
        } else if (pages.stream().filter(page -> page.client.equals(client)).count() >= MAX_PAGES_PER_CLIENT) {
            refuse(connection,
                    "Your address already has " + MAX_PAGES_PER_CLIENT + " open pages of this wall, the limit");
        } else {
            Page page = new Page(connection, choice, client);
            connection.addCloseTask(closed -> pages.remove(page));
            pages.add(page);
        }
    }

    private static void refuse(ServerSentEventConnection connection, String sentence) {
        connection.send(sentence, REFUSED, null, new ServerSentEventConnection.EventCallback() {
            @Override
            public void done(ServerSentEventConnection told, String data, String event, String id) {
                IoUtils.safeClose(told);
            }

            @Override
            public void failed(
                    ServerSentEventConnection told, String data, String event, String id, IOException e) {
                IoUtils.safeClose(told);
            }
        });
    }

    boolean hasViewers() {
        return !pages.isEmpty();
    }

    private void send() {
        Map<Question, News> answers = new HashMap<>();
        for (Page page : pages) {
            try {
                send(page, answers);
            } catch (RuntimeException | Error e) {
                // Thrown further, it would end the ticker. The page reports the lost connection, and connects again.
                LOG.warn("A page could not be updated", e);
                IoUtils.safeClose(page.connection);
            }
        }
    }

    private void send(Page page, Map<Question, News> answers) {
        long now = System.nanoTime();
        if (!page.connection.isOpen()) {
            pages.remove(page);
        } else if (page.reading) {
            if (now - page.sentAt > STUCK_NANOS) {
                IoUtils.safeClose(page.connection);
            }
        } else {
            News answer = answers.computeIfAbsent(new Question(page.version, page.choice),
                    question -> news.apply(question.version(), question.choice()));
            if (answer.urgent() || page.version == 0 || now - page.sentAt > QUIET_NANOS) {
                page.version = answer.version();
                page.sentAt = now;
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

    /** Closes all connections; a second call does nothing. */
    @Override
    public void close() {
        ticker.shutdownNow();
        pages.forEach(page -> IoUtils.safeClose(page.connection));
    }
}
