package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
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
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
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
            change(new Replacement(choice));
        }

        void change(ModelChange change) throws Exception {
            harness.processElement2(change, 0);
        }

        /** What the shadow and the model have both classified. */
        List<ComparedPicture> compared() {
            return Optional.ofNullable(harness.getSideOutput(CompareFunction.TAG)).stream()
                    .flatMap(pictures -> pictures.stream().map(StreamRecord::getValue)).toList();
        }

        long loads() throws ReflectiveOperationException {
            return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), VisionMetrics.MODEL_LOADS,
                    Counter.class).getCount();
        }

        /** What the gauge says. */
        boolean isBehind() throws ReflectiveOperationException {
            return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), VisionMetrics.MODEL_BEHIND,
                    Gauge.class).getValue().equals(1);
        }

        /** Takes another picture of one camera, which looks like all others, and returns its labels. */
        Classification next() throws Exception {
            return next(Optional.of(new byte[] {1}));
        }

        Classification next(Optional<byte[]> key) throws Exception {
            List<Classification> before = harness.extractOutputValues();
            RawRecord record = new RawRecord(new RecordCoordinates("images", 0, before.size()),
                    key, Optional.empty(), List.of());
            harness.processElement1(new DecodedImage(
                    record, SIZE, SIZE, "jpeg",
                    Optional.of(new NotCompared(new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]))), List.of(), 1), 0);
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

        pass(LoadAttempts.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        assertThat(subtask.isBehind()).isTrue();
        Files.move(away, other);
        pass(LoadAttempts.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).as("the pause doubles").isEqualTo(digest(submitted));
        pass(LoadAttempts.FIRST_PAUSE);
        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
        assertThat(subtask.isBehind()).isFalse();
    }

    @Test
    void failsAfterItsLastAttemptSoThatItStaysOnNoOtherModel() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Optional<ModelChoice> choice = choice(other);
        Files.move(other, folder.resolve("away"));
        subtask.change(choice);
        Duration pause = LoadAttempts.FIRST_PAUSE;
        for (int attempt = 2; attempt < LoadAttempts.MAX_ATTEMPTS; attempt++) {
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

        pass(LoadAttempts.FIRST_PAUSE);

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

        pass(LoadAttempts.FIRST_PAUSE);

        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
    }

    @Test
    void aCanaryLabelsItsCamerasAndNoOtherOnesAlsoAfterARestart() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        ModelCandidate canary = new ModelCandidate(choice(other).orElseThrow(), Mode.CANARY, 10);
        subtask.change(new Trial(canary));

        assertThatOnlyItsCamerasHave(canary, subtask);
        assertThat(subtask.next(Optional.empty()).modelDigest()).isEqualTo(digest(submitted));
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        close();
        Running restarted = start(submitted, Optional.of(state));
        assertThatOnlyItsCamerasHave(canary, restarted);

        ModelCandidate grown = new ModelCandidate(canary.choice(), Mode.CANARY, 60);
        restarted.change(new Trial(grown));
        assertThatOnlyItsCamerasHave(grown, restarted);
        assertThat(restarted.loads()).as("its network is in memory already").isEqualTo(2);
        restarted.change(new EndOfTrial());
        assertThat(restarted.next(Optional.of("camera-4".getBytes(UTF_8))).modelDigest()).isEqualTo(digest(submitted));
    }

    private void assertThatOnlyItsCamerasHave(ModelCandidate canary, Running subtask) throws Exception {
        boolean[] seen = new boolean[2];
        for (int i = 0; i < 30; i++) {
            Optional<byte[]> key = Optional.of(("camera-" + i).getBytes(UTF_8));
            seen[canary.labels(key) ? 1 : 0] = true;
            assertThat(subtask.next(key).modelDigest()).isEqualTo(digest(canary.labels(key) ? other : submitted));
        }
        assertThat(seen).containsExactly(true, true);
    }

    @Test
    void aShadowComparesItsSampleAndLabelsNothing() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        ModelCandidate shadow = new ModelCandidate(choice(other).orElseThrow(), Mode.SHADOW, 50);
        subtask.change(new Trial(shadow));

        List<String> sample = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Classification answer = subtask.next();
            assertThat(answer.modelDigest()).isEqualTo(digest(submitted));
            if (shadow.compares(answer.id())) {
                sample.add(answer.id());
            }
        }

        assertThat(sample).hasSizeBetween(5, 35);
        assertThat(subtask.compared()).extracting(ComparedPicture::id).containsExactlyElementsOf(sample);
        assertThat(subtask.compared()).allSatisfy(picture -> {
            assertThat(picture.models().current().digest()).isEqualTo(digest(submitted));
            assertThat(picture.models().candidate().digest()).isEqualTo(digest(other));
            assertThat(picture.models().haveSameLabels()).isTrue();
            assertThat(picture.outcome()).isInstanceOf(Agreed.class);
        });
    }

    @Test
    void aShadowThatSeesSomethingElseOrHasOtherLabelsIsReportedSo() throws Exception {
        Path reversed = SmallBundle.write(folder.resolve("reversed"), SIZE, 4, 3);
        Path more = SmallBundle.write(folder.resolve("more"), SIZE, 1, 2, 3);
        Running subtask = start(submitted, Optional.empty());

        subtask.change(shadow(reversed));
        subtask.next();
        subtask.change(shadow(more));
        subtask.next();

        assertThat(subtask.compared()).extracting(ComparedPicture::outcome)
                .containsExactly(new Differing("1", "0", true), new Differing("1", "2", false));
    }

    @Test
    void picturesThatReuseLabelsAreNotCompared() throws Exception {
        Running subtask = start(submitted, Optional.empty(), true);
        subtask.change(shadow(other));

        subtask.next();
        assertThat(subtask.next().reused()).contains("images-0-0");

        assertThat(subtask.compared()).extracting(ComparedPicture::id).containsExactly("images-0-0");
    }

    @Test
    void aCanarysCameraReusesNoLabelsOfTheModelBefore() throws Exception {
        Running subtask = start(submitted, Optional.empty(), true);

        assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        subtask.change(new Trial(new ModelCandidate(choice(other).orElseThrow(), Mode.CANARY, 100)));
        Classification answer = subtask.next();

        assertThat(answer.reused()).isEmpty();
        assertThat(answer.modelDigest()).isEqualTo(digest(other));
    }

    @Test
    void aCandidateThatIsPromotedIsNotLoadedAgain() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        subtask.change(shadow(other));

        subtask.change(choice(other));

        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));
        assertThat(subtask.loads()).isEqualTo(2);
        assertThat(subtask.compared()).isEmpty();
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        close();
        Running restarted = start(submitted, Optional.of(state));
        assertThat(restarted.digestOfNext()).isEqualTo(digest(other));
        assertThat(restarted.loads()).as("no candidate is left").isEqualTo(1);
    }

    @Test
    void anotherModelForAllPicturesEndsATrial() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        Path third = SmallBundle.write(folder.resolve("third"), SIZE, 5, 6);
        subtask.change(new Trial(new ModelCandidate(choice(other).orElseThrow(), Mode.CANARY, 100)));
        assertThat(subtask.digestOfNext()).isEqualTo(digest(other));

        subtask.change(choice(third));

        assertThat(subtask.digestOfNext()).isEqualTo(digest(third));
    }

    @Test
    void aShadowThatCannotBeLoadedHarmsNothingAndIsTriedAgain() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        ModelChange shadow = shadow(other);
        Path away = Files.move(other, folder.resolve("away"));
        subtask.change(shadow);
        assertThat(subtask.isBehind()).isTrue();
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        for (int attempt = 1; attempt < 2 * LoadAttempts.MAX_ATTEMPTS; attempt++) {
            pass(Duration.ofHours(1));
            assertThat(subtask.digestOfNext()).isEqualTo(digest(submitted));
        }
        assertThat(subtask.isBehind()).isFalse();
        close();

        Running restarted = start(submitted, Optional.of(state));
        assertThat(restarted.digestOfNext()).isEqualTo(digest(submitted));
        assertThat(restarted.isBehind()).isTrue();
        Files.move(away, other);
        pass(LoadAttempts.FIRST_PAUSE);
        restarted.next();
        assertThat(restarted.compared()).hasSize(1);
    }

    @Test
    void doesNotStartWithoutTheCanaryThatOtherSubtasksLabelBy() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        subtask.change(new Trial(new ModelCandidate(choice(other).orElseThrow(), Mode.CANARY, 10)));
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        close();
        Files.move(other, folder.resolve("away"));

        assertThatIOException().isThrownBy(() -> start(submitted, Optional.of(state)))
                .withMessageContaining("put the bundle back at " + other.toUri());
    }

    @Test
    void aNewSubmissionForgetsTheCandidateToo() throws Exception {
        Running subtask = start(submitted, Optional.empty());
        subtask.change(new Trial(new ModelCandidate(choice(other).orElseThrow(), Mode.CANARY, 100)));
        OperatorSubtaskState state = subtask.harness().snapshot(1, 1);
        close();
        Path newer = SmallBundle.write(folder.resolve("newer"), SIZE, 5, 6);

        assertThat(start(newer, Optional.of(state)).digestOfNext()).isEqualTo(digest(newer));
    }

    /** Written by the version that knew no candidates, for the weights of {@link #submitted}. */
    @Test
    void goesOnFromTheStateOfTheVersionThatKnewNoCandidates() throws Exception {
        OperatorSubtaskState state =
                OperatorSnapshotUtil.readStateHandle("src/test/resources/savepoints/model-choice-1/state");

        assertThatIOException().as("it chose a model, which is gone")
                .isThrownBy(() -> start(submitted, Optional.of(state)))
                .withMessageContaining("put the bundle back at file:///tmp/flink-vision-chosen-before/");
        close();
        Running resubmitted = start(other, Optional.of(state));
        resubmitted.change(new Trial(new ModelCandidate(choice(submitted).orElseThrow(), Mode.CANARY, 100)));
        assertThat(resubmitted.digestOfNext()).isEqualTo(digest(submitted));
    }

    private static ModelChange shadow(Path bundle) {
        return new Trial(new ModelCandidate(choice(bundle).orElseThrow(), Mode.SHADOW, 100));
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
                        DeviceKind.CPU, false, 1, GuardSettings.OFF, SampleRecords.decoding(model.preprocessing())),
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
