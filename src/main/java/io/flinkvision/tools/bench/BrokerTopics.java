package io.flinkvision.tools.bench;

import io.flinkvision.tools.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Fills the input topic of a contender and reads its answers. Each picture has a number, so that no answer is counted
 * twice or for another picture: in the record's key, or, if the key is a camera's name, in a header, which is copied to
 * the labels.
 */
final class BrokerTopics implements AutoCloseable {

    private static final String NUMBER = "bench-number";

    private static final Duration POLL = Duration.ofMillis(100);

    /** Timeout for the next answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Filling the topic takes a while; the broker's limit is 15 minutes. */
    private static final int TRANSACTION_MILLIS = 600_000;

    private final Names names;
    private final int partitions;
    private final OptionalInt cameras;
    private final KafkaProducer<byte[], byte[]> filling;
    private final KafkaProducer<byte[], byte[]> steady;
    private final KafkaConsumer<byte[], byte[]> answers;
    private long sent;

    /**
     * The topics.
     *
     * @param refused topic of the dead letters; the same as {@code labels} if they have none of their own
     */
    record Names(String pictures, String labels, String refused) {

        Stream<String> answers() {
            return Stream.of(labels, refused).distinct();
        }

        Stream<String> all() {
            return Stream.concat(Stream.of(pictures), answers());
        }
    }

    /** Fails if the contender has ended. */
    interface Watch {
        void requireRunning() throws InterruptedException;
    }

    /**
     * @param partitions partitions of the pictures' topic
     * @param cameras number of cameras that take turns; empty for a different key for each picture
     * @param maxRecordBytes size of the largest record
     */
    BrokerTopics(
            String bootstrapServers, Names names, int partitions, OptionalInt cameras, int maxRecordBytes) {
        this.names = names;
        this.partitions = partitions;
        this.cameras = cameras;
        Map<String, Object> producer = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes,
                ProducerConfig.LINGER_MS_CONFIG, 0);
        Map<String, Object> transactional = new HashMap<>(producer);
        transactional.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, names.pictures());
        transactional.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        filling = new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer());
        filling.initTransactions();
        steady = new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
        answers = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> read = names.answers()
                .flatMap(topic -> answers.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        answers.assign(read);
        answers.seekToBeginning(read);
    }

    /** Fills the input topic in a transaction that stays open. */
    void fill(PictureSet pictures, int count) {
        filling.beginTransaction();
        for (int i = 0; i < count; i++) {
            filling.send(record(sent + i, pictures.get(i)));
        }
        filling.flush();
    }

    /** Commits the transaction, so that its pictures can be read. */
    void release() {
        filling.commitTransaction();
    }

    private ProducerRecord<byte[], byte[]> record(long number, byte[] picture) {
        byte[] text = ascii(Long.toString(number));
        if (cameras.isEmpty()) {
            return new ProducerRecord<>(names.pictures(), (int) (number % partitions), text, picture);
        }
        // A camera stays in one partition, as when Kafka chooses the partition by key.
        long camera = number % cameras.getAsInt();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                names.pictures(), (int) (camera % partitions), ascii(camera(camera)), picture);
        record.headers().add(NUMBER, text);
        return record;
    }

    /** The key of a camera's pictures. */
    static String camera(long number) {
        return "camera-" + number;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long number(ConsumerRecord<byte[], byte[]> answer) {
        Header header = answer.headers().lastHeader(NUMBER);
        return Long.parseLong(new String(header == null ? answer.key() : header.value(), StandardCharsets.US_ASCII));
    }

    /**
     * Reads the answers to the pictures that were sent last.
     *
     * @param count the number of these pictures
     * @param answered receives the number of each picture, from 0 on, and the {@link System#nanoTime} of its answer
     * @return the number of pictures that got labels
     * @throws ToolException if answers are missing
     */
    int await(int count, Watch watch, ObjLongConsumer<Integer> answered) throws InterruptedException {
        BitSet open = new BitSet(count);
        open.set(0, count);
        int labelled = 0;
        long last = System.nanoTime();
        while (!open.isEmpty()) {
            long now = 0;
            for (ConsumerRecord<byte[], byte[]> record : answers.poll(POLL)) {
                now = now == 0 ? System.nanoTime() : now;
                long number = number(record) - sent;
                if (number >= 0 && number < count && open.get((int) number)) {
                    open.clear((int) number);
                    labelled += record.topic().equals(names.labels()) ? 1 : 0;
                    answered.accept((int) number, now);
                }
            }
            last = now == 0 ? last : now;
            if (now == 0) {
                watch.requireRunning();
                if (System.nanoTime() - last > TIMEOUT.toNanos()) {
                    throw new ToolException(open.cardinality() + " of " + count + " pictures of the topic "
                            + names.pictures() + " were not answered in " + TIMEOUT.toSeconds() + " s");
                }
            }
        }
        sent += count;
        return labelled;
    }

    /**
     * Sends pictures at a steady rate, whether they are answered or not, and reads the answers.
     *
     * @param rate pictures per second
     * @return milliseconds for each picture, from when it was due to be sent to when its answer was read
     */
    double[] answerTimes(PictureSet pictures, int count, double rate, Watch watch) throws InterruptedException {
        long start = System.nanoTime() + Duration.ofMillis(50).toNanos();
        double interval = 1e9 / rate;
        double[] millis = new double[count];
        Thread sender = new Thread(() -> sendSteadily(pictures, count, start, interval), "steady-load");
        sender.setDaemon(true);
        sender.start();
        await(count, watch, (number, nanos) -> millis[number] = (nanos - start - number * interval) / 1e6);
        sender.join();
        return millis;
    }

    private void sendSteadily(PictureSet pictures, int count, long start, double interval) {
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i * interval);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            steady.send(record(sent + i, pictures.get(i)));
        }
    }

    @Override
    public void close() {
        filling.close();
        steady.close();
        answers.close();
    }
}
