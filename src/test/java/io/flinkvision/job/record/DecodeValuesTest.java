package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.RecordedLog;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.DeadLetters;
import io.flinkvision.job.operator.DecodeFunction;
import io.flinkvision.job.operator.DecodeHarness;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The decode operator in Flink's harness, with values of all forms and headers of all spellings. */
class DecodeValuesTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");

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
        try (RecordedLog log = new RecordedLog(DecodeFunction.class.getName(), Level.WARN)) {
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

    private void open(ValueEncoding encoding, DecodeLimits limits) throws Exception {
        close();
        decode = Optional.of(DecodeHarness.open(
                ModelBundle.read(TRIAGE).preprocessing(), AgeLimit.NONE, encoding, limits));
    }

    private void process(byte[] value, RecordHeader... headers) throws Exception {
        harness().processElement(new RawRecord(
                SampleRecords.COORDINATES, Optional.empty(), Optional.of(value), List.of(headers)), 0);
    }

    private OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> harness() {
        return decode.orElseThrow();
    }

    private List<byte[]> inputs() {
        return harness().extractOutputValues().stream()
                .map(frame -> frame.input().samples())
                .toList();
    }

    private List<DeadLetter> letters() {
        ConcurrentLinkedQueue<StreamRecord<DeadLetter>> letters = harness().getSideOutput(DeadLetters.TAG);
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
