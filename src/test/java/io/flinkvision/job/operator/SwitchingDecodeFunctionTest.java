package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.RecordedLog;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.operator.ViewInput.Unchanged;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator in Flink's harness, with raw pixels for pictures. */
class SwitchingDecodeFunctionTest {

    private static final Backbone BACKBONE = new Backbone("ab".repeat(32), 3);
    private static final Backbone OTHER = new Backbone("cd".repeat(32), 3);

    /** What the topic holds when a subtask starts; static, as Flink serialises functions. */
    private static List<RawRecord> existing = List.of();

    private final Declarations topic = new Declarations();
    private final List<TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage>> started =
            new ArrayList<>();
    private Regions ofTheJobFile = Regions.NONE;
    private Previewing previewing = Previewing.NONE;

    @AfterEach
    void close() throws Exception {
        existing = List.of();
        for (TwoInputStreamOperatorTestHarness<?, ?, ?> subtask : started) {
            subtask.close();
        }
    }

    @Test
    void aChangeHoldsFromTheNextPictureOn() throws Exception {
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = start();

        picture(subtask);
        change(subtask, topic.declare("camera-1/gate", "first", BACKBONE));
        picture(subtask);
        change(subtask, topic.declare("camera-1/gate", "second", BACKBONE));
        picture(subtask);
        change(subtask, topic.remove("camera-1/gate"));
        picture(subtask);

        assertThat(heads(subtask)).containsExactly("", "gate:first", "gate:second", "");
    }

    @Test
    void theTopicsRegionTakesThePlaceOfTheJobFilesUntilItIsRemoved() throws Exception {
        ofTheJobFile = Regions.of(List.of(Declarations.region("*/gate", Optional.empty(), Optional.empty())));
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = start();

        picture(subtask);
        change(subtask, topic.declare("*/gate", "new", BACKBONE));
        picture(subtask);
        change(subtask, topic.remove("*/gate"));
        picture(subtask);

        assertThat(heads(subtask)).containsExactly("gate:-", "gate:new", "gate:-");
    }

    @Test
    void theFirstPictureHasTheRegionsThatTheTopicDeclares() throws Exception {
        topic.declare("camera-1/gate", "old", BACKBONE);
        topic.declare("camera-1/bay", "bay", BACKBONE);
        topic.declare("camera-1/gate", "foreign", OTHER);
        topic.add("camera-1/gate", Optional.of("garbage".getBytes(UTF_8)));
        topic.declare("camera-1/gate", "new", BACKBONE);
        topic.remove("camera-1/bay");
        existing = topic.records();

        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = start();
        picture(subtask);

        assertThat(heads(subtask)).containsExactly("gate:new");
    }

    @Test
    void aRegionThatHasNotChangedIsNotDecodedAndOneThatIsDeclaredAnewInAnotherPlaceIs() throws Exception {
        ofTheJobFile = Regions.of(List.of(
                Declarations.region("*/bay", Optional.empty(), Optional.empty())));
        previewing = new Previewing.ByCamera(new ReuseRule(8, Duration.ofSeconds(10)));
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = start();
        RawRecord picture = new RawRecord(new RecordCoordinates("images", 0, 0),
                Optional.of("camera-1".getBytes(UTF_8)),
                Optional.of(Files.readAllBytes(Path.of("conf/models/triage/images/meal_1.jpg"))), List.of());

        subtask.processElement1(picture, 0);
        change(subtask, topic.declare("camera-1/gate", "first", BACKBONE));
        subtask.processElement1(picture, 0);
        subtask.processElement1(picture, 0);

        assertThat(subtask.extractOutputValues())
                .extracting(image -> image.regions().stream()
                        .map(region -> region.name() + ":" + (region.view() instanceof Unchanged)).toList())
                .containsExactly(List.of("bay:false"), List.of("bay:true", "gate:false"),
                        List.of("bay:true", "gate:true"));
    }

    @Test
    void ignoresChangesThatItHasReadItself() throws Exception {
        RawRecord old = topic.declare("camera-1/gate", "old", BACKBONE);
        RawRecord bay = topic.declare("camera-1/bay", "bay", BACKBONE);
        RawRecord removal = topic.remove("camera-1/bay");
        RawRecord latest = topic.declare("camera-1/gate", "latest", BACKBONE);
        existing = topic.records();
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = start();

        for (RawRecord record : List.of(old, bay, removal, latest)) {
            change(subtask, record);
            picture(subtask);
        }
        assertThat(heads(subtask)).containsOnly("gate:latest");
        change(subtask, topic.declare("camera-1/gate", "later", BACKBONE));
        picture(subtask);
        assertThat(heads(subtask)).last().isEqualTo("gate:later");
    }

    @Test
    void ignoresThemAfterARestartTooAndReadsTheTopicNoMore() throws Exception {
        RawRecord old = topic.declare("camera-1/gate", "old", BACKBONE);
        topic.declare("camera-1/gate", "latest", BACKBONE);
        existing = topic.records();
        OperatorSubtaskState state = start().snapshot(1, 1);
        topic.declare("camera-1/gate", "missed by the source", BACKBONE);
        existing = topic.records();

        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> restored =
                start(BACKBONE, Optional.of(state));
        change(restored, old);
        picture(restored);

        assertThat(heads(restored)).containsExactly("gate:latest");
    }

