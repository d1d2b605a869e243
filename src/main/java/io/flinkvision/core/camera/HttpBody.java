package io.flinkvision.core.camera;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, read as it arrives. A read fails after a timeout, and when its thread is interrupted, which
 * the JDK's own stream does not support. At most one buffer of the client is read ahead.
 */
final class HttpBody extends InputStream implements BodySubscriber<HttpBody> {

    private final Duration silence;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
    private Optional<Event> last = Optional.empty();
    private Optional<Subscription> subscription = Optional.empty();
    private boolean closed;

    /** Bytes, or the end with or without a failure. */
    private record Event(List<ByteBuffer> bytes, boolean isLast, Optional<Throwable> failure) {}

    /** @param silence the timeout of a read */
    HttpBody(Duration silence) {
        this.silence = Objects.requireNonNull(silence, "silence");
    }

    @Override
    public CompletionStage<HttpBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public synchronized void onSubscribe(Subscription given) {
        if (closed || subscription.isPresent()) {
            given.cancel();
        } else {
            subscription = Optional.of(given);
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, false, Optional.empty()));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(List.of(), true, Optional.of(failure)));
    }

    @Override
    public void onComplete() {
        events.add(new Event(List.of(), true, Optional.empty()));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads what has arrived, at least one byte.
     *
     * @throws InterruptedIOException if the thread was interrupted
     * @throws IOException if the connection was lost, or after the timeout
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (buffers.isEmpty()) {
            if (last.isPresent()) {
                if (last.get().failure().isPresent()) {
                    throw new IOException("the connection was lost", last.get().failure().get());
                }
                return -1;
            }
            take();
        }
        ByteBuffer buffer = buffers.element();
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        if (!buffer.hasRemaining()) {
            buffers.remove();
        }
        return count;
    }

    private void take() throws IOException {
        Event event;
        try {
            event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        if (event == null) {
            throw new IOException("it has been silent for " + silence.toSeconds() + " s");
        }
        if (event.isLast()) {
            last = Optional.of(event);
            return;
        }
        event.bytes().stream().filter(ByteBuffer::hasRemaining).forEach(buffers::add);
        request();
    }

    private synchronized void request() {
        subscription.filter(given -> !closed).ifPresent(given -> given.request(1));
    }

    /** Closes the connection; idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            subscription.ifPresent(Subscription::cancel);
        }
    }
}
