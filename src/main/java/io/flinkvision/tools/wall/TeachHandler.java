package io.flinkvision.tools.wall;

import io.flinkvision.tools.teach.RefusedChange;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the server that teaches. It reads requests, and has them answered on threads of its own, since most wait
 * for files, Kafka or a network; changes do not wait for what is only looked at.
 */
final class TeachHandler implements HttpHandler, AutoCloseable {

    /** What all its addresses begin with. */
    static final String PATH = "/api/teach";

    private static final Logger LOG = LoggerFactory.getLogger(TeachHandler.class);

    private static final int READING_THREADS = 3;
    private static final int MAX_WAITING_READS = 200;

    /** Two, so that labels do not wait for a publication, which may wait for Kafka. */
    static final int CHANGING_THREADS = 2;
    static final int MAX_WAITING_CHANGES = 16;

    private static final long MAX_BODY_MILLIS = 10_000;
    private static final long MAX_CLOSE_SECONDS = 10;

    private final Map<String, Action> reads;
    private final Map<String, Action> changes;
    private final BodyReader bodies;
    private final ExecutorService reading = threads("wall-teach-read", READING_THREADS, MAX_WAITING_READS);
    private final ExecutorService changing = threads("wall-teach-change", CHANGING_THREADS, MAX_WAITING_CHANGES);

    /** Answers a request, on a thread that may wait. */
    interface Action {

        /** @throws RefusedRequestException with the reason, if it cannot be answered */
        Answer answer(TeachRequest request);
    }

    /** An answer. */
    sealed interface Answer {

        /** An object. */
        record Json(String text) implements Answer {}

        /**
         * A picture.
         *
         * @param tag changes with its bytes
         * @param bytes makes it, where the browser does not have it
         */
        record Jpeg(String tag, Supplier<byte[]> bytes) implements Answer {}
    }

    /**
     * @param reads the requests that change nothing, by the ends of their addresses
     * @param changes the requests that change something, likewise
     */
    TeachHandler(Map<String, Action> reads, Map<String, Action> changes) {
        this(reads, changes, MAX_BODY_MILLIS);
    }

    TeachHandler(Map<String, Action> reads, Map<String, Action> changes, long maxBodyMillis) {
        this.reads = Map.copyOf(reads);
        this.changes = Map.copyOf(changes);
        this.bodies = new BodyReader(maxBodyMillis);
    }

    private static ExecutorService threads(String name, int count, int maxWaiting) {
        return new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether a request is for this part of the server. */
    static boolean isFor(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        boolean isChange = exchange.getRequestMethod().equals(Methods.POST);
        String name = exchange.getRequestPath().substring(PATH.length());
        Optional<Action> action = Optional.ofNullable((isChange ? changes : reads).get(name));
        String user = exchange.getAttachment(RequestGuard.USER);
        if (action.isEmpty()) {
            Responses.notFound(exchange);
        } else if (isChange) {
            bodies.read(exchange,
                    body -> answer(exchange, changing, action.get(), () -> TeachRequest.ofBody(user, body)),
                    refused -> Responses.refusal(exchange, refused));
        } else {
            answer(exchange, reading, action.get(), () -> TeachRequest.ofAddress(user, exchange));
        }
    }

    private interface RequestReading {
        TeachRequest read();
    }

    private static void answer(
            HttpServerExchange exchange, ExecutorService threads, Action action, RequestReading request) {
        Executor bounded = task -> {
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                Responses.refusal(exchange, new RefusedRequestException(StatusCodes.TOO_MANY_REQUESTS,
                        "The wall is busy with other requests; try again in a moment."));
            }
        };
        exchange.dispatch(bounded, () -> {
            try {
                send(exchange, action.answer(request.read()));
            } catch (RefusedRequestException e) {
                Responses.refusal(exchange, e);
            } catch (RefusedChange e) {
                Responses.refusal(exchange, new RefusedRequestException(status(e.reason()), e.getMessage()));
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
                Responses.refusal(exchange, new RefusedRequestException(StatusCodes.INTERNAL_SERVER_ERROR,
                        "This failed unexpectedly: " + e));
            }
        });
    }

    private static int status(RefusedChange.Reason reason) {
        return switch (reason) {
            case INVALID -> StatusCodes.BAD_REQUEST;
            case MISSING -> StatusCodes.NOT_FOUND;
            case CONFLICT -> StatusCodes.CONFLICT;
            case TOO_LARGE -> StatusCodes.REQUEST_ENTITY_TOO_LARGE;
            case NO_ROOM -> StatusCodes.INSUFFICIENT_STORAGE;
        };
    }

    private static void send(HttpServerExchange exchange, Answer answer) {
        if (answer instanceof Answer.Jpeg jpeg) {
            Responses.tagged(exchange, "image/jpeg", jpeg.tag(), jpeg.bytes());
        } else if (answer instanceof Answer.Json json) {
            Responses.json(exchange, json.text());
        }
    }

    /** Lets what is being answered end, and waits for it at most ten seconds; a second call does nothing. */
    @Override
    public void close() {
        reading.shutdown();
        changing.shutdown();
        try {
            reading.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS);
            changing.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
