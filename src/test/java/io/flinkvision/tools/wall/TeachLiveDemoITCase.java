package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TopicReader;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.camera.TestSceneDrawing;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.local.LiveDemo;
import io.flinkvision.tools.publish.HeadsTopic;
import io.flinkvision.tools.teach.PictureId;
import io.flinkvision.tools.watch.StartPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.PointerInput.Kind;

/** The live demo, taught in Chromium by somebody who only looks at its pictures. */
@EnabledIf(value = "io.flinkvision.tools.wall.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class TeachLiveDemoITCase {

    private static final String CAMERA = LiveDemo.GATE_CAMERA;
    private static final String ID = Camera.id(Optional.of(CAMERA));
    private static final String REGION = "way in";
    private static final String TILE = "#tiles .tile:has(a[href*='" + ID + "']) .regions";
    private static final int OF_EACH = 10;
    private static final int JUDGED = 100;
    private static final int MUST_BE_RIGHT = 99;

    @TempDir
    private Path profile;

    @TempDir
    private Path folder;

    private final JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of());
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private LiveDemo demo;
    private TopicReader images;
    private TopicReader labels;
    private BrowserPage page;

    @BeforeEach
    void startDemo() throws Exception {
        demo = part(LiveDemo.start(new LiveDemo.Settings(
                JobHarness.JOB_FILE, Optional.empty(), JobHarness.PICTURES, 1, 1, 0, Optional.of(folder)), step -> {}));
        images = part(new TopicReader(demo.bootstrapServers(), job.get(JobOptions.SOURCE_TOPICS).get(0)));
        labels = part(new TopicReader(demo.bootstrapServers(), job.get(JobOptions.SINK_TOPIC)));
        ChromeDriver browser = Chromium.start(profile);
        part(browser::quit);
        page = new BrowserPage(browser, demo.address());
        page.setViewport(1280, 900, false);
        page.open("?" + demo.address().getRawQuery());
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    @AfterEach
    void stopDemo() throws Exception {
        IOUtils.closeAll(parts);
    }

    @Test
    @Timeout(600)
    void learnsWhetherTheGateIsOpenIsCorrectedAndGoesBackWhileTheJobRuns() throws Exception {
        RegionEditorPage editor = RegionEditorPage.open(page, ID);
        editor.draw(Kind.MOUSE, 0.22, 0.3, 0.56, 0.68);
        page.photograph(Path.of("target", "wall-demo-regions.png"));
        editor.save(REGION);

        TeachPage teach = TeachPage.open(page, ID, REGION);
        teach.addLabel("open");
        teach.addLabel("shut");
        label(teach, true, OF_EACH, "1");
        page.awaitText(TeachPage.LABELLED, OF_EACH + " pictures under open.");
        label(teach, false, OF_EACH, "2");
        page.awaitText(TeachPage.LABELLED, OF_EACH + " pictures under shut.");
        teach.teach();
        teach.publish();
        String first = head();
        seeOnTheTile();

        // A slip of the key, of which the first head knows nothing.
        teach = TeachPage.open(page, ID, REGION);
        String slip = label(teach, true, 1, "2");
        page.awaitText(TeachPage.LABELLED, "1 picture under shut.");
        correctByWhy(teach, slip);
        assertThat(files("open")).hasSize(OF_EACH + 1);
        assertThat(files("shut")).hasSize(OF_EACH);

        assertThat(right(answers(first, JUDGED))).as("right ones of %s answers", JUDGED)
                .isGreaterThanOrEqualTo(MUST_BE_RIGHT);

        teach.teach();
        teach.publish();
        String second = head();
        assertThat(second).isNotEqualTo(first);
        long changed = offset(answers(second, 1).get(0));
        teach.back();
        assertThat(head()).isEqualTo(first);
        labels.await(records -> answered(records, first).anyMatch(answer -> offset(answer) > changed));

        demo.requireRunning();
        assertThat(demo.metrics().sum("classify", VisionMetrics.MODEL_LOADS)).as("starts of the job's only slot")
                .isOne();
        AuditReport audit = audit();
        assertThat(audit.count(Outcome.MISSING)).isZero();
        assertThat(audit.count(Outcome.DOUBLED)).isZero();
        assertThat(audit.count(Outcome.LABELLED)).isGreaterThan(JUDGED);
    }

    /**
     * Puts proposed pictures under a label, by the keyboard.
     *
     * @return the id of the last one
     */
    private String label(TeachPage teach, boolean isOpen, int count, String key) {
        Waiting.until(count + " pictures are proposed", () -> proposed(isOpen).size() >= count,
                () -> proposed(isOpen).size());
        teach.awaitPictures(TeachPage.PROPOSED);
        page.tabTo(TeachPage.PROPOSED);
        page.press(Keys.HOME);
        List<String> wanted = proposed(isOpen).subList(0, count);
        wanted.forEach(id -> {
            moveTo(id);
            page.press(" ");
        });
        page.press(key);
        return wanted.get(count - 1);
    }

    /** Moves the focus to the right until a picture has it. */
    private void moveTo(String id) {
        int pictures = page.all("[role=listbox] [role=option]").size();
        for (int i = 0; i < pictures && !page.hasFocus("[data-id='" + id + "']"); i++) {
            page.press(Keys.ARROW_RIGHT);
        }
        page.awaitFocus("[data-id='" + id + "']");
    }

    /** The proposed pictures on which the gate is open, or those on which it is shut, in the order of the page. */
    private List<String> proposed(boolean isOpen) {
        List<?> ids = (List<?>) page.script("""
                return [...document.querySelectorAll(arguments[0])].map(({dataset}) => dataset.id);""",
                TeachPage.PROPOSED);
        Map<String, ConsumerRecord<byte[], byte[]>> frames = frames();
        return ids.stream().map(Object::toString).filter(id -> isGateOpen(frames.get(id)) == isOpen).toList();
    }

    /** Asks of a picture that is under shut why it looks open, and puts it there. */
    private void correctByWhy(TeachPage teach, String slip) {
        String id = taughtId(frames().get(slip));
        teach.show("taught");
        page.awaitCount("#taught [data-id='" + id + "']", 1);
        page.tabTo("#taught section:last-of-type [role=option]");
        page.press(Keys.HOME);
        moveTo(id);
        page.press(Keys.ENTER);
        page.awaitCount("#why .neighbours li", 3);
        page.awaitText("#why .answer strong", "open");
        page.photograph(Path.of("target", "wall-demo-why.png"));
        page.press("1");
        page.awaitText("#why [role=status]", "It is under open now. Teaching again would help.");
        page.press(Keys.ESCAPE);
    }

    /** A picture's id once it has a label. */
    private static String taughtId(ConsumerRecord<byte[], byte[]> frame) {
        return PictureId.of(captured(frame), frame.value()).toString();
    }

    private static Instant captured(ConsumerRecord<byte[], byte[]> frame) {
        return Instant.ofEpochMilli(Long.parseLong(header(frame, "capture-time")));
    }

    private void seeOnTheTile() {
        page.open("/");
        Waiting.until("the tile says whether the gate is open",
                () -> page.text(TILE).matches("(?s).*" + REGION + ":\\s*(open|shut)\\b.*"), () -> page.text(TILE));
    }

    private List<Path> files(String label) throws Exception {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.getParent().endsWith(label) && Files.isRegularFile(file)).toList();
        }
    }

    /** All frames of the camera so far, by the ids of their records. */
    private Map<String, ConsumerRecord<byte[], byte[]>> frames() {
        Map<String, ConsumerRecord<byte[], byte[]>> frames = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : images.all()) {
            if (CAMERA.equals(new String(record.key(), UTF_8))) {
                RecordCoordinates place =
                        new RecordCoordinates(record.topic(), record.partition(), record.offset());
                frames.put(place.toString(), record);
            }
        }
        return frames;
    }

    private static boolean isGateOpen(ConsumerRecord<byte[], byte[]> frame) {
        return TestSceneDrawing.isGateOpen(Long.parseLong(header(frame, "frame")));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** The first answers of a head in the labels topic, once there are so many. */
    private List<Classification> answers(String head, int count) {
        return answered(labels.await(records -> answered(records, head).count() >= count), head).limit(count).toList();
    }

    private static Stream<Classification> answered(List<ConsumerRecord<byte[], byte[]>> records, String head) {
        return records.stream().filter(record -> CAMERA.equals(new String(record.key(), UTF_8)))
                .map(TeachLiveDemoITCase::read)
                .filter(answer -> region(answer).flatMap(RegionAnswer::head)
                        .filter(verdict -> verdict.digest().equals(head)).isPresent());
    }

    private static Optional<RegionAnswer> region(Classification answer) {
        return answer.regions().stream().filter(region -> region.name().equals(REGION)).findFirst();
    }

    /** The number of answers that say what the frame shows. */
    private long right(List<Classification> answers) {
        Map<String, ConsumerRecord<byte[], byte[]>> frames = frames();
        return answers.stream()
                .filter(answer -> region(answer).orElseThrow().labels().get(0).label()
                        .equals(isGateOpen(frames.get(answer.source().toString())) ? "open" : "shut"))
                .count();
    }

    private static Classification read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Classification.read(record.value());
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static long offset(Classification answer) {
        return answer.source().position().offset();
    }

    /** The digest of the head that the topic declares for the region now. */
    private String head() {
        Properties brokers = brokers();
        Backbone network = Backbone.of(ModelBundle.read(job.localBundle().orElseThrow()));
        return new HeadsTopic(LiveDemo.HEADS, brokers, brokers, brokers).declared(network)
                .find(new RegionKey(CAMERA, REGION)).flatMap(declared -> declared.region().head()).map(Head::digest)
                .orElseThrow(() -> new AssertionError("No head is published for the region"));
    }

    private AuditReport audit() {
        return new Audit(new Audit.Plan(job::reads, job.get(JobOptions.SOURCE_GROUP), job.get(JobOptions.SINK_TOPIC),
                job.get(JobOptions.DEAD_LETTERS_TOPIC), new StartPosition.Beginning(), Duration.ofSeconds(30), JUDGED),
                brokers(), brokers(), outputs -> {}).run();
    }

    private Properties brokers() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", demo.bootstrapServers());
        return properties;
    }
}
