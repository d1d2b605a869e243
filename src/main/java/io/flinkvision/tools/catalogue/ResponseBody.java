package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a response as they come, with a limit to the silence between them: the client's own body streams block
 * for ever on a connection that went dead. Closing it ends the connection where bytes are outstanding.
 */
final class ResponseBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    /** What the client has to say. */
    private sealed interface Event {

        record Bytes(List<ByteBuffer> buffers) implements Event {}

        record End() implements Event {}

        record Failure(Throwable reason) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    static ResponseBody of(Flow.Publisher<List<ByteBuffer>> publisher) {
        ResponseBody body = new ResponseBody();
        publisher.subscribe(body);
        return body;
    }

    /**
     * The next bytes; nothing at the end.
     *
     * @param patience how long to wait for them
     * @throws IOException if the connection breaks or is silent for so long
     */
    Optional<List<ByteBuffer>> next(Duration patience) throws IOException, InterruptedException {
        Event event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (event instanceof Event.Bytes bytes) {
            subscription.join().request(1);
            return Optional.of(bytes.buffers());
        }
        if (event instanceof Event.Failure failure) {
            throw new IOException(failure.reason().getMessage(), failure.reason());
        }
        if (event instanceof Event.End) {
            return Optional.empty();
        }
        throw new TransientFailure("no byte came for " + patience.toMillis() / 1000.0 + " s");
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription.complete(newSubscription);
        newSubscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Event.Bytes(buffers));
    }

    @Override
    public void onError(Throwable reason) {
        events.add(new Event.Failure(reason));
    }

    @Override
    public void onComplete() {
        events.add(new Event.End());
    }

    @Override
    public void close() {
        subscription.thenAccept(Flow.Subscription::cancel);
    }
}
