package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.RecordedLog;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator in Flink's harness: values of all forms, headers of all spellings, old frames, and deadly ones. */
class DecodeFunctionTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");
    private static final Preprocessing PREPROCESSING = ModelBundle.read(TRIAGE).preprocessing();
    private static final byte[] NO_PICTURE = "no picture".getBytes(UTF_8);

    /** Bytes of the heap for records, headers and Flink's own objects. */
    private static final long MAX_OTHER_BYTES = 8_000;

    @TempDir
    private Path folder;

    private final byte[] picture = picture();
    private Optional<OneInputStreamOperatorTestHarness<RawRecord, DecodedImage>> decode = Optional.empty();

    @AfterEach
    void close() throws Exception {
        if (decode.isPresent()) {
            decode.get().close();
        }
    }

    @Test
    void aPictureIsTheSameInEveryForm() throws Exception {
        open(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS);
        process(picture);
        byte[] expected = inputs().get(0);
        String text = Base64.getEncoder().encodeToString(picture);

        open(new ValueEncoding.Base64(), DecodeLimits.DEFAULTS);
        process(text.getBytes(UTF_8));
        process(("data:image/jpeg;base64," + text).getBytes(UTF_8));
        assertThat(inputs()).containsExactly(expected, expected);

        open(new ValueEncoding.Json("/image/data"), DecodeLimits.DEFAULTS);
        process(("{\"image\": {\"data\": \"" + text + "\"}}").getBytes(UTF_8));
        assertThat(inputs()).containsExactly(expected);
        assertThat(letters()).isEmpty();
    }

    @Test
    void rawPixelsMayBeInBase64() throws Exception {
        byte[] pixels = new byte[32 * 32 * 3];
        Arrays.fill(pixels, (byte) 77);
        open(new ValueEncoding.Base64(), DecodeLimits.DEFAULTS);
        process(Base64.getEncoder().encode(pixels), RecordHeader.text("Content-Type", "image/x-raw"),
                RecordHeader.text("Width", "32"), RecordHeader.text("HEIGHT", "32"),
                RecordHeader.text("Format", "rgb24"));

        assertThat(letters()).isEmpty();
        assertThat(inputs()).hasSize(1);
        assertThat(inputs().get(0)).containsOnly(77);
    }

    @Test
    void aReferenceIsATextAsItIs() throws Exception {
        open(new ValueEncoding.Base64(), DecodeLimits.DEFAULTS);
        process("s3://bucket/picture.jpg".getBytes(UTF_8), RecordHeader.text("content-type", "text/uri-list"));

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.REFERENCE_NOT_ALLOWED);
    }

    @Test
    void aDeadLetterHasTheValueAsItWas() throws Exception {
        byte[] value = Base64.getEncoder().encode("no picture at all".getBytes(UTF_8));
        open(new ValueEncoding.Base64(), DecodeLimits.DEFAULTS);
        process(value);

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.UNKNOWN_FORMAT);
        assertThat(letters().get(0).source().value()).contains(value);
    }

    @Test
    void theLimitHoldsForThePictureInTheText() throws Exception {
        open(new ValueEncoding.Base64(), DecodeLimits.DEFAULTS.withMaxBytes(picture.length));
        process(Base64.getEncoder().encode(picture));
        process(Base64.getEncoder().encode(Arrays.copyOf(picture, picture.length + 1)));

        assertThat(inputs()).hasSize(1);
        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.TOO_LARGE);
    }

    @Test
    void aDeadLetterNamesTheSerialisationAndWhatToDo() throws Exception {
        open(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS);
        process(Base64.getEncoder().encode(picture));
        process(new String(picture, UTF_8).getBytes(UTF_8));

        assertThat(letters()).extracting(DeadLetter::code)
                .containsExactly(ErrorCode.UNKNOWN_FORMAT, ErrorCode.UNKNOWN_FORMAT);
        assertThat(letters().get(0).message()).contains("base64 text of a JPEG: set source.value to base64");
        assertThat(letters().get(1).message()).contains("EF BF BD").contains("the picture is lost");
    }

    @Test
    void aCaptureTimeThatIsIgnoredIsLoggedOnce() throws Exception {
        try (RecordedLog log = new RecordedLog(SubtaskDecoder.class.getName(), Level.WARN)) {
            open(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS);
            process(picture, RecordHeader.text("capture-time", "1700000000"));
            process(picture, RecordHeader.text("capture-time", "999999999999999"));
            process(picture, RecordHeader.text("capture-time", "2023-11-14T22:13:20Z"));

            assertThat(log.messages()).singleElement().asString()
                    .contains("images-3-1234567890123").contains("'1700000000' looks like seconds; send milliseconds");
        }
        assertThat(harness().extractOutputValues()).extracting(frame -> frame.source().captureTime().isPresent())
                .containsExactly(false, false, true);
    }

    @Test
    void aStaleFrameIsADeadLetterAndItsPictureIsNotLookedAt() throws Exception {
        open(new AgeLimit(Duration.ofHours(1)));
        process(NO_PICTURE, Duration.ofHours(2));
        process(NO_PICTURE, Duration.ZERO);

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.STALE, ErrorCode.UNKNOWN_FORMAT);
        assertThat(letters().get(0).source().value()).contains(NO_PICTURE);
        assertThat(letters().get(0).message()).contains("more than the max-age of 3600000 ms");
        assertThat(harness().extractOutputValues()).isEmpty();
    }

    @Test
    void withoutALimitTheOldestFrameIsDecoded() throws Exception {
        open(AgeLimit.NONE);
        process(NO_PICTURE, Duration.ofMillis(System.currentTimeMillis()));

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.UNKNOWN_FORMAT);
    }

    @Test
    void aRecordThatKilledItsProcessIsGivenUpAndTheNextIsDecoded() throws Exception {
        RecordCoordinates culprit = new RecordCoordinates("images", 0, 7);
        RecordCoordinates other = new RecordCoordinates("images", 0, 8);
        GuardSettings guard = new GuardSettings(
                true, new NotesPlace.Chosen(folder.resolve("notes").toString()), "job", Duration.ofMinutes(1));
        for (int death = 0; death < CrashGuard.MAX_CRASHES; death++) {
            try (CrashGuard dying = CrashGuard.open(guard, "decode")) {
                assertThatExceptionOfType(StackOverflowError.class)
                        .isThrownBy(() -> dying.call(culprit.position(), () -> {
                            throw new StackOverflowError();
                        }));
            }
        }

        open(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS, AgeLimit.NONE, guard);
        for (RecordCoordinates coordinates : List.of(culprit, other)) {
            harness().processElement(
                    new RawRecord(coordinates, Optional.empty(), Optional.of(picture), List.of()), 0);
        }

        assertThat(harness().extractOutputValues()).extracting(image -> image.source().coordinates())
                .containsExactly(other);
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.source().coordinates()).isEqualTo(culprit);
            assertThat(letter.code()).isEqualTo(ErrorCode.CRASHED_DECODER);
            assertThat(letter.message()).contains("crashed 2 times");
        });
    }

    /** From what Kafka's client delivers to the decoder's native memory. */
    @ParameterizedTest
    @CsvSource({"64, 48", "640, 480", "1280, 720"})
    void aPictureIsCopiedNowhereOnTheHeap(int width, int height) throws Exception {
        long input = 3L * PREPROCESSING.inputSize() * PREPROCESSING.inputSize();
        ConsumerRecord<byte[], byte[]> record = rawPicture(width, height);
        RawRecordDeserializationSchema schema = new RawRecordDeserializationSchema();
        List<RawRecord> read = new ArrayList<>();
        open(AgeLimit.NONE);

        assertThat(AllocatedBytes.inTheSteadyState(() -> {
            read.clear();
            schema.deserialize(record, new ListCollector<>(read));
            processUnchecked(read.get(0));
        })).isBetween(input, input + MAX_OTHER_BYTES);
        assertThat(harness().extractOutputValues().get(0).source().value().orElseThrow()).isSameAs(record.value());
    }

    private void processUnchecked(RawRecord image) {
        try {
            harness().processElement(image, 0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ConsumerRecord<byte[], byte[]> rawPicture(int width, int height) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("images", 0, 0, "camera-1".getBytes(UTF_8), new byte[3 * width * height]);
        record.headers().add(RecordHeader.CONTENT_TYPE, RecordHeader.RAW_PIXELS.getBytes(UTF_8))
                .add(RecordHeader.WIDTH, Integer.toString(width).getBytes(UTF_8))
                .add(RecordHeader.HEIGHT, Integer.toString(height).getBytes(UTF_8))
                .add(RecordHeader.FORMAT, "bgr24".getBytes(UTF_8));
        return record;
    }

    private void open(AgeLimit limit) throws Exception {
        open(new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS, limit, GuardSettings.OFF);
    }

    private void open(ValueEncoding encoding, DecodeLimits limits) throws Exception {
        open(encoding, limits, AgeLimit.NONE, GuardSettings.OFF);
    }

    private void open(ValueEncoding encoding, DecodeLimits limits, AgeLimit ageLimit, GuardSettings guard)
            throws Exception {
        close();
        OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new DecodeFunction(
                        new DecodeSettings(limits, PREPROCESSING, Reduction.NONE, encoding, List.of(), ageLimit,
                                Regions.NONE, WholePicture.ALWAYS, guard))));
        decode = Optional.of(harness);
        harness.setup(RecordTypeInformation.DECODED_IMAGE.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        harness.open();
    }

    private void process(byte[] value, RecordHeader... headers) throws Exception {
        harness().processElement(record(value, headers), 0);
    }

    private void process(byte[] value, Duration age) throws Exception {
        harness().processElement(record(value), System.currentTimeMillis() - age.toMillis());
    }

    private static RawRecord record(byte[] value, RecordHeader... headers) {
        return new RawRecord(SampleRecords.COORDINATES, Optional.empty(), Optional.of(value), List.of(headers));
    }

    private OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> harness() {
        return decode.orElseThrow();
    }

    private List<byte[]> inputs() {
        return harness().extractOutputValues().stream()
                .map(frame -> frame.input().orElseThrow().samples())
                .toList();
    }

    private List<DeadLetter> letters() {
        ConcurrentLinkedQueue<StreamRecord<DeadLetter>> letters = harness().getSideOutput(DeadLetterOutput.TAG);
        return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
    }

    private static byte[] picture() {
        try {
            return Files.readAllBytes(TRIAGE.resolve("images/meal_1.jpg"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
