package io.flinkvision.tools.wall;

import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Reads the bodies of requests, as they come, without a thread that waits for them. Their size, their number and the time
 * that each may take are bounded.
 */
final class BodyReader {

    /** Bytes of a body. */
    static final int MAX_BYTES = 64 << 10;

    static final String TOO_LARGE = "A change has at most " + MAX_BYTES + " bytes.";

    /** Bodies that are being read at the same time. */
    static final int MAX_AT_ONCE = 16;

    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final long maxMillis;

    /** @param maxMillis after which a connection whose body is not there is closed */
    BodyReader(long maxMillis) {
        this.maxMillis = maxMillis;
    }

    /**
     * Reads a body.
     *
     * @param whole receives it, on the thread of the connection
     * @param refused receives the reason if it is too large, or there are too many
     */
    void read(HttpServerExchange exchange, Consumer<byte[]> whole, Consumer<RefusedRequestException> refused) {
        if (!free.tryAcquire()) {
            refused.accept(new RefusedRequestException(StatusCodes.TOO_MANY_REQUESTS,
                    "The wall is reading " + MAX_AT_ONCE + " other changes; try again in a moment."));
            return;
        }
        Reading reading = new Reading(exchange);
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(MAX_BYTES);
        receiver.receiveFullBytes(
                (received, bytes) -> {
                    if (reading.end()) {
                        whole.accept(bytes);
                    }
                },
                (received, failure) -> {
                    if (reading.end() && failure instanceof Receiver.RequestToLargeException) {
                        refused.accept(
                                new RefusedRequestException(StatusCodes.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE));
                    } else {
                        IoUtils.safeClose(received.getConnection());
                    }
                });
    }

    /** One body, which ends once: as a whole, by a failure, or when its time is over. */
    private final class Reading {

        private final AtomicBoolean hasEnded = new AtomicBoolean();
        private final XnioExecutor.Key timer;

        Reading(HttpServerExchange exchange) {
            timer = exchange.getIoThread().executeAfter(() -> {
                if (hasEnded.compareAndSet(false, true)) {
                    free.release();
                    IoUtils.safeClose(exchange.getConnection());
                }
            }, maxMillis, TimeUnit.MILLISECONDS);
        }

        /** Whether it had not ended before. */
        boolean end() {
            timer.remove();
            if (!hasEnded.compareAndSet(false, true)) {
                return false;
            }
            free.release();
            return true;
        }
    }
}
