package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The regions of pictures in the classify operator, in Flink's harness, with the model that comes with the project. */
class ClassifyRegionsTest {

    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));
    private static final int SIZE = TRIAGE.preprocessing().inputSize();
    private static final ReuseRule RULE = new ReuseRule(8, Duration.ofSeconds(10));
    private static final RegionBox LEFT = new RegionBox(0, 0, 0.5, 1);
    private static final Head GATE = SampleHeads.of("gate", TRIAGE.digest());
    private static final Head BAY = SampleHeads.of("bay", TRIAGE.digest());

    private KeyedOneInputStreamOperatorTestHarness<String, DecodedImage, Classification> classify;
    private ClassifyFunction function;
    private long nextOffset;

    @AfterEach
    void close() throws Exception {
        classify.close();
    }

    @Test
    void answersForAllViewsOfAPictureInOneCallOfTheNetwork() throws Exception {
        start(ReuseStrategy.NONE, Optional.empty());
        process(Optional.of(grey(40)), region("a", Optional.empty(), 40), region("b", Optional.of(GATE), 40),
                region("c", Optional.of(BAY), 90), region("d", Optional.of(GATE), 90), region("e", Optional.empty(), 7),
                region("f", Optional.of(GATE), 7), region("g", Optional.of(GATE), 40), region("h", Optional.of(BAY), 7));

        Classification answer = answer(0);
        assertThat(answer.regions()).extracting(RegionAnswer::name)
                .containsExactly("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(answer.labels()).hasSize(2);
        assertThat(answer.regions().get(0).labels()).extracting(label -> label.label())
                .as("the same pixels, in another place of the batch")
                .containsExactlyElementsOf(answer.labels().stream().map(label -> label.label()).toList());
        assertThat(answer.regions().get(1).labels()).extracting(label -> label.label())
                .containsExactlyInAnyOrder("gate-yes", "gate-no");
        assertThat(answer.regions().get(2).labels()).extracting(label -> label.label())
                .containsExactlyInAnyOrder("bay-yes", "bay-no");
        assertThat(answer.regions().get(1).head().orElseThrow()).satisfies(verdict -> {
            assertThat(verdict.name()).isEqualTo("gate");
            assertThat(verdict.digest()).isEqualTo(GATE.digest());
        });
        assertThat(answer.regions().get(0).head()).isEmpty();
        assertThat(calls()).isEqualTo(1);
        assertThat(count(VisionMetrics.REGIONS_CLASSIFIED)).isEqualTo(8);
    }

    @Test
    void aPictureOfWhichNothingIsDueGetsItsRecordWithoutTheNetwork() throws Exception {
        start(ReuseStrategy.NONE, Optional.empty());
        process(Optional.empty());

        assertThat(answer(0).labels()).isEmpty();
        assertThat(answer(0).regions()).isEmpty();
        assertThat(answer(0).inferenceMillis()).isZero();
        assertThat(answer(0).modelDigest()).isEqualTo(TRIAGE.digest());
        assertThat(calls()).isZero();
        assertThat(count(VisionMetrics.IMAGES_CLASSIFIED)).isEqualTo(1);
    }

    @Test
    void flagsSmallRegions() throws Exception {
        start(ReuseStrategy.NONE, Optional.empty());
        process(Optional.empty(),
                new DecodedRegion("large", new RegionBox(0, 0, 0.5, 0.5), Optional.empty(), grey(1)),
                new DecodedRegion("small", new RegionBox(0, 0, 0.09, 1), Optional.empty(), grey(1)));

        assertThat(answer(0).regions()).extracting(RegionAnswer::small).containsExactly(false, true);
    }

    @Test
    void aHeadOfAnotherNetworkMakesThePictureADeadLetterWithBothDigests() throws Exception {
        start(ReuseStrategy.NONE, Optional.empty());
        process(Optional.of(grey(1)), region("gate", Optional.of(SampleHeads.of("gate", "ab".repeat(32))), 1));
        process(Optional.of(grey(1)), region("gate", Optional.of(GATE), 1));

        assertThat(classify.extractOutputValues()).extracting(answer -> answer.source().position().offset()).containsExactly(1L);
        assertThat(classify.getSideOutput(DeadLetterOutput.TAG)).singleElement().satisfies(letter -> {
            assertThat(letter.getValue().code()).isEqualTo(ErrorCode.CLASSIFICATION_FAILED);
            assertThat(letter.getValue().message()).contains("ab".repeat(32), TRIAGE.digest());
        });
    }

    @Test
    void onlyTheViewsThatHaveChangedGoToTheNetwork() throws Exception {
        start(new UnchangedFrames(RULE), Optional.empty());
        process(Optional.of(grey(40)), region("bay", Optional.of(BAY), 40), region("gate", Optional.of(GATE), 40));
        process(Optional.of(grey(40)), region("bay", Optional.of(BAY), 90), region("gate", Optional.of(GATE), 40));
        process(Optional.of(grey(90)), region("bay", Optional.of(BAY), 90), region("gate", Optional.of(GATE), 40));
        process(Optional.of(grey(90)), region("bay", Optional.of(BAY), 90), region("gate", Optional.of(GATE), 40));

        assertThat(origins()).containsExactly(
                "- bay:- gate:-",
                "images-0-0 bay:- gate:images-0-0",
                "- bay:images-0-1 gate:images-0-0",
                "images-0-2 bay:images-0-1 gate:images-0-0");
        assertThat(classify.extractOutputValues()).extracting(answer -> answer.inferenceMillis() > 0)
                .containsExactly(true, true, true, false);
        assertThat(calls()).isEqualTo(3);
        assertThat(count(VisionMetrics.REGIONS_REUSED)).isEqualTo(5);
        assertThat(count(VisionMetrics.REGIONS_CLASSIFIED)).isEqualTo(3);
        assertThat(count(VisionMetrics.IMAGES_REUSED)).isEqualTo(2);
        assertThat(answer(3).regions().get(1)).usingRecursiveComparison().ignoringFields("reused")
                .isEqualTo(answer(0).regions().get(1));
    }

    @Test
    void aRegionWithAnotherHeadOrBoxIsClassifiedAnew() throws Exception {
        start(new UnchangedFrames(RULE), Optional.empty());
        process(Optional.empty(), region("gate", Optional.of(GATE), 40));
        process(Optional.empty(), region("gate", Optional.of(BAY), 40));
        process(Optional.empty(), region("gate", Optional.empty(), 40));
        process(Optional.empty(), new DecodedRegion("gate", Declarations.BOX, Optional.empty(), grey(40)));
        process(Optional.empty(), new DecodedRegion("gate", Declarations.BOX, Optional.empty(), grey(40)));

        assertThat(origins()).containsExactly("- gate:-", "- gate:-", "- gate:-", "- gate:-", "- gate:images-0-3");
    }

    @Test
    void aRegionIsComparedWithItsOwnLastTurn() throws Exception {
        start(new UnchangedFrames(RULE), Optional.empty());
        process(Optional.of(grey(40)), region("gate", Optional.of(GATE), 40));
        process(Optional.of(grey(40)));
        process(Optional.empty());
        process(Optional.empty(), region("gate", Optional.of(GATE), 40));

        assertThat(origins()).containsExactly("- gate:-", "images-0-0", "-", "- gate:images-0-0");
    }

    @Test
    void goesOnAfterARestartAsIfThereHadBeenNone() throws Exception {
        start(new UnchangedFrames(RULE), Optional.empty());
        process(Optional.of(grey(40)), region("bay", Optional.empty(), 40), region("gate", Optional.of(GATE), 40));
        OperatorSubtaskState state = classify.snapshot(1, 1);
        Classification before = answer(0);
        classify.close();

        start(new UnchangedFrames(RULE), Optional.of(state));
        process(Optional.of(grey(40)), region("bay", Optional.empty(), 40), region("gate", Optional.of(GATE), 40));

        assertThat(origins()).containsExactly("images-0-0 bay:images-0-0 gate:images-0-0");
        assertThat(answer(0).labels()).isEqualTo(before.labels());
        assertThat(answer(0).regions()).extracting(RegionAnswer::head).extracting(head -> head.map(HeadVerdict::digest))
                .containsExactly(Optional.empty(), Optional.of(GATE.digest()));
    }

    @Test
    void goesOnFromASavepointOfAJobThatKnewNoRegions() throws Exception {
        start(new WholeFrames(), Optional.empty());
        process(Optional.of(grey(40)));
        OperatorSubtaskState state = classify.snapshot(1, 1);
        classify.close();

        start(new UnchangedFrames(RULE), Optional.of(state));
        process(Optional.of(grey(40)), region("gate", Optional.of(GATE), 40));

        assertThat(origins()).containsExactly("images-0-0 gate:-");
    }

    /** Has the state that there was before regions, and no other. */
    private static final class WholeFrames implements ReuseStrategy {

        private transient ValueState<LastClassified> lastClassified;

        @Override
        public void open(RuntimeContext context) {
            ValueStateDescriptor<LastClassified> descriptor =
                    new ValueStateDescriptor<>("last-classified", RecordForms.LAST_CLASSIFIED);
            descriptor.enableTimeToLive(StateTtlConfig.newBuilder(RULE.atLeastEvery()).build());
            lastClassified = context.getState(descriptor);
        }

        @Override
        public Optional<Classification> label(DecodedImage image, Long timestamp, SubtaskClassifier classifier,
                Consumer<DeadLetter> deadLetters) throws Exception {
            Optional<Classification> answer = classifier.classify(image, deadLetters);
            lastClassified.update(new LastClassified(image.source().coordinates(), new ClassifiedImage(
                    ImageFingerprint.of(image.input().orElseThrow()), answer.orElseThrow().labels(),
                    Instant.ofEpochMilli(timestamp), TRIAGE.digest())));
            return answer;
        }
    }

    private void start(ReuseStrategy reuse, Optional<OperatorSubtaskState> state) throws Exception {
        function = new ClassifyFunction(new ClassifierSettings(
                new BundleLocation.Remote(TRIAGE.folder().toUri().toString()), TRIAGE.digest(), DeviceKind.CPU, true, 2,
                GuardSettings.OFF, SampleRecords.decoding(TRIAGE.preprocessing())), reuse);
        classify = new KeyedOneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(function), image -> InOrder.camera(image.source()), Types.STRING);
        classify.setup(RecordTypeInformation.CLASSIFICATION.createSerializer(
                classify.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            classify.initializeState(state.get());
        }
        classify.open();
    }

    private void process(Optional<ViewInput> whole, DecodedRegion... regions) throws Exception {
        RawRecord record = new RawRecord(new RecordCoordinates("images", 0, nextOffset++),
                Optional.of("camera-1".getBytes(UTF_8)), Optional.empty(), List.of());
        classify.processElement(new StreamRecord<>(
                new DecodedImage(record, 640, 480, "jpeg", whole, List.of(regions), 1), 1_000));
    }

    private static DecodedRegion region(String name, Optional<Head> head, int grey) {
        return new DecodedRegion(name, LEFT, head, grey(grey));
    }

    private static ViewInput grey(int grey) {
        byte[] samples = new byte[3 * SIZE * SIZE];
        Arrays.fill(samples, (byte) grey);
        return new NotCompared(new RgbImage(SIZE, SIZE, samples));
    }

    private Classification answer(int index) {
        return classify.extractOutputValues().get(index);
    }

    /** Of each picture where its labels are from, a dash where they are its own, and the same of its regions. */
    private List<String> origins() {
        return classify.extractOutputValues().stream()
                .map(answer -> answer.reused().orElse("-") + String.join("", answer.regions().stream()
                        .map(region -> " " + region.name() + ":" + region.reused().orElse("-"))
                        .toList()))
                .toList();
    }

    private long calls() throws Exception {
        return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), VisionMetrics.INFERENCE_MICROS,
                Histogram.class).getCount();
    }

    private long count(String metric) throws Exception {
        return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), metric, Counter.class).getCount();
    }
}
