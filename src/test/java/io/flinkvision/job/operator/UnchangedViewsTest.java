package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.ViewInput.Changed;
import io.flinkvision.job.operator.ViewInput.NotCompared;
import io.flinkvision.job.operator.ViewInput.Unchanged;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the decode operator leaves undecoded, and what the classify operator makes of it, each in Flink's harness, which
 * holds the clock. A view has changed from 8 grey levels on; labels are reused for less than 10 seconds.
 */
class UnchangedViewsTest {

    private static final int SIZE = 32;
    private static final ReuseRule RULE = new ReuseRule(8, Duration.ofSeconds(10));
    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));

    @TempDir
    private Path folder;

    private ModelBundle model;
    private ValueEncoding encoding = new ValueEncoding.Bytes();
    private Measuring measuring = Measuring.NOTHING;
    private GuardSettings guard = GuardSettings.OFF;
    private Regions regions = Regions.NONE;
    private DecodeFunction decodeFunction;
    private OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> decode;
    private OneInputStreamOperatorTestHarness<DecodedImage, Classification> classify;
    private long nextOffset;

    @BeforeEach
    void start() throws Exception {
        model = ModelBundle.read(SmallBundle.write(folder.resolve("submitted"), SIZE, 1, 2));
        startDecode(Optional.empty());
        startClassify(Optional.empty());
    }

    @AfterEach
    void close() throws Exception {
        decode.close();
        classify.close();
    }

    @Test
    void aStillCameraIsDecodedOnceAndItsFramesReuseTheLabels() throws Exception {
        for (int second = 0; second < 4; second++) {
            frame("gate", second, scene(100, second));
        }

        assertThat(views()).containsExactly("changed", "since 0", "since 0", "since 0");
        assertThat(reused()).containsExactly("-", "images-0-0", "images-0-0", "images-0-0");
        assertThat(answers()).allSatisfy(answer -> {
            assertThat(answer.labels()).isEqualTo(answers().get(0).labels());
            assertThat(List.of(answer.width(), answer.height())).containsExactly(640, 480);
            assertThat(answer.format()).isEqualTo("jpeg");
            assertThat(answer.decodeMillis()).isPositive();
        });
        assertThat(count(VisionMetrics.IMAGES_PREVIEWED)).isEqualTo(4);
        assertThat(count(VisionMetrics.IMAGES_NOT_DECODED)).isEqualTo(3);
        assertThat(count(VisionMetrics.IMAGES_DECODED)).isEqualTo(1);
    }

    @Test
    void aChangeIsDecodedAndWhatFollowsIsComparedWithIt() throws Exception {
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, scene(108, 1));
        frame("gate", 2, scene(108, 2));
        frame("gate", 3, scene(100, 3));
        frame("hall", 3, scene(100, 4));

        assertThat(views()).containsExactly("changed", "changed", "since 1", "changed", "changed");
        assertThat(reused()).containsExactly("-", "-", "images-0-1", "-", "-");
    }

    @Test
    void aSceneThatChangesSlowlyIsSeenToChange() throws Exception {
        for (int second = 0; second < 9; second++) {
            frame("gate", second, scene(100 + 3 * second, second));
        }

        assertThat(views()).containsExactly("changed", "since 0", "since 0", "changed", "since 3", "since 3",
                "changed", "since 6", "since 6");
    }

    @Test
    void aCameraIsDecodedAnewAtLeastSoOftenByItsFramesTimesAndByTheClock() throws Exception {
        for (int second = 0; second < 15; second += 4) {
            frame("gate", second, scene(100, second));
        }
        assertThat(views()).containsExactly("changed", "since 0", "since 0", "changed");

        for (int second = 4; second < 15; second += 4) {
            decode.setStateTtlProcessingTime(1_000L * second);
            classify.setStateTtlProcessingTime(1_000L * second);
            frame("gate", 12, scene(100, 20 + second));
        }
        assertThat(views().subList(4, 7)).containsExactly("since 3", "since 3", "changed");
        assertThat(reused()).containsExactly(
                "-", "images-0-0", "images-0-0", "-", "images-0-3", "images-0-3", "-");
    }

    @Test
    void onlyTheViewsThatHaveChangedAreDecoded() throws Exception {
        startWithRegions(region("left", new RegionBox(0, 0, 0.5, 1)), region("right", new RegionBox(0.5, 0, 0.5, 1)));
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, scene(100, 1));
        frame("gate", 2, sceneOf(100, 200, 2));
        frame("gate", 3, sceneOf(100, 200, 3));

        assertThat(views()).containsExactly(
                "changed left:changed right:changed",
                "since 0 left:since 0 right:since 0",
                "changed left:since 0 right:changed",
                "since 2 left:since 0 right:since 2");
        assertThat(answers()).extracting(UnchangedViewsTest::reusedWithRegions).containsExactly(
                "- left:- right:-",
                "images-0-0 left:images-0-0 right:images-0-0",
                "- left:images-0-0 right:-",
                "images-0-2 left:images-0-0 right:images-0-2");
    }

    @Test
    void aRegionInAnotherPlaceIsAnotherView() throws Exception {
        startWithRegions(region("gate", new RegionBox(0, 0, 0.5, 1)));
        frame("gate", 0, scene(100, 0));
        OperatorSubtaskState state = decode.snapshot(1, 1);
        decode.close();
        regions = Regions.of(List.of(region("gate", new RegionBox(0.5, 0, 0.5, 1))));
        startDecode(Optional.of(state));
        frame("gate", 1, scene(100, 1));

        assertThat(views()).containsExactly("since 0 gate:changed");
    }

    @Test
    void aRegionThatIsTooSmallInThePreviewIsComparedByTheNetworksInput() throws Exception {
        startWithRegions(region("plate", new RegionBox(0, 0, 24 / 640.0, 0.5)));
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, scene(100, 1));

        assertThat(views()).containsExactly("changed plate:not compared", "since 0 plate:not compared");
        assertThat(answers()).extracting(UnchangedViewsTest::reusedWithRegions)
                .containsExactly("- plate:-", "images-0-0 plate:images-0-0");
    }

    @Test
    void otherFormatsPixelsAndFramesWithoutACameraAreDecodedAndComparedByTheNetworksInput() throws Exception {
        for (int second = 0; second < 2; second++) {
            frame("png", second, encoded("png", picture(100, 100, second)));
            frame(null, second, scene(100, second));
            frame("pixels", second, new byte[SIZE * SIZE], RecordHeader.text("content-type", "image/x-raw"),
                    RecordHeader.text("width", "" + SIZE), RecordHeader.text("height", "" + SIZE),
                    RecordHeader.text("format", "gray8"));
        }

        assertThat(views()).hasSize(6).containsOnly("not compared");
        assertThat(reused()).containsExactly("-", "-", "-", "images-0-0", "-", "images-0-2");
        assertThat(count(VisionMetrics.IMAGES_PREVIEWED)).isZero();
    }

    @Test
    void whatIsRefusedBecomesTheSameDeadLetterAndWhatFollowsIsComparedWithTheFramesBefore() throws Exception {
        byte[] jpeg = scene(100, 0);
        frame("gate", 0, jpeg);
        frame("gate", 1, Arrays.copyOf(jpeg, jpeg.length / 2));
        frame("gate", 2, new byte[] {1, 2, 3});
        frame("gate", 3, new byte[0]);
        frame("gate", 4, scene(100, 4));

        assertThat(letters(decode)).extracting(DeadLetter::code)
                .containsExactly(ErrorCode.TRUNCATED, ErrorCode.UNKNOWN_FORMAT, ErrorCode.EMPTY);
        assertThat(reused()).containsExactly("-", "images-0-0");
    }

    @Test
    void aCameraThatAlwaysChangesIsNotLookedAtTwiceAndIsAgainWhenItStandsStill() throws Exception {
        for (int second = 0; second < 12; second++) {
            frame("gate", second, scene(20 + 10 * second, second));
        }
        for (int second = 12; second < 16; second++) {
            frame("gate", second, scene(200, second));
        }

        assertThat(views()).containsExactly(
                "changed", "changed", "changed", "changed", "not compared", "not compared", "changed", "changed",
                "not compared", "not compared", "not compared", "not compared",
                "changed", "since 12", "since 12", "since 12");
        assertThat(reused()).containsExactly("-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-",
                "-", "images-0-12", "images-0-12", "images-0-12");
    }

    @Test
    void aFrameThatIsNotLookedAtReusesLabelsByTheNetworksInput() throws Exception {
        for (int second = 0; second < 4; second++) {
            frame("gate", second, scene(20 + 10 * second, second));
        }
        frame("gate", 4, scene(50, 4));

        assertThat(views().get(4)).isEqualTo("not compared");
        assertThat(reused().get(4)).isEqualTo("images-0-3");
    }

    @Test
    void anotherModelClassifiesAnUnchangedFrameAndTheNextOnesReuseThat() throws Exception {
        frame("gate", 0, scene(100, 0));
        OperatorSubtaskState state = classify.snapshot(1, 1);
        classify.close();
        model = ModelBundle.read(SmallBundle.write(folder.resolve("other"), SIZE, 4, 3));
        startClassify(Optional.of(state));
        for (int second = 1; second < 4; second++) {
            frame("gate", second, scene(100, second));
        }

        assertThat(views()).containsExactly("changed", "since 0", "since 0", "since 0");
        assertThat(reused()).containsExactly("-", "images-0-1", "images-0-1");
        assertThat(answers()).allMatch(answer -> answer.modelName().equals("other"));
        assertThat(answers().get(0).inferenceMillis()).isPositive();
        assertThat(answers().get(0).decodeMillis()).as("the look and the decoding")
                .isGreaterThan(decode.extractOutputValues().get(1).decodeNanos() / 1e6);
    }

    @Test
    void framesThatLookLikeOneThatTheNetworkFailedOnAreClassified() throws Exception {
        guard = guardAfterDeaths("classify", CrashGuard.MAX_CRASHES, 0);
        close();
        startDecode(Optional.empty());
        startClassify(Optional.empty());
        for (int second = 0; second < 3; second++) {
            frame("gate", second, scene(100, second));
        }

        assertThat(letters(classify)).extracting(DeadLetter::code).containsExactly(ErrorCode.CRASHED_DECODER);
        assertThat(views()).containsExactly("changed", "since 0", "since 0");
        assertThat(reused()).containsExactly("-", "images-0-1");
    }

    @Test
    void aFrameDoesNotReuseTheLabelsOfOneThatCameBetweenItAndTheOneThatItLooksLike() throws Exception {
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, encoded("png", picture(200, 200, 1)));
        frame("gate", 2, scene(100, 2));
        frame("gate", 3, scene(100, 3));

        assertThat(views()).containsExactly("changed", "not compared", "since 0", "since 0");
        assertThat(reused()).containsExactly("-", "-", "-", "images-0-2");
    }

    @Test
    void regionsAreDecodedLateToo() throws Exception {
        startWithRegions(region("left", new RegionBox(0, 0, 0.5, 1)));
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, sceneOf(100, 200, 1));
        classify.close();
        startClassify(Optional.empty());
        frame("gate", 2, sceneOf(100, 200, 2));
        frame("gate", 3, sceneOf(100, 200, 3));

        assertThat(views()).containsExactly("changed left:changed", "changed left:since 0", "since 1 left:since 0",
                "since 1 left:since 0");
        assertThat(answers()).extracting(UnchangedViewsTest::reusedWithRegions)
                .containsExactly("- left:-", "images-0-2 left:images-0-2");
    }

    @Test
    void anUnchangedFrameThatCannotBeDecodedAfterAllIsTheDeadLetterThatItWouldHaveBeen() throws Exception {
        for (byte[] value : List.of(new byte[] {1, 2, 3}, Base64.getEncoder().encode(scene(100, 0)))) {
            classify.processElement(new StreamRecord<>(new DecodedImage(record("gate", value), 640, 480, "jpeg",
                    Optional.of(new Unchanged(new RecordCoordinates("images", 0, 99))), List.of(), 1), 0));
        }

        assertThat(answers()).isEmpty();
        assertThat(letters(classify)).extracting(DeadLetter::code)
                .containsExactly(ErrorCode.UNKNOWN_FORMAT, ErrorCode.UNKNOWN_FORMAT);
        assertThat(letters(classify).get(1).message()).contains("base64 text of a JPEG");
    }

    @Test
    void everyFrameIsDecodedForTheNetworkWhereTheOptionWasRemovedMeanwhile() throws Exception {
        classify.close();
        classify = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new ClassifyFunction(classifierSettings(), ReuseStrategy.NONE)));
        classify.open();
        classify.processElement(new StreamRecord<>(new DecodedImage(record("gate", scene(100, 0)), 640, 480, "jpeg",
                Optional.of(new Unchanged(new RecordCoordinates("images", 0, 99))), List.of(), 1), 0));

        assertThat(answers()).singleElement().satisfies(answer -> assertThat(answer.labels()).hasSize(2));
    }

    @Test
    void picturesInATextAreComparedAndDecodedLate() throws Exception {
        encoding = new ValueEncoding.Base64();
        close();
        startDecode(Optional.empty());
        startClassify(Optional.empty());
        frame("gate", 0, Base64.getEncoder().encode(scene(100, 0)));
        classify.close();
        startClassify(Optional.empty());
        frame("gate", 1, Base64.getEncoder().encode(scene(100, 1)));

        assertThat(views()).containsExactly("changed", "since 0");
        assertThat(reused()).containsExactly("-");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUndecodedFrameHasMeasurementsOfItsOwn(boolean repeated) throws Exception {
        measuring = Measuring.STATISTICS;
        close();
        startDecode(Optional.empty());
        startClassify(Optional.empty());
        frame("gate", 0, scene(100, 0));
        frame("gate", 1, repeated ? scene(100, 0) : scene(103, 1));

        assertThat(reused()).containsExactly("-", "images-0-0");
        ViewStatistics first = answers().get(0).view().orElseThrow();
        ViewStatistics second = answers().get(1).view().orElseThrow();
        assertThat(second.isSamePictureAs(first)).isEqualTo(repeated);
        assertThat(second.digest() == first.digest()).isEqualTo(repeated);
        assertThat(second.brightness() - first.brightness()).isCloseTo(repeated ? 0 : 3, within(0.1));
        assertThat(second.contrast()).isEqualTo(first.contrast());
    }

    @Test
    void aFrameIsDecodedWhereNothingWasMeasuredBefore() throws Exception {
        frame("gate", 0, scene(100, 0));
        OperatorSubtaskState state = decode.snapshot(1, 1);
        decode.close();
        measuring = Measuring.STATISTICS;
        startDecode(Optional.of(state));
        frame("gate", 1, scene(100, 1));
        frame("gate", 2, scene(100, 2));

        assertThat(views()).containsExactly("changed", "since 1");
        assertThat(answers().get(2).view()).isPresent();
    }

    @Test
    void goesOnAfterARestartAsIfThereHadBeenNone() throws Exception {
        frame("gate", 0, scene(100, 0));
        OperatorSubtaskState decodeState = decode.snapshot(1, 1);
        OperatorSubtaskState classifyState = classify.snapshot(1, 1);
        close();
        startDecode(Optional.of(decodeState));
        startClassify(Optional.of(classifyState));
        frame("gate", 1, scene(100, 1));

        assertThat(views()).containsExactly("since 0");
        assertThat(reused()).containsExactly("images-0-0");
    }

    @Test
    void aFrameThatMayHaveKilledItsProcessIsNotLookedAtButDecodedAlone() throws Exception {
        guard = guardAfterDeaths("decode", 1, 1);
        close();
        startDecode(Optional.empty());
        startClassify(Optional.empty());
        for (int second = 0; second < 3; second++) {
            frame("gate", second, scene(100, second));
        }

        assertThat(views()).containsExactly("changed", "not compared", "since 0");
    }

    @Test
    void aFrameThatKilledItsProcessIsNeitherLookedAtNorDecoded() throws Exception {
        guard = guardAfterDeaths("decode", CrashGuard.MAX_CRASHES, 1);
        close();
        startDecode(Optional.empty());
        startClassify(Optional.empty());
        for (int second = 0; second < 3; second++) {
            frame("gate", second, scene(100, 0));
        }

        assertThat(letters(decode)).extracting(DeadLetter::code).containsExactly(ErrorCode.CRASHED_DECODER);
        assertThat(views()).containsExactly("changed", "since 0");
    }

    /** The crash guard after processes have died of a record. */
    private GuardSettings guardAfterDeaths(String operator, int deaths, long offset) throws Exception {
        GuardSettings settings = new GuardSettings(
                true, new NotesPlace.Chosen(folder.resolve("notes").toString()), "job", Duration.ofMinutes(1));
        for (int death = 0; death < deaths; death++) {
            try (CrashGuard dying = CrashGuard.open(settings, operator)) {
                assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> dying.call(
                        new RecordCoordinates("images", 0, offset).position(), () -> {
                            throw new StackOverflowError();
                        }));
            }
        }
        return settings;
    }

    private static Region region(String name, RegionBox box) {
        return new Region(RegionKey.parse("gate/" + name), box, Optional.empty(), Optional.empty());
    }

    private void startWithRegions(Region... all) throws Exception {
        close();
        model = TRIAGE;
        regions = Regions.of(List.of(all));
        startDecode(Optional.empty());
        startClassify(Optional.empty());
    }

    private void startDecode(Optional<OperatorSubtaskState> state) throws Exception {
        decodeFunction = new DecodeFunction(decodeSettings());
        decode = started(decodeFunction, InOrder::camera, RecordTypeInformation.DECODED_IMAGE, state);
    }

    private void startClassify(Optional<OperatorSubtaskState> state) throws Exception {
        classify = started(new ClassifyFunction(classifierSettings(), new UnchangedFrames(RULE)),
                image -> InOrder.camera(image.source()), RecordTypeInformation.CLASSIFICATION, state);
    }

    private static <I, O> OneInputStreamOperatorTestHarness<I, O> started(ProcessFunction<I, O> function,
            KeySelector<I, String> camera, TypeInformation<O> type, Optional<OperatorSubtaskState> state)
            throws Exception {
        OneInputStreamOperatorTestHarness<I, O> harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(function), camera, Types.STRING);
        harness.setup(type.createSerializer(harness.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            harness.initializeState(state.get());
        }
        harness.open();
        return harness;
    }

    private DecodeSettings decodeSettings() {
        Preprocessing preprocessing = model.preprocessing();
        return new DecodeSettings(DecodeLimits.DEFAULTS, preprocessing, Reduction.NONE, encoding, List.of(),
                AgeLimit.NONE, regions, WholePicture.ALWAYS, guard, measuring, new Previewing.ByCamera(RULE));
    }

    private ClassifierSettings classifierSettings() {
        return new ClassifierSettings(new BundleLocation.Remote(model.folder().toUri().toString()), model.digest(),
                DeviceKind.CPU, !regions.all().isEmpty(), 2, guard, decodeSettings().ofSinglePictures());
    }

    /** A frame of a camera at a second of its record's timestamp, through both operators. */
    private void frame(String camera, int second, byte[] value, RecordHeader... headers) throws Exception {
        int before = decode.extractOutputValues().size();
        decode.processElement(record(camera, value, headers), 1_000L * second);
        for (DecodedImage image : decode.extractOutputValues().subList(before, decode.extractOutputValues().size())) {
            classify.processElement(image, 1_000L * second);
        }
    }

    private RawRecord record(String camera, byte[] value, RecordHeader... headers) {
        return new RawRecord(new RecordCoordinates("images", 0, nextOffset++),
                Optional.ofNullable(camera).map(name -> name.getBytes(UTF_8)), Optional.of(value), List.of(headers));
    }

    /** A JPEG of one grey. Each has other bytes, and looks the same. */
    private static byte[] scene(int grey, int number) {
        return sceneOf(grey, grey, number);
    }

    /** Of one grey on the left, and one on the right. */
    private static byte[] sceneOf(int left, int right, int number) {
        return encoded("jpeg", picture(left, right, number));
    }

    private static BufferedImage picture(int left, int right, int number) {
        BufferedImage picture = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(left, left, left));
        graphics.fillRect(0, 0, 320, 480);
        graphics.setColor(new Color(right, right, right));
        graphics.fillRect(320, 0, 320, 480);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(8 * number, 300, 3, 3);
        graphics.dispose();
        return picture;
    }

    private static byte[] encoded(String format, BufferedImage picture) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, format, bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Classification> answers() {
        return classify.extractOutputValues();
    }

    private static List<DeadLetter> letters(OneInputStreamOperatorTestHarness<?, ?> operator) {
        return operator.getSideOutput(DeadLetterOutput.TAG).stream().map(StreamRecord::getValue).toList();
    }

    private long count(String counter) throws ReflectiveOperationException {
        return RegisteredMetrics.of(decodeFunction.getRuntimeContext().getMetricGroup(), counter, Counter.class)
                .getCount();
    }

    /** What was handed on of each frame's views. */
    private List<String> views() {
        return decode.extractOutputValues().stream()
                .map(image -> Stream.concat(image.whole().map(UnchangedViewsTest::text).stream(), image.regions()
                                .stream().map(region -> region.name() + ":" + text(region.view())))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    private static String text(ViewInput view) {
        if (view instanceof Unchanged unchanged) {
            return "since " + ((RecordCoordinates) unchanged.since()).offset();
        }
        return view instanceof Changed ? "changed" : view instanceof NotCompared ? "not compared" : "?";
    }

    /** The ids of the frames whose labels the answers are, a dash where they are their own. */
    private List<String> reused() {
        return answers().stream().map(answer -> answer.reused().orElse("-")).toList();
    }

    private static String reusedWithRegions(Classification answer) {
        return answer.reused().orElse("-") + answer.regions().stream()
                .map((RegionAnswer region) -> " " + region.name() + ":" + region.reused().orElse("-"))
                .collect(Collectors.joining());
    }
}
