package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The regions of pictures in the decode operator, in Flink's harness. The pictures are raw pixels, the left half black
 * and the right half white.
 */
class DecodeRegionsTest {

    private static final Preprocessing PREPROCESSING =
            ModelBundle.read(Path.of("conf/models/triage")).preprocessing();
    private static final int WIDTH = 256;
    private static final int HEIGHT = 128;
    private static final Optional<Duration> SECOND = Optional.of(Duration.ofSeconds(1));

    private OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> decode;
    private DecodeFunction function;

    @AfterEach
    void close() throws Exception {
        decode.close();
    }

    @Test
    void cutsTheRegionsOfItsCameraOutOfAPictureWithTheirHeads() throws Exception {
        Head head = SampleHeads.of("gate", "ab".repeat(32));
        start(WholePicture.ALWAYS,
                region("camera-1/right", new RegionBox(0.5, 0, 0.5, 1), Optional.empty(), Optional.of(head)),
                region("camera-2/other", new RegionBox(0.5, 0, 0.5, 1), Optional.empty(), Optional.empty()),
                region("*/left", new RegionBox(0, 0, 0.5, 1), Optional.empty(), Optional.empty()));
        picture("camera-1", 0);

        DecodedImage image = decode.extractOutputValues().get(0);
        assertThat(image.regions()).extracting(DecodedRegion::name).containsExactly("left", "right");
        assertThat(image.regions().get(0).input().samples()).containsOnly(0);
        assertThat(image.regions().get(1).input().samples()).containsOnly(-1);
        assertThat(image.regions()).extracting(DecodedRegion::head).containsExactly(Optional.empty(), Optional.of(head));
        assertThat(image.regions().get(1).head().orElseThrow()).isEqualTo(head);
        assertThat(image.input().orElseThrow().samples()).contains(0, -1);
        assertThat(image.width()).isEqualTo(WIDTH);
    }

    @Test
    void aPictureIsDecodedOnceHoweverManyRegionsItHas() throws Exception {
        start(WholePicture.ALWAYS, IntStream.range(0, 8)
                .mapToObj(i -> region("*/" + i, new RegionBox(i / 8.0, 0, 0.125, 1), Optional.empty(), Optional.empty()))
                .toArray(Region[]::new));
        picture("camera-1", 0);

        assertThat(decode.extractOutputValues().get(0).regions()).hasSize(8);
        assertThat(decoded()).isEqualTo(1);
    }

    @Test
    void classifiesWholePicturesAsTheJobWantsIt() throws Exception {
        assertThat(wholePictures(WholePicture.ALWAYS)).containsExactly(true, true);
        assertThat(wholePictures(WholePicture.WITHOUT_REGIONS)).containsExactly(false, true);
        assertThat(wholePictures(WholePicture.NEVER)).containsExactly(false, false);
    }

    private List<Boolean> wholePictures(WholePicture rule) throws Exception {
        start(rule, region("camera-1/gate", Declarations.BOX, Optional.empty(), Optional.empty()));
        picture("camera-1", 0);
        picture("camera-2", 0);
        return decode.extractOutputValues().stream().map(image -> image.input().isPresent()).toList();
    }

    @Test
    void aRegionThatIsNotDueLeavesAPictureWithoutRegionsAndUndecoded() throws Exception {
        start(WholePicture.WITHOUT_REGIONS, region("*/gate", Declarations.BOX, SECOND, Optional.empty()));
        picture("camera-1", 0);
        picture("camera-1", 500);

        DecodedImage second = decode.extractOutputValues().get(1);
        assertThat(second.hasViews()).isFalse();
        assertThat(second.width()).isEqualTo(WIDTH);
        assertThat(second.height()).isEqualTo(HEIGHT);
        assertThat(decoded()).isEqualTo(1);
    }

    @Test
    void aRegionIsDueByTheCaptureTimesWhateverTheRecordsTimes() throws Exception {
        start(WholePicture.NEVER, region("*/gate", Declarations.BOX, SECOND, Optional.empty()));
        for (String capture : List.of("1700000000000", "1700000000999", "1700000001000", "1700000000500",
                "1700000000600")) {
            picture("camera-1", 0, RecordHeader.text("capture-time", capture));
        }

        assertThat(due()).containsExactly(true, false, true, true, false);
    }

    @Test
    void aRegionIsDueByTheRecordsTimesWithoutCaptureTimes() throws Exception {
        start(WholePicture.NEVER, region("*/gate", Declarations.BOX, SECOND, Optional.empty()));
        for (long timestamp : new long[] {10_000, 10_999, 11_000, 5_000, 5_999}) {
            picture("camera-1", timestamp);
        }

        assertThat(due()).containsExactly(true, false, true, true, false);
    }

