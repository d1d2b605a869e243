package io.flinkvision.job;

import static io.flinkvision.cluster.RegionHistory.ABSENT;
import static io.flinkvision.job.pipeline.JobHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.RegionHistory;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.watch.StartPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Regions that are declared while pictures flow, between a real broker's topics, on a real Flink cluster. */
class RegionsITCase {

    /** Each has a partition of its own. */
    private static final List<String> CAMERAS = List.of("gate", "door", "yard");

    private static final RegionBox LEFT = new RegionBox(0, 0, 0.5, 1);
    private static final RegionBox RIGHT = new RegionBox(0.5, 0, 0.5, 1);
    private static final RegionBox TOP = new RegionBox(0, 0, 1, 0.25);
    private static final RegionBox MIDDLE = new RegionBox(0.25, 0.25, 0.5, 0.5);

    private static final String BACKBONE = ModelBundle.read(Path.of("conf/models/triage")).digest();

    /** Pictures of each camera that are sent at a time. */
    private static final int ROUNDS = 5;

    private static final Header[] RAW_PICTURE = {
        header("content-type", "image/x-raw"), header("width", "8"), header("height", "8"), header("format", "gray8")
    };

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    Path folder;

    private final List<Region> declared = new ArrayList<>();
    private int sent;

    @Test
    void eachChangeShowsOnceInEachPartitionWithNoPictureLostOrDoubledOrMixed() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, CAMERAS.size())) {
            JobClient client = submit(job, Optional.empty(), 2);
            try (TopicReader labels = labels(job)) {
                sendUntil(job, labels, "gate", Map.of());
                String gateLeft = declare(job, "gate/left", LEFT, "gate-left");
                String doorLeft = declare(job, "door/left", LEFT, "door-left");
                String yardLeft = declare(job, "yard/left", RIGHT, "yard-left");
                String gateRight = declare(job, "gate/right", RIGHT, "gate-right");
                String allTop = declare(job, "*/top", TOP, "all-top");
                sendUntil(job, labels, "gate", Map.of("left", gateLeft, "right", gateRight, "top", allTop));
                sendUntil(job, labels, "door", Map.of("left", doorLeft, "top", allTop));
                sendUntil(job, labels, "yard", Map.of("left", yardLeft, "top", allTop));

                String gateLeftLater = declare(job, "gate/left", MIDDLE, "gate-left-later");
                String allTopLater = declare(job, "*/top", MIDDLE, "all-top-later");
                sendUntil(job, labels, "gate", Map.of("left", gateLeftLater, "right", gateRight, "top", allTopLater));
                sendUntil(job, labels, "door", Map.of("left", doorLeft, "top", allTopLater));
                sendUntil(job, labels, "yard", Map.of("left", yardLeft, "top", allTopLater));

                String doorTop = declare(job, "door/top", RIGHT, "door-top");
                job.declare("gate/right", null);
                job.declare("yard/left", null);
                sendUntil(job, labels, "gate", Map.of("left", gateLeftLater, "top", allTopLater));
                sendUntil(job, labels, "door", Map.of("left", doorLeft, "top", doorTop));
                sendUntil(job, labels, "yard", Map.of("top", allTopLater));

                job.declare("door/top", null);
                sendUntil(job, labels, "door", Map.of("left", doorLeft, "top", allTopLater));

                List<JsonNode> all = labels(job, sent);
                RegionHistory history = new RegionHistory(all);
                history.assertNoMixture(declared);
                assertThat(history.digests(0, "left")).containsExactly(ABSENT, gateLeft, gateLeftLater);
                assertThat(history.digests(0, "right")).containsExactly(ABSENT, gateRight, ABSENT);
                assertThat(history.digests(0, "top")).containsExactly(ABSENT, allTop, allTopLater);
                assertThat(history.digests(1, "left")).containsExactly(ABSENT, doorLeft);
                assertThat(history.digests(1, "top"))
                        .containsExactly(ABSENT, allTop, allTopLater, doorTop, allTopLater);
                assertThat(history.digests(2, "left")).containsExactly(ABSENT, yardLeft, ABSENT);
                assertThat(history.digests(2, "top")).containsExactly(ABSENT, allTop, allTopLater);
                assertThat(all).allSatisfy(label -> assertThat(label.get("labels")).isNotEmpty());
                assertThatTheAuditIsSound(job, sent);
                assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
            }
        }
    }

    @Test
    void badDeclarationsAreRefusedWithTheReasonAndChangeNothing() throws Exception {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("gate/nan", json(LEFT, SampleHeads.withNaN(SampleHeads.of("nan", BACKBONE))));
        bad.put("gate/shapes", region("gate/shapes", LEFT, SampleHeads.of("shapes", BACKBONE, 100)).toJson());
        bad.put("gate/left", region("gate/left", MIDDLE, SampleHeads.of("foreign", "0".repeat(64))).toJson());
        bad.put("gate/outside", "{\"box\":{\"x\":0.5,\"y\":0,\"width\":0.6,\"height\":1}}".getBytes(UTF_8));
        bad.put("gate/garbage", "no JSON".getBytes(UTF_8));
        bad.put("gate/no-head", json(LEFT, "no safetensors".getBytes(UTF_8)));
        bad.put("a key without a region", region("gate/key", LEFT, SampleHeads.of("key", BACKBONE)).toJson());
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, CAMERAS.size())) {
            JobClient client = submit(job, Optional.empty(), 2);
            try (TopicReader labels = labels(job)) {
                sendUntil(job, labels, "gate", Map.of());
                String before = declare(job, "gate/left", LEFT, "before");
                sendUntil(job, labels, "gate", Map.of("left", before));
                bad.forEach(job::declare);
                List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(bad.size()).stream()
                        .sorted(Comparator.comparing(letter -> Long.valueOf(header(letter, "source-offset"))))
                        .toList();
                String after = declare(job, "gate/after", RIGHT, "after");
                sendUntil(job, labels, "gate", Map.of("left", before, "after", after));

                assertThat(letters).extracting(JobHarness::key).containsExactlyElementsOf(bad.keySet());
                assertThat(letters).allSatisfy(letter -> {
                    assertThat(letter.value()).isEqualTo(bad.get(JobHarness.key(letter)));
                    assertThat(header(letter, "error-code")).isEqualTo("HEAD_REFUSED");
                    assertThat(header(letter, "source-topic")).isEqualTo(job.heads());
                });
                assertThat(letters).extracting(letter -> header(letter, "error-message")).satisfiesExactly(
                        message -> assertThat(message).contains("NaN"),
                        message -> assertThat(message).contains("100", "576"),
                        message -> assertThat(message).contains("0".repeat(64), BACKBONE),
                        message -> assertThat(message).contains("outside the picture", "0.5", "0.6"),
                        message -> assertThat(message).contains("JSON"),
                        message -> assertThat(message).contains("gate/no-head"),
                        message -> assertThat(message).contains("camera/region"));
                List<JsonNode> all = labels(job, sent);
                RegionHistory history = new RegionHistory(all);
                history.assertNoMixture(declared);
                assertThat(history.digests(0, "left")).containsExactly(ABSENT, before);
                assertThat(history.digests(0, "after")).containsExactly(ABSENT, after);
                assertThat(all).allSatisfy(label -> assertThat(RegionHistory.regions(label))
                        .extracting(region -> region.get("name").textValue()).isSubsetOf("left", "after"));
                assertThatTheAuditIsSound(job, sent);
                assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
            }
        }
    }

    @Test
    void theFirstPictureOfAFirstStartHasItsRegions() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, CAMERAS.size())) {
            declare(job, "gate/left", LEFT, "removed");
            String gateLeft = declare(job, "gate/left", RIGHT, "gate-left");
            declare(job, "*/right", RIGHT, "gone");
            String allTop = declare(job, "*/top", TOP, "all-top");
            job.declare("*/right", null);
            send(job, 2);

            submit(job, Optional.empty(), 3);

            RegionHistory history = new RegionHistory(labels(job, sent));
            history.assertNoMixture(declared);
            assertThat(history.digests(0, "left")).containsExactly(gateLeft);
            for (int partition = 0; partition < CAMERAS.size(); partition++) {
                assertThat(history.digests(partition, "top")).containsExactly(allTop);
                assertThat(history.digests(partition, "right")).containsExactly(ABSENT);
            }
        }
    }

    @Test
    void aSavepointGivesTheSameHeadsToAllSubtasksAtAnotherParallelismToo() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, CAMERAS.size());
                TopicReader labels = labels(job)) {
            String allTop = declare(job, "*/top", TOP, "all-top");
            JobClient first = submit(job, Optional.empty(), 1);
            send(job, 1);
            labels.await(sent);
            String doorLeft = declare(job, "door/left", LEFT, "door-left");
            sendUntil(job, labels, "door", Map.of("top", allTop, "left", doorLeft));
            String savepoint = JobHarness.stopWithSavepoint(first, folder);
            send(job, 5);

            submit(job, Optional.of(savepoint), 3);
            labels.await(sent);
            String allTopLater = declare(job, "*/top", MIDDLE, "all-top-later");
            sendUntil(job, labels, "gate", Map.of("top", allTopLater));
            sendUntil(job, labels, "door", Map.of("top", allTopLater, "left", doorLeft));
            sendUntil(job, labels, "yard", Map.of("top", allTopLater));

            RegionHistory history = new RegionHistory(labels(job, sent));
            history.assertNoMixture(declared);
            for (int partition = 0; partition < CAMERAS.size(); partition++) {
                assertThat(history.digests(partition, "top")).containsExactly(allTop, allTopLater);
            }
            assertThat(history.digests(1, "left")).containsExactly(ABSENT, doorLeft);
        }
    }

    @Test
    void aRegionIsAnsweredAsOftenAsItAsksByCaptureTimeAndThePictureBetweenHasOneRecordToo() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            Region region = new Region(RegionKey.parse("*/slow"), LEFT, Optional.of(Duration.ofSeconds(1)),
                    Optional.of(SampleHeads.of("slow", BACKBONE)));
            job.declare(region.key().toString(), region.toJson());
            long start = 1_700_000_000_000L;
            for (int i = 0; i < 8; i++) {
                for (String camera : List.of("gate", "door")) {
                    job.send(0, camera, new byte[64], with(RAW_PICTURE,
                            header("capture-time", Long.toString(start + 400 * i))));
                }
            }

            submit(job, Optional.empty(), 1, "model.whole-picture=never");

            List<JsonNode> labels = labels(job, 16);
            for (String camera : List.of("gate", "door")) {
                assertThat(labels.stream().filter(label -> label.get("key").textValue().equals(camera))
                        .map(label -> RegionHistory.regions(label).size()))
                        .as(camera).containsExactly(1, 0, 0, 1, 0, 0, 1, 0);
            }
            assertThat(labels).allSatisfy(label -> assertThat(label.get("labels")).isEmpty());
        }
    }

    private JobClient submit(JobHarness job, Optional<String> savepoint, int parallelism, String... further) {
        List<String> overrides = new ArrayList<>(List.of("parallelism=" + parallelism,
                "model.heads-topic=" + job.heads(), "sink.guarantee=exactly-once", "sink.transaction-timeout=1 min"));
        overrides.addAll(List.of(further));
        return job.submit(savepoint, overrides.toArray(String[]::new));
    }

    private static Header[] with(Header[] headers, Header further) {
        List<Header> all = new ArrayList<>(List.of(headers));
        all.add(further);
        return all.toArray(Header[]::new);
    }

    /** Declares a region with a head of its own, and returns the head's digest. */
    private String declare(JobHarness job, String key, RegionBox box, String head) {
        Region region = region(key, box, SampleHeads.of(head, BACKBONE));
        declared.add(region);
        job.declare(key, region.toJson());
        return region.head().orElseThrow().digest();
    }

    private static Region region(String key, RegionBox box, Head head) {
        return new Region(RegionKey.parse(key), box, Optional.empty(), Optional.of(head));
    }

    /** Sends as many pictures of each camera. */
    private void send(JobHarness job, int count) {
        for (int i = 0; i < count; i++) {
            for (int camera = 0; camera < CAMERAS.size(); camera++) {
                job.send(camera, CAMERAS.get(camera), new byte[64], RAW_PICTURE);
                sent++;
            }
        }
    }

    private static TopicReader labels(JobHarness job) {
        return new TopicReader(KAFKA.bootstrapServers(), job.labelsTopic());
    }

    /**
     * Sends pictures of all cameras until one of them has these regions and no other. As many are under way at a time as
     * the job answers between two checkpoints, on a slow machine too.
     */
    private void sendUntil(JobHarness job, TopicReader labels, String camera, Map<String, String> digestByRegion) {
        AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
        Waiting.until("the regions " + digestByRegion + " of " + camera, () -> {
            send(job, ROUNDS);
            seen.set(newest(labels.await(sent), camera));
            return seen.get().equals(digestByRegion);
        }, seen::get);
    }

    /** The digests of a camera's newest labels by region. */
    private static Map<String, String> newest(List<ConsumerRecord<byte[], byte[]>> records, String camera) {
        ConsumerRecord<byte[], byte[]> newest = records.stream().filter(record -> JobHarness.key(record).equals(camera))
                .reduce((earlier, later) -> later).orElseThrow();
        return RegionHistory.regions(JobHarness.json(newest)).stream().collect(Collectors.toMap(
                region -> region.get("name").textValue(), region -> region.at("/head/digest").textValue()));
    }

    /** One record for each picture that was sent. */
    private static List<JsonNode> labels(JobHarness job, int sent) {
        List<JsonNode> labels = job.labels(sent).stream().map(JobHarness::json).toList();
        assertThat(labels).hasSize(sent);
        assertThat(labels.stream().map(label -> label.get("id").textValue())).doesNotHaveDuplicates();
        return labels;
    }

    private static void assertThatTheAuditIsSound(JobHarness job, int sent) {
        Properties broker = new Properties();
        broker.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
        AuditReport report = new Audit(
                new Audit.Plan(job.images()::equals, job.definition().name(), job.labelsTopic(), job.deadLettersTopic(),
                        new StartPosition.Beginning(), Waiting.PATIENCE, 1),
                broker, broker, count -> { }).run();
        assertThat(report.isSound()).as("%s", report).isTrue();
        assertThat(report.count(Outcome.LABELLED)).isEqualTo(sent);
    }

    /** A declaration with any bytes as its head. */
    private static byte[] json(RegionBox box, byte[] head) {
        return "{\"box\":{\"x\":%s,\"y\":%s,\"width\":%s,\"height\":%s},\"head\":\"%s\"}".formatted(box.x(), box.y(),
                box.width(), box.height(), Base64.getEncoder().encodeToString(head)).getBytes(UTF_8);
    }
}
