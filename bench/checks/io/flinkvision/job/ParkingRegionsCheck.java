package io.flinkvision.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.cluster.RegionHistory;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sends the whole frames of a car park through Kafka and the job, with the boxes of its {@code regions.json} as regions:
 * {@code bench/run parking-regions -Dparking.folder=FOLDER}, with {@code -Dparking.head=FILE} for a head that was taught
 * on the model that comes with the project; without it one of random weights answers.
 *
 * <p>The folder has {@code regions.json} ({@code camera}, {@code regions} with {@code name, x, y, w, h} in parts of the
 * frame) and, below it, {@code PART/frames/*} and {@code PART/labels.csv} ({@code frame,region,label}).
 */
class ParkingRegionsCheck {

    private static final Optional<Path> FOLDER = Optional.ofNullable(System.getProperty("parking.folder")).map(Path::of);
    private static final Optional<Path> HEAD = Optional.ofNullable(System.getProperty("parking.head")).map(Path::of);

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void eachFrameHasOneRecordWithAllRegionsWhereTheyWereDeclared() throws Exception {
        assumeTrue(FOLDER.isPresent(), "-Dparking.folder names no folder with regions.json and frames");
        Path folder = FOLDER.orElseThrow();
        Head head = HEAD.map(Head::read).orElseGet(() ->
                SampleHeads.of("random", ModelBundle.read(Path.of("conf/models/triage")).digest()));
        JsonNode file = new ObjectMapper().readTree(folder.resolve("regions.json").toFile());
        String camera = file.get("camera").textValue();
        List<Region> regions = new ArrayList<>();
        file.get("regions").forEach(region -> regions.add(new Region(
                new RegionKey(camera, region.get("name").textValue()),
                new RegionBox(region.get("x").doubleValue(), region.get("y").doubleValue(),
                        region.get("w").doubleValue(), region.get("h").doubleValue()),
                Optional.empty(), Optional.of(head))));
        List<Path> frames = frames(folder);
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            takeLargeFrames(job.images());
            regions.forEach(region -> job.declare(region.key().toString(), region.toJson()));
            frames.forEach(frame -> job.send(camera, JobHarness.bytes(frame),
                    JobHarness.header("frame", folder.relativize(frame).toString())));
            job.submit("parallelism=1", "model.heads-topic=" + job.heads(), "model.whole-picture=never");

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(frames.size());

            assertThat(labels).extracting(label -> JobHarness.header(label, "frame"))
                    .containsExactlyElementsOf(frames.stream().map(frame -> folder.relativize(frame).toString()).toList());
            labels.forEach(label -> RegionHistory.assertHasAll(JobHarness.json(label), regions));
            System.err.printf("%d frames, %d records, %d regions each%n", frames.size(), labels.size(), regions.size());
            if (HEAD.isPresent()) {
                printAccuracy(folder, labels);
            }
        }
    }

    private static void takeLargeFrames(String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(
                    new AlterConfigOp(new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(4 << 20)),
                            AlterConfigOp.OpType.SET)))).all().get();
        }
    }

    private static List<Path> frames(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getParent().endsWith("frames") && Files.isRegularFile(file)).sorted().toList();
        }
    }

    /** How many regions have the right label on top, for each part that has {@code labels.csv}. */
    private static void printAccuracy(Path folder, List<ConsumerRecord<byte[], byte[]>> labels) throws IOException {
        Map<String, int[]> rightOf = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : labels) {
            Path frame = Path.of(JobHarness.header(record, "frame"));
            Path csv = folder.resolve(frame).getParent().resolveSibling("labels.csv");
            for (String line : Files.readAllLines(csv)) {
                String[] fields = line.split(",");
                if (fields[0].equals(frame.getFileName().toString())) {
                    String best = RegionHistory.region(JobHarness.json(record), fields[1]).orElseThrow()
                            .at("/labels/0/label").textValue();
                    int[] counts = rightOf.computeIfAbsent(frame.getName(0).toString(), part -> new int[2]);
                    counts[0] += best.equals(fields[2]) ? 1 : 0;
                    counts[1]++;
                }
            }
        }
        rightOf.forEach((part, counts) -> System.err.printf("%s: %d of %d right%n", part, counts[0], counts[1]));
    }
}
