package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator in Flink's own harness, with real bundles and networks. */
class SwitchingClassifyFunctionTest {

    private static final int SIZE = 32;

    /** The subtask's clock; static, as Flink serialises functions. */
    private static final AtomicLong NANOS = new AtomicLong();

    @TempDir
    Path folder;

    private Path submitted;
    private Path other;
    private Optional<Running> last = Optional.empty();

    /** A subtask at work. */
    private record Running(
            SwitchingClassifyFunction function,
            TwoInputStreamOperatorTestHarness<DecodedImage, ModelChange, Classification> harness) {

        void change(Optional<ModelChoice> choice) throws Exception {
            harness.processElement2(new ModelChange(choice), 0);
        }

        /** What the gauge says. */
        boolean isBehind() throws ReflectiveOperationException {
            return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), VisionMetrics.MODEL_BEHIND,
                    Gauge.class).getValue().equals(1);
        }

        /** Takes another picture of one camera, which looks like all others, and returns its labels. */
        Classification next() throws Exception {
            List<Classification> before = harness.extractOutputValues();
            RawRecord record = new RawRecord(new RecordCoordinates("images", 0, before.size()),
                    Optional.of(new byte[] {1}), Optional.empty(), List.of());
            harness.processElement1(new DecodedImage(
                    record, SIZE, SIZE, "jpeg", Optional.of(new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE])),
                    List.of(), 1), 0);
            List<Classification> all = harness.extractOutputValues();
            assertThat(all).hasSize(before.size() + 1);
            return all.get(before.size());
        }

        String digestOfNext() throws Exception {
            return next().modelDigest();
        }
    }

    @BeforeEach
    void writeBundles() {
        submitted = SmallBundle.write(folder.resolve("submitted"), SIZE, 1, 2);
        other = SmallBundle.write(folder.resolve("other"), SIZE, 3, 4);
    }

    @AfterEach
    void close() throws Exception {
        if (last.isPresent()) {
            last.get().harness().close();
        }
    }

    @Test
    void goesOverToAChosenModelBetweenTwoPicturesAndBackAgain() throws Exception {
        Running subtask = start(submitted, Optional.empty());

        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        subtask.change(choice(other));
        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
        subtask.change(Optional.empty());
        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
    }

    @Test
    void keepsItsModelWhereItCannotLoadAnother() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Optional<ModelChoice> choice = choice(other);
        Files.delete(other.resolve("net.onnx"));

        subtask.change(choice);

        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
    }

    @Test
    void triesAgainUntilItHasCaughtUpWithTheOthers() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Optional<ModelChoice> choice = choice(other);
        Path away = Files.move(other, folder.resolve("away"));
        subtask.change(choice);

        pass(SwitchingClassifyFunction.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        assertThat(subtask.isBehind()).isTrue();
        Files.move(away, other);
        pass(SwitchingClassifyFunction.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).as("the pause doubles").isEqualTo(digest(submitted));
        pass(SwitchingClassifyFunction.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
        assertThat(subtask.isBehind()).isFalse();
    }

    @Test
    void failsAfterItsLastAttemptSoThatItStaysOnNoOtherModel() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Optional<ModelChoice> choice = choice(other);
        Files.move(other, folder.resolve("away"));
        subtask.change(choice);
        Duration pause = SwitchingClassifyFunction.FIRST_PAUSE;
        for (int attempt = 2; attempt < SwitchingClassifyFunction.MAX_ATTEMPTS; attempt++) {
            pass(pause);
            assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
            pause = pause.multipliedBy(2);
        }

        pass(pause);

        assertThatIOException().isThrownBy(subtask::next)
                .withMessageContaining("Subtask 1 could not load the model that was chosen in 5 attempts");
    }

    @Test
    void forgetsAFailedChangeAtTheNext() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Optional<ModelChoice> choice = choice(other);
        Path away = Files.move(other, folder.resolve("away"));
        subtask.change(choice);
        assertThat(subtask.isBehind()).isTrue();
        subtask.change(Optional.empty());
        assertThat(subtask.isBehind()).isFalse();
        Files.move(away, other);

        pass(SwitchingClassifyFunction.FIRST_PAUSE);

        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
    }

    @Test
    void goesOnWithTheChosenModelAfterARestart() throws Exception {
        OperatorSubtaskState state = stateAfter(choice(other));

        assertThat(start(submitted, Optional.of(state)).digestOfNext()).isEqualTo(digest(other));
    }

    @Test
    void doesNotStartWithAnotherModelThanTheChosenOne() throws Exception {
        OperatorSubtaskState state = stateAfter(choice(other));
        Path away = Files.move(other, folder.resolve("away"));

        assertThatIOException().isThrownBy(() -> start(submitted, Optional.of(state)))
                .withMessageContaining("Subtask 1 cannot load the model that was chosen")
                .withMessageContaining("put the bundle back at " + other.toUri());
        close();
        Files.move(away, other);

        assertThat(start(submitted, Optional.of(state)).digestOfNext()).isEqualTo(digest(other));
    }

    @Test
    void takesTheModelOfANewSubmissionBeforeAnEarlierChoice() throws Exception {
        OperatorSubtaskState state = stateAfter(choice(other));
        Path newer = SmallBundle.write(folder.resolve("newer"), SIZE, 5, 6);

        Running resubmitted = start(newer, Optional.of(state));
        assertThat(resubmitted.digestOfNext()).isEqualTo(digest(newer));
        OperatorSubtaskState later = resubmitted.harness().snapshot(2, 2);
        close();

        // Nor does the choice come back with the model that it was made beside.
        assertThat(start(submitted, Optional.of(later)).digestOfNext()).isEqualTo(digest(submitted));
    }

    @Test
    void remembersTheWayBackToo() throws Exception {
        OperatorSubtaskState state = stateAfter(choice(other), Optional.empty());

        assertThat(start(submitted, Optional.of(state)).digestOfNext()).isEqualTo(digest(submitted));
    }

    @Test
    void labelsOfTheModelBeforeAreNotTakenOver() throws Exception {
        Running subtask = start(submitted, Optional.empty(), true);

        List<Classification> answers = new ArrayList<>(List.of(subtask.next(), subtask.next()));
        subtask.change(choice(other));
        answers.addAll(List.of(subtask.next(), subtask.next()));

        assertThat(answers).extracting(answer -> answer.reused().orElse("-"))
                .containsExactly("-", "images-0-0", "-", "images-0-2");
        assertThat(answers).extracting(Classification::modelDigest)
                .containsExactly(digest(submitted), digest(submitted), digest(other), digest(other));
    }

    @Test
    void aModelThatCannotBeLoadedIsTriedAgainBeforeAFrameThatCouldReuseLabels() throws Exception {
        Running subtask = start(submitted, Optional.empty(), true);
        Optional<ModelChoice> choice = choice(other);
        Path away = Files.move(other, folder.resolve("away"));
        subtask.change(choice);
        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        Files.move(away, other);

        pass(SwitchingClassifyFunction.FIRST_PAUSE);

        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
    }

    private static void pass(Duration time) {
        NANOS.addAndGet(time.toNanos());
    }

    /** The state of a subtask that has made these changes. */
    @SafeVarargs
    private OperatorSubtaskState stateAfter(Optional<ModelChoice>... choices) throws Exception {
        Running subtask = start(submitted, Optional.empty());
        for (Optional<ModelChoice> choice : choices) {
            subtask.change(choice);
        }
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        close();
        return state;
    }

    private Running start(Path bundle, Optional<OperatorSubtaskState> state) throws Exception {
        return start(bundle, state, false);
    }

    private Running start(Path bundle, Optional<OperatorSubtaskState> state, boolean reusing) throws Exception {
        ModelBundle model = ModelBundle.read(bundle);
        ReuseStrategy reuse =
                reusing ? new UnchangedFrames(new ReuseRule(8, Duration.ofSeconds(10))) : ReuseStrategy.NONE;
        SwitchingClassifyFunction function = new SwitchingClassifyFunction(
                new ClassifierSettings(new BundleLocation.Remote(bundle.toUri().toString()), model.digest(),
                        DeviceKind.CPU, false, 1, GuardSettings.OFF),
                model.preprocessing(), reuse, NANOS::get);
        CoProcessOperator<DecodedImage, ModelChange, Classification> operator = new CoProcessOperator<>(function);
        TwoInputStreamOperatorTestHarness<DecodedImage, ModelChange, Classification> harness = reusing
                ? new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator, image -> InOrder.camera(image.source()), null, Types.STRING)
                : new TwoInputStreamOperatorTestHarness<>(operator);
        Running running = new Running(function, harness);
        last = Optional.of(running);
        harness.setup(RecordTypeInformation.CLASSIFICATION.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            harness.initializeState(state.get());
        }
        harness.open();
        return running;
    }

    private static String digest(Path bundle) {
        return ModelBundle.read(bundle).digest();
    }

    private static Optional<ModelChoice> choice(Path bundle) {
        return Optional.of(new ModelChoice(bundle.toUri().toString(), digest(bundle)));
    }
}
