package io.flinkvision.job.camera;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.RecordedLog;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.NumberedVideo;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import io.flinkvision.core.camera.RtspServer;
import io.flinkvision.job.camera.CameraMessage.Ended;
import io.flinkvision.job.camera.CameraMessage.Release;
import io.flinkvision.job.camera.CameraMessage.Released;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraSourceReaderTest {

    private static final Path PICTURE = Path.of("conf/models/triage/images/meal_1.jpg");
    private static final long SESSION = 1_700_000_000_000L;

    /** Of no other test's threads. */
    private static final int SUBTASK = 4711;

    private final Task task = new Task();
    private final CameraSourceReader reader = new CameraSourceReader(task,
            new CameraSource.Settings(1 << 20, FrameForm.JPEG, 4, 64 << 20), Map.of("RATE", "s3cret", "PASS", "pw"));

    @TempDir
    Path folder;

    /** The part of a task that a reader sees: takes its records and its messages. */
    private static final class Task implements SourceReaderContext, ReaderOutput<RawRecord> {

        private final List<SourceEvent> messages = new CopyOnWriteArrayList<>();
        private final List<RawRecord> records = new ArrayList<>();
        private final List<Long> timestamps = new ArrayList<>();

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return SUBTASK;
        }

        @Override
        public void sendSplitRequest() {}

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            messages.add(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }

        @Override
        public void collect(RawRecord record) {
            throw new AssertionError("A record without a timestamp: " + record.origin());
        }

        @Override
        public void collect(RawRecord record, long timestamp) {
            records.add(record);
            timestamps.add(timestamp);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<RawRecord> createOutputForSplit(String split) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String split) {}
    }

    @AfterEach
    void closeReader() {
        reader.close();
    }

    @Test
    void theFramesOfItsCamerasAreRecordsWithTheirCaptureTimes() {
        reader.addSplits(List.of(scene("door"), scene("gate")));

        pollUntil("each camera has sent", () -> of("door").size() >= 5 && of("gate").size() >= 5);

        assertThat(of("door")).startsWith(0L).isSorted().doesNotHaveDuplicates();
        RawRecord record = task.records.get(0);
        assertThat(record.key()).contains(((CameraFrame) record.origin()).camera().getBytes(UTF_8));
        assertThat(((CameraFrame) record.origin()).session()).isEqualTo(SESSION);
        assertThat(record.header(RecordHeader.CONTENT_TYPE)).contains("image/jpeg");
        assertThat(record.captureTime()).contains(Instant.ofEpochMilli(task.timestamps.get(0)));
        assertThat(reader.snapshotState(1)).isEmpty();
    }

    @Test
    void aCameraThatIsReleasedIsConfirmedAndSendsNoMore() {
        reader.addSplits(List.of(scene("door"), scene("gate")));
        pollUntil("each camera has sent", () -> !of("door").isEmpty() && !of("gate").isEmpty());

        reader.handleSourceEvents(new Release("door", SESSION));
        Waiting.until("the release is confirmed", () -> task.messages.contains(new Released("door", SESSION)));

        int frames = of("door").size();
        int others = of("gate").size();
        pollUntil("the other camera sends on", () -> of("gate").size() > others + 20);
        assertThat(of("door")).hasSize(frames);
        assertThat(task.messages).hasSize(1);
    }

    @Test
    void theReleaseOfACameraThatItDoesNotHaveIsConfirmedAtOnce() {
        reader.addSplits(List.of(scene("door")));

        reader.handleSourceEvents(new Release("door", SESSION - 1));
        reader.handleSourceEvents(new Release("gate", SESSION));

        assertThat(task.messages).containsExactly(new Released("door", SESSION - 1), new Released("gate", SESSION));
        pollUntil("the other session is read on", () -> of("door").size() > 3);
    }

    @Test
    void aFolderIsReadToItsEndAndLosesNothingToASlowJob() throws IOException {
        for (int i = 0; i < 12; i++) {
            Path file = Files.copy(PICTURE, folder.resolve("picture-%02d.jpg".formatted(i)));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
        }
        reader.addSplits(List.of(split("folder", Map.of("source", folder.toString()))));
        Waiting.until("there is a frame", () -> reader.isAvailable().isDone());

        pollUntil("all pictures are there", () -> task.records.size() == 12);

        assertThat(of("folder")).containsExactlyElementsOf(IntStream.range(0, 12).mapToObj(Long::valueOf).toList());
        Waiting.until("the end is reported", () -> task.messages.contains(new Ended("folder", SESSION)));
        assertThat(reader.pollNext(task)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(reader.isAvailable()).isNotDone();
    }

    @Test
    void aCameraThatCannotBeReadIsReportedOnceAndTheOthersGoOn() {
        try (RecordedLog log = new RecordedLog(ReadCamera.class.getName(), Level.INFO)) {
            reader.addSplits(List.of(
                    split("no-folder", Map.of("source", folder.resolve("missing").toString())),
                    split("no-variable", Map.of("source", "rtsp://${ABSENT}@127.0.0.1/")),
                    split("no-number", Map.of("source", "test:a", "fps", "${RATE}")),
                    split("no-pipe", Map.of("source", "-")),
                    scene("door")));

            pollUntil("the other camera sends, and the problems are known",
                    () -> of("door").size() > 5 && log.messages().size() >= 4);

            assertThat(log.messages()).hasSize(4).noneMatch(line -> line.contains("s3cret"))
                    .anyMatch(line -> line.contains("Camera no-folder cannot be read"))
                    .anyMatch(line -> line.contains("Camera no-variable cannot be read") && line.contains("ABSENT"))
                    .anyMatch(line -> line.contains("Camera no-number cannot be read") && line.contains("fps"))
                    .anyMatch(line -> line.contains("Camera no-pipe cannot be read") && line.contains("standard input"));
            assertThat(task.messages).isEmpty();
        }
    }

    @Test
    void aCameraThatNeverAnswersIsReleasedNevertheless() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RecordedLog log = new RecordedLog("io.flinkvision.job.camera", Level.INFO)) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            reader.addSplits(List.of(split("silent", Map.of("source", "rtsp://user:${PASS}@" + address + "/"))));
            Waiting.until("it has a thread", () -> threads("camera-silent") == 1);

            reader.handleSourceEvents(new Release("silent", SESSION));

            Waiting.until("the release is confirmed", () -> task.messages.contains(new Released("silent", SESSION)));
            Waiting.until("its thread has ended", () -> threads("camera-silent") == 0);
            assertThat(log.messages()).noneMatch(line -> line.contains("pw"));
        }
    }

    @Test
    void aCameraOnTheNetworkIsReadOnAThreadOfItsOwn() throws IOException {
        NumberedVideo.Encoded video = NumberedVideo.encode("mpeg4", 60);
        try (RtspServer server = new RtspServer(0, video, 0)) {
            reader.addSplits(List.of(split("rtsp", Map.of("source", "rtsp://127.0.0.1:" + server.port() + "/door"))));

            pollUntil("it has sent", () -> of("rtsp").size() >= 10);

            assertThat(threads("camera-rtsp")).isEqualTo(1);
            assertThat(of("rtsp")).isSorted().doesNotHaveDuplicates();
            reader.close();
            Waiting.until("the thread has ended", () -> threads("camera-rtsp") == 0);
        }
    }

    @Test
    void manyTestScenesShareFewThreadsAndAllEndWithTheReader() {
        reader.addSplits(IntStream.range(0, 100)
                .mapToObj(i -> split("scene-" + i, Map.of("source", "test:x?size=64x64&fps=2")))
                .toList());
        pollUntil("all have sent", () -> task.records.stream().map(RawRecord::keyText).distinct().count() == 100);

        assertThat(threads("cameras-" + SUBTASK)).isBetween(1L, 4L);
        assertThat(threads("camera-scene")).isZero();
        reader.close();

        Waiting.until("the threads have ended", () -> threads("cameras-" + SUBTASK) == 0);
        int before = task.records.size();
        assertThat(reader.pollNext(task)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(task.records).hasSize(before);
        assertThat(task.messages).isEmpty();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name)).count();
    }

    private static CameraSplit scene(String id) {
        return split(id, Map.of("source", "test:" + id + "?size=64x64&fps=100"));
    }

    private static CameraSplit split(String id, Map<String, String> options) {
        return new CameraSplit(new CameraDeclaration(id, new TreeMap<>(options)), SESSION);
    }

    private void pollUntil(String what, BooleanSupplier condition) {
        Waiting.until(what, () -> {
            while (reader.pollNext(task) == InputStatus.MORE_AVAILABLE) {
                continue;
            }
            return condition.getAsBoolean();
        }, task.records::size);
    }

    /** The numbers of a camera's frames. */
    private List<Long> of(String camera) {
        return task.records.stream()
                .map(record -> (CameraFrame) record.origin())
                .filter(frame -> frame.camera().equals(camera))
                .map(CameraFrame::number)
                .toList();
    }
}
