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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Tells every page what has changed, four times a second at most (server-sent events, as the HTML standard has them). A
 * page that is slow to read is not told anything until it has read what it was told last, and then all that is new at
 * once; so nothing ever queues up. Pages beyond the limits are told so, and sent away.
 */
final class EventStream implements AutoCloseable {

    /** Pages that are told at the same time. */
    static final int MAX_PAGES = 100;

    /** Pages of one client, so that it cannot keep out all others. */
    static final int MAX_PAGES_PER_CLIENT = 20;

    /** The type of the event that sends a page away; its data is a sentence for the person. */
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
        private final String client;
        private long version;
        private long toldAt;
        private volatile boolean reading;

        Page(ServerSentEventConnection connection, CameraChoice choice, String client) {
            this.connection = connection;
            this.choice = choice;
            this.client = client;
        }
    }

    /**
     * Takes a page in, unless there are too many already.
     *
     * @param client whose page it is: the address that it comes from
     */
    synchronized void add(ServerSentEventConnection connection, CameraChoice choice, String client) {
        if (pages.size() >= MAX_PAGES) {
            refuse(connection, "This wall has its " + MAX_PAGES + " pages open already");
        } else if (pages.stream().filter(page -> page.client.equals(client)).count() >= MAX_PAGES_PER_CLIENT) {
            refuse(connection, "Your address has its " + MAX_PAGES_PER_CLIENT + " pages of this wall open already");
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

    /** Whether there is anybody to tell. */
    boolean hasPages() {
        return !pages.isEmpty();
    }

    private void tell() {
        Map<Question, News> answers = new HashMap<>();
        for (Page page : pages) {
            try {
                tell(page, answers);
            } catch (RuntimeException | Error e) {
                // Thrown on, it would end the ticker. The page says that it has lost the server, and comes again.
                LOG.warn("A page was not told what is new", e);
                IoUtils.safeClose(page.connection);
            }
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