    @Test
    void camerasDoNotTakeEachOthersTurns() throws Exception {
        start(WholePicture.NEVER, region("*/gate", Declarations.BOX, SECOND, Optional.empty()));
        for (int i = 0; i < 3; i++) {
            picture("camera-1", 400 * i);
            picture("camera-2", 400 * i + 1);
        }
        picture("camera-1", 1_200);
        picture("camera-2", 1_201);

        assertThat(due()).containsExactly(true, true, false, false, false, false, true, true);
    }

    @Test
    void aPictureThatCannotBeDecodedTakesNoTurn() throws Exception {
        start(WholePicture.NEVER, region("*/gate", Declarations.BOX, SECOND, Optional.empty()));
        decode.processElement(new RawRecord(new RecordCoordinates("images", 0, 0), key("camera-1"),
                Optional.of(new byte[7]), List.of()), 0);
        picture("camera-1", 1);

        assertThat(decode.getSideOutput(DeadLetterOutput.TAG)).hasSize(1);
        assertThat(due()).containsExactly(true);
    }

    @Test
    void regionsAreCutOutOfPicturesInEveryForm() throws Exception {
        start(WholePicture.NEVER, new ValueEncoding.Base64(),
                region("*/right", new RegionBox(0.5, 0, 0.5, 1), Optional.empty(), Optional.empty()));
        decode.processElement(record("camera-1", Base64.getEncoder().encode(pixels())), 0);

        assertThat(decode.extractOutputValues().get(0).regions().get(0).input().samples()).containsOnly(-1);
    }

    @Test
    void theWholePictureIsMeasuredThoughOnlyARegionOfItIsClassified() throws Exception {
        start(WholePicture.NEVER, new ValueEncoding.Bytes(), Measuring.STATISTICS,
                region("*/right", new RegionBox(0.5, 0, 0.5, 1), Optional.of(Duration.ofSeconds(10)), Optional.empty()));
        picture("camera-1", 0);
        picture("camera-1", 1_000);

        DecodedImage measured = decode.extractOutputValues().get(0);
        assertThat(measured.input()).isEmpty();
        assertThat(measured.view().orElseThrow().brightness()).isEqualTo(127.5);
        // Nothing was due, so no pixel was decoded.
        assertThat(decode.extractOutputValues().get(1).view()).isEmpty();
    }

    private List<Boolean> due() {
        return decode.extractOutputValues().stream().map(DecodedImage::hasViews).toList();
    }

    private long decoded() throws Exception {
        return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), VisionMetrics.IMAGES_DECODED,
                Counter.class).getCount();
    }

    private void start(WholePicture whole, Region... regions) throws Exception {
        start(whole, new ValueEncoding.Bytes(), regions);
    }

    private void start(WholePicture whole, ValueEncoding encoding, Region... regions) throws Exception {
        start(whole, encoding, Measuring.NOTHING, regions);
    }

    private void start(WholePicture whole, ValueEncoding encoding, Measuring measuring, Region... regions)
            throws Exception {
        if (decode != null) {
            decode.close();
        }
        function = new DecodeFunction(new DecodeSettings(DecodeLimits.DEFAULTS, PREPROCESSING, Reduction.NONE, encoding,
                List.of(), AgeLimit.NONE, Regions.of(List.of(regions)), whole, GuardSettings.OFF,
                measuring, Previewing.NONE));
        decode = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function));
        decode.setup(RecordTypeInformation.DECODED_IMAGE.createSerializer(
                decode.getExecutionConfig().getSerializerConfig()));
        decode.open();
    }

    private void picture(String camera, long timestamp, RecordHeader... headers) throws Exception {
        decode.processElement(record(camera, pixels(), headers), timestamp);
    }

    private static RawRecord record(String camera, byte[] value, RecordHeader... headers) {
        List<RecordHeader> all = new ArrayList<>(List.of(RecordHeader.text("content-type", "image/x-raw"),
                RecordHeader.text("width", Integer.toString(WIDTH)),
                RecordHeader.text("height", Integer.toString(HEIGHT)), RecordHeader.text("format", "rgb24")));
        all.addAll(List.of(headers));
        return new RawRecord(new RecordCoordinates("images", 0, 0), key(camera), Optional.of(value), all);
    }

    private static Optional<byte[]> key(String camera) {
        return Optional.of(camera.getBytes(UTF_8));
    }

    private static byte[] pixels() {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        for (int row = 0; row < HEIGHT; row++) {
            Arrays.fill(pixels, 3 * (row * WIDTH + WIDTH / 2), 3 * (row + 1) * WIDTH, (byte) -1);
        }
        return pixels;
    }

    private static Region region(String key, RegionBox box, Optional<Duration> every, Optional<Head> head) {
        return new Region(RegionKey.parse(key), box, every, head);
    }
}