    @Test
    void regionsOfAnotherNetworkAreForgottenWithAWarningAndTheTopicIsReadAnew() throws Exception {
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> before = start();
        change(before, topic.declare("camera-1/gate", "old", BACKBONE));
        change(before, topic.declare("camera-1/bay", "old", BACKBONE));
        OperatorSubtaskState state = before.snapshot(1, 1);
        topic.declare("camera-1/gate", "new", OTHER);
        existing = topic.records();

        try (RecordedLog log = new RecordedLog(SwitchingDecodeFunction.class.getName(), Level.WARN)) {
            TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> restored =
                    start(OTHER, Optional.of(state));
            picture(restored);

            assertThat(heads(restored)).containsExactly("gate:new");
            assertThat(log.messages()).singleElement().asString().contains("another model", OTHER.digest());
        }
    }

    @Test
    void allSubtasksHaveTheSameRegionsAfterRescaling() throws Exception {
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> first = start();
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> second = start();
        for (RawRecord record : List.of(topic.declare("camera-1/gate", "gate", BACKBONE),
                topic.declare("camera-1/bay", "bay", BACKBONE), topic.remove("camera-1/bay"))) {
            change(first, record);
            change(second, record);
        }
        OperatorSubtaskState state =
                AbstractStreamOperatorTestHarness.repackageState(first.snapshot(1, 1), second.snapshot(1, 1));

        List<Head> heads = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = subtask(BACKBONE, 3, index);
            subtask.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 3, 2, 3, index));
            subtask.open();
            picture(subtask);
            assertThat(heads(subtask)).containsExactly("gate:gate");
            heads.add(subtask.extractOutputValues().get(0).regions().get(0).head().orElseThrow());
        }
        assertThat(heads).allMatch(head -> head == heads.get(0), "the same object in memory");
    }

    @Test
    void aTopicThatCannotBeReadFailsTheTask() {
        existing = null;

        assertThatIllegalStateException().isThrownBy(this::start).withMessage("no broker");
    }

    private TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> start() throws Exception {
        return start(BACKBONE, Optional.empty());
    }

    private TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> start(
            Backbone backbone, Optional<OperatorSubtaskState> state) throws Exception {
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask = subtask(backbone, 1, 0);
        if (state.isPresent()) {
            subtask.initializeState(state.get());
        }
        subtask.open();
        return subtask;
    }

    private TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask(
            Backbone backbone, int parallelism, int index) throws Exception {
        DecodeSettings settings = new DecodeSettings(DecodeLimits.DEFAULTS,
                ModelBundle.read(Path.of("conf/models/triage")).preprocessing(), Reduction.NONE,
                new ValueEncoding.Bytes(), List.of(), AgeLimit.NONE, ofTheJobFile, WholePicture.NEVER,
                GuardSettings.OFF, Measuring.NOTHING, previewing);
        CoProcessOperator<RawRecord, RegionChange, DecodedImage> operator = new CoProcessOperator<>(
                new SwitchingDecodeFunction(settings, backbone, SwitchingDecodeFunctionTest::readExisting));
        TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask =
                previewing.equals(Previewing.NONE)
                        ? new TwoInputStreamOperatorTestHarness<>(operator, 3, parallelism, index)
                        : new KeyedTwoInputStreamOperatorTestHarness<>(
                                operator, InOrder::camera, null, Types.STRING, 3, parallelism, index);
        subtask.setup(RecordTypeInformation.DECODED_IMAGE.createSerializer(
                subtask.getExecutionConfig().getSerializerConfig()));
        started.add(subtask);
        return subtask;
    }

    private static void readExisting(Consumer<RawRecord> records) {
        if (existing == null) {
            throw new IllegalStateException("no broker");
        }
        existing.forEach(records);
    }

    private static void change(
            TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask, RawRecord record)
            throws Exception {
        subtask.processElement2(Declarations.change(record), 0);
    }

    private static void picture(TwoInputStreamOperatorTestHarness<RawRecord, RegionChange, DecodedImage> subtask)
            throws Exception {
        subtask.processElement1(new RawRecord(new RecordCoordinates("images", 0, 0),
                Optional.of("camera-1".getBytes(UTF_8)), Optional.of(new byte[3 * 64 * 48]),
                List.of(RecordHeader.text("content-type", "image/x-raw"), RecordHeader.text("width", "64"),
                        RecordHeader.text("height", "48"), RecordHeader.text("format", "rgb24"))), 0);
    }

    /** Of each picture the regions with the names of their heads, a dash for none. */
    private static List<String> heads(TwoInputStreamOperatorTestHarness<?, ?, DecodedImage> subtask) {
        return subtask.extractOutputValues().stream()
                .map(image -> String.join(" ", image.regions().stream()
                        .map(region -> region.name() + ":"
                                + region.head().map(head -> head.description().name()).orElse("-"))
                        .toList()))
                .toList();
    }
}
