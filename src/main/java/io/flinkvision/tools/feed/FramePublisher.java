package io.flinkvision.tools.feed;

import io.flinkvision.job.record.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;

/** Makes records of frames and hands them to the producer that all cameras share. */
final class FramePublisher {

    /** The header with a frame's number. */
    static final String FRAME = "frame";

    /** The header with the name of the file that a picture was. */
    static final String FILE = "file";

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    FramePublisher(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Sends a frame; waits while the producer's memory is full.
     *
     * @param done is told once, mostly on Kafka's thread, that it is on the topic, or why it is not: an
     *     {@link IllegalArgumentException} where no record can be made of this frame
     * @throws InterruptException if the thread was interrupted; {@code done} is not told then
     */
    void send(Camera camera, Frame frame, Consumer<Optional<Exception>> done) {
        try {
            producer.send(record(camera, frame), (metadata, failure) -> done.accept(Optional.ofNullable(failure)));
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            done.accept(Optional.of(e));
        } catch (OutOfMemoryError e) {
            done.accept(Optional.of(new IllegalArgumentException("there is no memory for it", e)));
        }
    }

    private ProducerRecord<byte[], byte[]> record(Camera camera, Frame frame) {
        String key = camera.settings().keyByFile() ? frame.file().orElse(camera.id()) : camera.id();
        long captureMillis = frame.captureTime().toEpochMilli();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, null, captureMillis, bytes(key), frame.bytes());
        record.headers()
                .add(RecordHeaders.CONTENT_TYPE, bytes(frame.contentType()))
                .add(RecordHeaders.CAPTURE_TIME, bytes(Long.toString(captureMillis)))
                .add(FRAME, bytes(Long.toString(frame.number())));
        frame.file().ifPresent(file -> record.headers().add(FILE, bytes(file)));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
