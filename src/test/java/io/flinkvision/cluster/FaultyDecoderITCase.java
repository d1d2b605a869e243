package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.FaultyDecoder.Fault;
import io.flinkvision.core.natives.TurboJpeg;
import io.flinkvision.core.natives.TurboJpegOfTests;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures that crash the decoder of JPEGs, keep it for ever, or use up memory, among others that do not: once where
 * that is OpenCV, once where it is libturbojpeg, whatever this machine has installed. The TaskManager's process really
 * dies, and is started again as a supervisor of processes would. All else is as users have it.
 */
@ExtendWith(ProcessLogs.class)
class FaultyDecoderITCase {

    private static final String IMAGES = "images";
    private static final String LABELS = "labels";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String NAME = "faulty";
    private static final int PARTITIONS = 2;
    private static final int PICTURES_BEFORE = 40;

    private static final String HALTED = "the guard has halted it";

    @TempDir
    private Path folder;

    @Test
    void victimsOfOpenCvBecomeDeadLettersAndTheOthersGetTheirLabels() throws Exception {
        assertQuarantine("none", "libopencv_java");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void victimsOfLibturbojpegBecomeDeadLettersAndTheOthersGetTheirLabels() throws Exception {
        assertQuarantine(TurboJpegOfTests.copyTo(folder.resolve("libturbojpeg.so")).toString(), "libturbojpeg.so");
    }

    /**
     * @param turboJpeg the TaskManagers' {@value TurboJpeg#FILE_PROPERTY}
     * @param decoder the library that segmentation faults are to come from
     */
    private void assertQuarantine(String turboJpeg, String decoder) throws Exception {
        String segmentationFault = "a segmentation fault in " + decoder;
        Path natives = Path.of(System.getProperty("natives.jar"));
        Path faults = folder.resolve("faults");
        FaultyDecoder.compile(faults, natives);
        try (KafkaProcess kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")));
                FlinkProcesses flink = FlinkProcesses.session(folder.resolve("flink"), List.of(faults, natives),
                        Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "20 s",
                                "env.java.opts.taskmanager", "-D" + TurboJpeg.FILE_PROPERTY + "=" + turboJpeg))) {
            kafka.createTopics(PARTITIONS, IMAGES, LABELS, DEAD_LETTERS);
            ChildProcess taskManager = flink.startTaskManager();
            try (PictureFeed feed = new PictureFeed(kafka.bootstrapServers(), IMAGES, PARTITIONS)) {
                String job = flink.submit(Map.of(), PARTITIONS,
                        List.of(System.getProperty("job.jar"), jobFile(kafka).toString()));
                feed.resume();
                Waiting.until("pictures", () -> feed.sent().size() >= PICTURES_BEFORE);
                Map<Fault, String> victims = send(kafka);

                List<String> ends = new ArrayList<>();
                for (int death = 0; death < 3; death++) {
                    ends.add(end(taskManager, decoder));
                    taskManager = flink.startTaskManager();
                }
                flink.awaitRunning(job);
                feed.pause();

                assertThat(ends).containsExactlyInAnyOrder(segmentationFault, segmentationFault, HALTED);
                AuditReport report = kafka.audit(NAME, IMAGES, LABELS, DEAD_LETTERS);
                assertThat(report.isSound()).as("%s", report).isTrue();
                long bad = feed.sent().values().stream().filter(picture -> !picture).count();
                assertThat(report.count(Outcome.DEAD_LETTERED)).isEqualTo(bad + victims.size() - 1);
                assertThat(report.records()).isEqualTo(feed.sent().size() + victims.size());
                assertThat(kafka.deadLetterCodes(DEAD_LETTERS))
                        .containsEntry(victims.get(Fault.CRASH), List.of("CRASHED_DECODER"))
                        .containsEntry(victims.get(Fault.HANG), List.of("TOO_SLOW"))
                        .containsEntry(victims.get(Fault.NO_HEAP), List.of("OUT_OF_MEMORY"))
                        .containsEntry(victims.get(Fault.NO_NATIVE_MEMORY), List.of("OUT_OF_MEMORY"))
                        .doesNotContainKey(victims.get(Fault.NO_NATIVE_MEMORY_AT_FIRST));
                assertThat(taskManager.isAlive()).isTrue();
            }
        }
    }

    /** Waits for a process's end, and tells what it died of. */
    private static String end(ChildProcess process, String decoder) {
        int code = process.awaitEnd();
        String log = process.logText();
        if (log.contains("SIGSEGV") && log.contains("C  [" + decoder)) {
            return "a segmentation fault in " + decoder;
        }
        return code == 239 && log.contains("This process halts") ? HALTED : process + " ended with code " + code;
    }

    private Path jobFile(KafkaProcess kafka) throws IOException {
        return Files.writeString(folder.resolve("job.yaml"), """
                name: %s
                checkpoint-interval: 1 s
                source:
                  bootstrap-servers: %s
                  topics: [%s]
                crash-guard: {deadline: 5 s}
                model: {bundle: "%s"}
                sink: {topic: %s, guarantee: exactly-once}
                dead-letters: {topic: %s}
                """.formatted(NAME, kafka.bootstrapServers(), IMAGES,
                Path.of("conf/models/triage").toAbsolutePath(), LABELS, DEAD_LETTERS));
    }

    /** Sends a picture of each fault, and tells where it lies: {@code topic-partition-offset}. */
    private static Map<Fault, String> send(KafkaProcess kafka) throws Exception {
        byte[] picture = JobHarness.bytes(JobHarness.pictures().stream()
                .filter(file -> file.toString().endsWith(".jpg")).findFirst().orElseThrow());
        Map<Fault, String> places = new EnumMap<>(Fault.class);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Fault fault : Fault.values()) {
                RecordMetadata sent = producer.send(new ProducerRecord<>(
                        IMAGES, fault.ordinal() % PARTITIONS, null, fault.in(picture))).get();
                places.put(fault, IMAGES + "-" + sent.partition() + "-" + sent.offset());
            }
        }
        return places;
    }
}
