package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator in Flink's harness, which holds the clock, with a real network. A frame has changed from 8 grey levels
 * on; labels are reused for less than 10 seconds.
 */
class ClassifyFunctionTest {

    private static final int SIZE = 32;
    private static final ReuseRule RULE = new ReuseRule(8, Duration.ofSeconds(10));

    @TempDir
    private Path folder;

    private Path submitted;
    private GuardSettings guard = GuardSettings.OFF;
    private KeyedOneInputStreamOperatorTestHarness<String, DecodedImage, Classification> harness;
    private long nextOffset;

    @BeforeEach
    void start() throws Exception {
        submitted = SmallBundle.write(folder.resolve("submitted"), SIZE, 1, 2);
        harness = started(Optional.empty());
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aFrameThatHasNotChangedTakesOverTheLabelsOfTheLastClassifiedOne() throws Exception {
        frame("gate", 0, 100);
        frame("gate", 1, 107);
        frame("gate", 2, 93);

        assertThat(reused()).containsExactly("-", "images-0-0", "images-0-0");
        List<Classification> answers = answers();
        assertThat(answers).extracting(answer -> answer.source().position().offset()).containsExactly(0L, 1L, 2L);
        assertThat(answers).allMatch(answer -> answer.labels().equals(answers.get(0).labels()));
        assertThat(answers).extracting(answer -> answer.inferenceMillis() == 0).containsExactly(false, true, true);
        assertThat(answers).allMatch(answer -> answer.modelName().equals("submitted"));
    }

    @Test
    void aFrameThatHasNotChangedHasItsOwnMeasurements() throws Exception {
        for (int second = 0; second < 2; second++) {
            DecodedImage image = decoded("gate", 100);
            ViewStatistics view = new ViewStatistics(100, 0, 0, 0, 0, 0, second);
            harness.processElement(new StreamRecord<>(new DecodedImage(image.source(), SIZE, SIZE, "jpeg",
                    image.whole(), List.of(), 1, Optional.of(view)), 1_000L * second));
        }

        assertThat(reused()).containsExactly("-", "images-0-0");
        assertThat(answers()).extracting(answer -> answer.view().orElseThrow().digest()).containsExactly(0L, 1L);
    }

    @Test
    void aChangeIsClassifiedAndWhatFollowsIsHeldAgainstIt() throws Exception {
        frame("gate", 0, 100);
        frame("gate", 1, 108);
        frame("gate", 2, 108);
        frame("gate", 3, 100);

        assertThat(reused()).containsExactly("-", "-", "images-0-1", "-");
    }

    @Test
    void aSceneThatChangesSlowlyIsSeenToChange() throws Exception {
        for (int second = 0; second < 9; second++) {
            frame("gate", second, 100 + 3 * second);
        }

        assertThat(reused()).containsExactly("-", "images-0-0", "images-0-0", "-", "images-0-3", "images-0-3", "-",
                "images-0-6", "images-0-6");
    }

    @Test
    void eachCameraHasALastFrameOfItsOwnAndItsLabelsStayInOrder() throws Exception {
        frame("gate", 0, 100);
        frame("hall", 0, 100);
        frame("gate", 1, 100);
        frame("hall", 1, 200);
        frame("gate", 2, 100);

        assertThat(reused()).containsExactly("-", "-", "images-0-0", "-", "images-0-0");
    }

    @Test
    void aFrameWithoutAKeyIsAlwaysClassifiedAndLeavesNoState() throws Exception {
        frame(null, 0, 100);
        frame(null, 0, 100);
        frame("", 0, 100);
        frame("", 0, 100);

        assertThat(reused()).containsExactly("-", "-", "-", "images-0-2");
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
    }

    @Test
    void aCameraIsClassifiedAnewAtLeastSoOftenByItsFramesTimes() throws Exception {
        for (int second = 0; second < 25; second += 4) {
            frame("gate", second, 100);
        }

        assertThat(reused()).containsExactly("-", "images-0-0", "images-0-0", "-", "images-0-3", "images-0-3", "-");
    }

    @Test
    void aCameraIsClassifiedAnewAtLeastSoOftenByTheClockWhateverItsFramesSay() throws Exception {
        for (int second = 0; second < 25; second += 4) {
            harness.setStateTtlProcessingTime(1_000L * second);
            frame("gate", 0, 100);
        }

        assertThat(reused()).containsExactly("-", "images-0-0", "images-0-0", "-", "images-0-3", "images-0-3", "-");
    }

    @Test
    void camerasThatAreGoneAreForgotten() throws Exception {
        for (int camera = 0; camera < 500; camera++) {
            frame("made up " + camera, 0, 100);
        }
        assertThat(harness.numKeyedStateEntries()).isEqualTo(500);

        harness.setStateTtlProcessingTime(10_000);
        for (int second = 10; second < 220; second++) {
            frame("gate", second, 100);
        }

        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
    }

    @Test
    void goesOnAfterARestartAsIfThereHadBeenNone() throws Exception {
        frame("gate", 0, 100);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        close();

        harness = started(Optional.of(state));
        frame("gate", 1, 107);
        frame("gate", 2, 108);
        frame("hall", 2, 108);

        assertThat(reused()).containsExactly("images-0-0", "-", "-");
        assertThat(answers().get(0).labels()).isEqualTo(answers().get(1).labels());
    }

    @Test
    void labelsOfTheModelBeforeAreNotTakenOverAfterARestartWithAnother() throws Exception {
        frame("gate", 0, 100);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        close();
        submitted = SmallBundle.write(folder.resolve("other"), SIZE, 3, 4);

        harness = started(Optional.of(state));
        frame("gate", 1, 100);
        frame("gate", 2, 100);

        assertThat(reused()).containsExactly("-", "images-0-1");
        assertThat(answers()).allMatch(answer -> answer.modelName().equals("other"));
    }

    @Test
    void aFrameThatKilledItsProcessIsNotGivenToTheNetworkAndNoneTakesAnythingOverFromIt() throws Exception {
        dieOfTheFirstFrame();
        harness = started(Optional.empty());
        frame("gate", 0, 100);
        frame("gate", 1, 100);
        frame("gate", 2, 100);

        assertGivenUp(harness);
        assertThat(reused()).containsExactly("-", "images-0-1");
    }

    @Test
    void norWhereEveryFrameIsClassified() throws Exception {
        dieOfTheFirstFrame();
        OneInputStreamOperatorTestHarness<DecodedImage, Classification> subtask =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new ClassifyFunction(settings(), ReuseStrategy.NONE)));
        try {
            subtask.open();
            for (int frame = 0; frame < 3; frame++) {
                subtask.processElement(new StreamRecord<>(decoded("gate", 100)));
            }

            assertGivenUp(subtask);
            assertThat(subtask.extractOutputValues()).extracting(answer -> answer.source().position().offset())
                    .containsExactly(1L, 2L);
            assertThat(subtask.extractOutputValues()).allMatch(answer -> answer.reused().isEmpty());
        } finally {
            subtask.close();
        }
    }

    private void dieOfTheFirstFrame() throws Exception {
        close();
        guard = new GuardSettings(
                true, new NotesPlace.Chosen(folder.resolve("notes").toString()), "job", Duration.ofMinutes(1));
        for (int death = 0; death < CrashGuard.MAX_CRASHES; death++) {
            try (CrashGuard dying = CrashGuard.open(guard, "classify")) {
                assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> dying.call(
                        new RecordCoordinates("images", 0, 0).position(), () -> {
                            throw new StackOverflowError();
                        }));
            }
        }
    }

    private static void assertGivenUp(OneInputStreamOperatorTestHarness<?, ?> subtask) {
        assertThat(subtask.getSideOutput(DeadLetterOutput.TAG)).singleElement().satisfies(letter -> {
            assertThat(letter.getValue().source().coordinates().offset()).isZero();
            assertThat(letter.getValue().code()).isEqualTo(ErrorCode.CRASHED_DECODER);
            assertThat(letter.getValue().message()).contains("crashed 2 times");
        });
    }

    private KeyedOneInputStreamOperatorTestHarness<String, DecodedImage, Classification> started(
            Optional<OperatorSubtaskState> state) throws Exception {
        KeyedOneInputStreamOperatorTestHarness<String, DecodedImage, Classification> started =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new ClassifyFunction(settings(), new UnchangedFrames(RULE))),
                        frame -> InOrder.camera(frame.source()), Types.STRING);
        started.setup(RecordTypeInformation.CLASSIFICATION.createSerializer(
                started.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            started.initializeState(state.get());
        }
        started.open();
        return started;
    }

    private ClassifierSettings settings() {
        return new ClassifierSettings(new BundleLocation.Remote(submitted.toUri().toString()),
                ModelBundle.read(submitted).digest(), DeviceKind.CPU, false, 2, guard,
                SampleRecords.decoding(ModelBundle.read(submitted).preprocessing()));
    }

    /** A frame of a camera at a second of its record's timestamp, of one grey. */
    private void frame(String camera, int second, int grey) throws Exception {
        harness.processElement(new StreamRecord<>(decoded(camera, grey), 1_000L * second));
    }

    private DecodedImage decoded(String camera, int grey) {
        byte[] samples = new byte[3 * SIZE * SIZE];
        Arrays.fill(samples, (byte) grey);
        return new DecodedImage(record(camera), SIZE, SIZE, "jpeg",
                Optional.of(new NotCompared(new RgbImage(SIZE, SIZE, samples))), List.of(), 1);
    }

    private RawRecord record(String camera) {
        return new RawRecord(new RecordCoordinates("images", 0, nextOffset++),
                Optional.ofNullable(camera).map(name -> name.getBytes(UTF_8)), Optional.empty(), List.of());
    }

    private List<Classification> answers() {
        return harness.extractOutputValues();
    }

    /** The ids of the frames whose labels the answers are, a dash where they are their own. */
    private List<String> reused() {
        return answers().stream().map(ClassifyFunctionTest::origin).toList();
    }

    private static String origin(Classification answer) {
        return answer.reused().orElse("-");
    }
}
