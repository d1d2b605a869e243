package io.flinkvision.job.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.CameraHistory;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.RawRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Test scenes through the source, on a real Flink cluster, while cameras and subtasks come and go. */
class CameraSourceITCase {

    private static final int PARALLELISM = 3;

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    /** What the job's functions, which run in this JVM, share with the test. */
    private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();
    private static volatile SortedMap<String, CameraDeclaration> cameras = new TreeMap<>();
    private static volatile Optional<String> directoryProblem = Optional.empty();
    private static volatile int failing = -1;

    private Optional<JobClient> job = Optional.empty();

    /** A frame that came out of the source. */
    private record Seen(int subtask, CameraHistory.Frame frame) {

        String camera() {
            return frame.origin().camera();
        }

        long session() {
            return frame.origin().session();
        }
    }

    /** Whatever the test says. */
    private static final class TestDirectory implements CameraDirectory {

        private static final long serialVersionUID = 1L;

        @Override
        public Opened open() {
            return new Opened() {
                @Override
                public SortedMap<String, CameraDeclaration> cameras() throws Exception {
                    Optional<String> problem = directoryProblem;
                    directoryProblem = Optional.empty();
                    if (problem.isPresent()) {
                        throw new IllegalStateException(problem.get());
                    }
                    return cameras;
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Notes each frame, and fails once in the subtask that the test names. */
    private static final class Note extends RichMapFunction<RawRecord, Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public Long map(RawRecord record) {
            int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
            if (failing == subtask) {
                failing = -1;
                throw new IllegalStateException("The test lets subtask " + subtask + " fail");
            }
            CameraFrame frame = (CameraFrame) record.origin();
            SEEN.add(new Seen(subtask, new CameraHistory.Frame(frame, record.captureTime().orElseThrow())));
            return frame.number();
        }
    }

    @AfterEach
    void cancelJob() {
        job.ifPresent(JobHarness::cancel);
    }

    @Test
    void camerasAreSpreadEvenlyAndComeAndGoWhileASubtaskFails() throws Exception {
        long before = FLINK.get().metrics().sum("Source: cameras", VisionMetrics.FRAMES_READ);
        cameras = scenes(0, 6);
        job = Optional.of(submit());
        Map<String, Integer> first = awaitEvenReaders(cameras.keySet());
        assertThat(first).hasSize(6);

        directoryProblem = Optional.of("The directory cannot be reached");
        Waiting.until("the directory has failed", () -> directoryProblem.isEmpty());
        assertThat(awaitEvenReaders(first.keySet())).isEqualTo(first);
        cameras = scenes(0, 9);
        Map<String, Integer> grown = awaitEvenReaders(cameras.keySet());
        assertThat(grown).containsAllEntriesOf(first);

        Map<String, Long> sessions = sessions();
        failing = 1;
        Waiting.until("the cameras of the failed subtask have new sessions", () -> grown.keySet().stream()
                .filter(camera -> grown.get(camera) == 1)
                .allMatch(camera -> sessions().get(camera) > sessions.get(camera)), SEEN::size);
        assertThat(awaitEvenReaders(cameras.keySet())).isEqualTo(grown);
        assertThat(sessions().keySet().stream()
                .filter(camera -> !sessions().get(camera).equals(sessions.get(camera))))
                .containsExactlyInAnyOrderElementsOf(
                        grown.keySet().stream().filter(camera -> grown.get(camera) == 1).toList());

        SortedMap<String, CameraDeclaration> rest = new TreeMap<>(cameras);
        rest.keySet().removeIf(camera -> grown.get(camera) == 0);
        cameras = rest;
        Map<String, Integer> shrunk = awaitEvenReaders(rest.keySet());
        assertThat(rest.keySet().stream().filter(camera -> !shrunk.get(camera).equals(grown.get(camera)))).hasSize(2);
        JobHarness.cancel(job.get());

        assertThat(new CameraHistory(SEEN.stream().map(Seen::frame).toList()).faults()).isEmpty();
        assertThat(FLINK.get().metrics().sum("Source: cameras", VisionMetrics.FRAMES_READ) - before)
                .isGreaterThanOrEqualTo(SEEN.size());
    }

    private static JobClient submit() throws Exception {
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        StreamExecutionEnvironment environment = FLINK.get().environment(settings);
        environment.setParallelism(PARALLELISM);
        environment
                .fromSource(new CameraSource(new TestDirectory(), CameraSource.Settings.of(1 << 20, FrameForm.JPEG)),
                        WatermarkStrategy.noWatermarks(), "cameras", RecordTypeInformation.RAW_RECORD)
                .map(new Note()).returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        return environment.executeAsync("cameras");
    }

    private static SortedMap<String, CameraDeclaration> scenes(int from, int to) {
        SortedMap<String, CameraDeclaration> scenes = new TreeMap<>();
        IntStream.range(from, to).mapToObj("scene-%d"::formatted).forEach(id -> scenes.put(id,
                new CameraDeclaration(id, new TreeMap<>(Map.of("source", "test:" + id + "?size=64x64&fps=20")))));
        return scenes;
    }

    /** Waits until these cameras send, and no others, as many from each subtask; returns who sends from where. */
    private static Map<String, Integer> awaitEvenReaders(Set<String> wanted) {
        Map<String, Integer> readers = new TreeMap<>();
        Waiting.until(wanted + " send evenly", () -> {
            int mark = SEEN.size();
            Waiting.until("frames come", () -> SEEN.size() >= mark + 5 * wanted.size(), SEEN::size);
            readers.clear();
            SEEN.subList(mark, SEEN.size()).forEach(seen -> readers.put(seen.camera(), seen.subtask()));
            return readers.keySet().equals(wanted) && IntStream.range(0, PARALLELISM).allMatch(subtask ->
                    readers.values().stream().filter(reader -> reader == subtask).count() == wanted.size() / PARALLELISM);
        }, SEEN::size);
        return Map.copyOf(readers);
    }

    /** The last session of each camera. */
    private static Map<String, Long> sessions() {
        Map<String, Long> sessions = new HashMap<>();
        SEEN.forEach(seen -> sessions.merge(seen.camera(), seen.session(), Math::max));
        return sessions;
    }
}
