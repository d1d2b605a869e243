package io.flinkvision.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Very many pictures through one TaskManager at full speed, with the configuration that users have: a producer sends as
 * fast as the broker takes them, many times faster than the job works them off, and what the TaskManager has of the
 * machine is looked at all the while.
 *
 * @param folder an empty one, with room for all the pictures
 * @param pictures how many
 * @param progress is told of each look
 */
record Soak(Path folder, int pictures, Consumer<SoakReport.Sample> progress) {

    private static final String NAME = "soak";
    private static final String IMAGES = "images";
    private static final String LABELS = "labels";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final int PARTITIONS = 4;
    private static final int SLOTS = 2;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /** As a process that runs for months is: compiled by the second compiler, too, unlike short tests. */
    private static final Map<String, String> SETTINGS = Map.of("env.java.opts.taskmanager",
            "-XX:TieredStopAtLevel=4");

    /** Sends, waits until all is done, and audits it. */
    SoakReport run() throws IOException {
        try (KafkaProcess kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")))) {
            kafka.createTopics(PARTITIONS, IMAGES, LABELS, DEAD_LETTERS);
            try (FlinkProcesses flink = FlinkProcesses.session(folder.resolve("flink"),
                    List.of(Path.of(System.getProperty("natives.jar"))), SETTINGS)) {
                flink.startTaskManager();
                flink.submit(Map.of(), SLOTS,
                        List.of(System.getProperty("job.jar"), jobFile(kafka).toString()));
                List<SoakReport.Sample> samples = watch(kafka, flink);
                return new SoakReport(samples, kafka.audit(NAME, IMAGES, LABELS, DEAD_LETTERS));
            }
        }
    }

    private Path jobFile(KafkaProcess kafka) throws IOException {
        return Files.writeString(folder.resolve("job.yaml"), """
                name: %s
                checkpoint-interval: 10 s
                source: {bootstrap-servers: "%s", topics: [%s]}
                model: {bundle: "%s"}
                sink: {topic: %s, guarantee: exactly-once}
                dead-letters: {topic: %s}
                """.formatted(NAME, kafka.bootstrapServers(), IMAGES,
                Path.of("conf/models/triage").toAbsolutePath(), LABELS, DEAD_LETTERS));
    }

    private List<SoakReport.Sample> watch(KafkaProcess kafka, FlinkProcesses flink) throws IOException {
        ChildProcess taskManager = flink.taskManagers().get(0);
        List<SoakReport.Sample> samples = new ArrayList<>();
        AtomicLong sent = new AtomicLong();
        long start = System.nanoTime();
        long progressed = start;
        Thread producer = new Thread(() -> send(kafka.bootstrapServers(), sent), "soak-producer");
        producer.start();
        long done = 0;
        while (done < pictures) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            long before = done;
            done = done(kafka);
            if (done > before) {
                progressed = System.nanoTime();
            } else if (System.nanoTime() - progressed > Waiting.PATIENCE.toNanos() || !taskManager.isAlive()) {
                throw new AssertionError("The job stands still at " + done + " of " + sent + " pictures");
            }
            SoakReport.Sample sample = new SoakReport.Sample((System.nanoTime() - start) / 1e9, sent.get(), done,
                    ProcessUse.of(taskManager, flink.temporaryFiles()));
            samples.add(sample);
            progress.accept(sample);
        }
        return samples;
    }

    /** As fast as the broker takes them. */
    private void send(String bootstrapServers, AtomicLong sent) {
        MixedPictures mixed = new MixedPictures(1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) Duration.ofMinutes(10).toMillis()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < pictures; i++) {
                producer.send(new ProducerRecord<>(IMAGES, i % PARTITIONS, null, mixed.next()), (where, failure) -> {
                    if (failure == null) {
                        sent.incrementAndGet();
                    }
                });
            }
        }
    }

    /** How many pictures are before the offsets that the job has committed. */
    private static long done(KafkaProcess kafka) {
        AtomicLong done = new AtomicLong();
        kafka.administer(admin -> done.set(
                admin.listConsumerGroupOffsets(NAME).partitionsToOffsetAndMetadata().get().values().stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum()));
        return done.get();
    }
}
