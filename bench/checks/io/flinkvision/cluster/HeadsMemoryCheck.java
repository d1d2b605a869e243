package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the memory of TaskManagers that classify the whole pictures of a thousand cameras with that of TaskManagers
 * in which each camera has a head of its own instead: {@code bench/run heads-memory}, in some three minutes.
 */
@ExtendWith(ProcessLogs.class)
class HeadsMemoryCheck {

    private static final String IMAGES = "images";
    private static final String LABELS = "labels";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String HEADS = "heads";
    private static final int SLOTS = 2;
    private static final int CAMERAS = 1_000;
    private static final int PICTURES_PER_CAMERA = 3;
    private static final int ROUNDS = 3;

    private static final long MAX_DIFFERENCE = 100L << 10;

    /** {@code garbage-first heap   total 524288K, used 12345K [...}. */
    private static final Pattern USED = Pattern.compile("heap .* used ([0-9]+)K");

    @TempDir
    private Path folder;

    /** @param liveHeapKilobytes of Java's heap, after a collection */
    private record Memory(long liveHeapKilobytes, long nativeKilobytes) {

        long sum() {
            return liveHeapKilobytes + nativeKilobytes;
        }
    }

    @Test
    void aThousandHeadsTakeLessThanAHundredMegabytesOfATaskManager() throws Exception {
        List<Memory> without = new ArrayList<>();
        List<Memory> with = new ArrayList<>();
        try (KafkaProcess kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")))) {
            kafka.createTopics(SLOTS, IMAGES);
            kafka.createTopics(1, HEADS);
            send(kafka);
            for (int round = 0; round < ROUNDS; round++) {
                without.add(run(kafka, "whole-" + round, ""));
                with.add(run(kafka, "heads-" + round, ", heads-topic: " + HEADS + ", whole-picture: never"));
            }
        }

        print("whole pictures", without);
        print("1,000 heads", with);
        assertThat(median(with, Memory::sum) - median(without, Memory::sum)).as("kB more").isLessThan(MAX_DIFFERENCE);
    }

    private static void send(KafkaProcess kafka) throws Exception {
        String backbone = ModelBundle.read(Path.of("conf/models/triage")).digest();
        List<byte[]> pictures = JobHarness.pictures().stream().map(JobHarness::bytes).toList();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                Region region = new Region(new RegionKey("camera-" + camera, "whole"), new RegionBox(0, 0, 1, 1),
                        Optional.empty(), Optional.of(SampleHeads.of("head-" + camera, backbone)));
                producer.send(new ProducerRecord<>(HEADS, region.key().toBytes(), region.toJson()));
            }
            for (int i = 0; i < PICTURES_PER_CAMERA * CAMERAS; i++) {
                producer.send(new ProducerRecord<>(IMAGES, i % SLOTS, ("camera-" + i % CAMERAS).getBytes(UTF_8),
                        pictures.get(i % pictures.size())));
            }
        }
    }

    /** Lets a TaskManager of its own classify all pictures, and looks at its memory then. */
    private Memory run(KafkaProcess kafka, String name, String model) throws IOException {
        kafka.createTopics(1, name + "-" + LABELS, name + "-" + DEAD_LETTERS);
        Path own = Files.createDirectory(folder.resolve(name));
        Path jobFile = Files.writeString(own.resolve("job.yaml"), """
                name: %1$s
                source: {bootstrap-servers: "%2$s", topics: [%3$s], starting-offsets: earliest}
                model: {bundle: "%4$s"%5$s}
                sink: {topic: %1$s-%6$s}
                dead-letters: {topic: %1$s-%7$s}
                """.formatted(name, kafka.bootstrapServers(), IMAGES,
                Path.of("conf/models/triage").toAbsolutePath(), model, LABELS, DEAD_LETTERS));
        try (FlinkProcesses flink = FlinkProcesses.session(own.resolve("flink"),
                List.of(Path.of(System.getProperty("natives.jar"))), Map.of())) {
            ChildProcess taskManager = flink.startTaskManager();
            flink.submit(Map.of(), SLOTS, List.of(System.getProperty("job.jar"), jobFile.toString()));
            TopicReader.read(kafka.bootstrapServers(), name + "-" + LABELS, PICTURES_PER_CAMERA * CAMERAS);
            ProcessUse.jcmd(taskManager, "GC.run");
            Matcher used = USED.matcher(ProcessUse.jcmd(taskManager, "GC.heap_info"));
            if (!used.find()) {
                throw new IOException("jcmd does not say how much of the heap of " + taskManager + " is used");
            }
            Memory memory = new Memory(Long.parseLong(used.group(1)),
                    ProcessUse.of(taskManager, flink.temporaryFiles()).nativeKilobytes());
            System.err.printf("%s: live heap %,d kB, native %,d kB%n", name, memory.liveHeapKilobytes(),
                    memory.nativeKilobytes());
            return memory;
        }
    }

    private static void print(String what, List<Memory> rounds) {
        System.err.printf("%-16s live heap %,9d kB  native %,9d kB  together %,9d kB (medians of %d)%n", what,
                median(rounds, Memory::liveHeapKilobytes), median(rounds, Memory::nativeKilobytes),
                median(rounds, Memory::sum), rounds.size());
    }

    private static long median(List<Memory> rounds, ToLongFunction<Memory> of) {
        long[] sorted = rounds.stream().mapToLong(of).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }
}
