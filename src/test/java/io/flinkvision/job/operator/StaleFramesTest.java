package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The decode operator in Flink's harness, with frames of all ages. */
class StaleFramesTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");
    private static final byte[] NO_PICTURE = "no picture".getBytes(UTF_8);

    private Optional<OneInputStreamOperatorTestHarness<RawRecord, DecodedImage>> decode = Optional.empty();

    @AfterEach
    void close() throws Exception {
        if (decode.isPresent()) {
            decode.get().close();
        }
    }

    @Test
    void aStaleFrameIsADeadLetterAndItsPictureIsNotLookedAt() throws Exception {
        open(new AgeLimit(Duration.ofHours(1)));
        process(NO_PICTURE, Duration.ofHours(2));
        process(NO_PICTURE, Duration.ZERO);

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.STALE, ErrorCode.UNKNOWN_FORMAT);
        assertThat(letters().get(0).source().value()).contains(NO_PICTURE);
        assertThat(letters().get(0).message()).contains("more than the max-age of 3600000 ms");
        assertThat(out()).isEmpty();
    }

    @Test
    void withoutALimitTheOldestFrameIsDecoded() throws Exception {
        open(AgeLimit.NONE);
        harness().processElement(new StreamRecord<>(record(NO_PICTURE), 0));

        assertThat(letters()).extracting(DeadLetter::code).containsExactly(ErrorCode.UNKNOWN_FORMAT);
    }

    private void open(AgeLimit limit) throws Exception {
        decode = Optional.of(DecodeHarness.open(ModelBundle.read(TRIAGE).preprocessing(), limit));
    }

    private void process(byte[] value, Duration age) throws Exception {
        harness().processElement(record(value), System.currentTimeMillis() - age.toMillis());
    }

    private static RawRecord record(byte[] value) {
        return new RawRecord(SampleRecords.COORDINATES, Optional.empty(), Optional.of(value), List.of());
    }

    private OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> harness() {
        return decode.orElseThrow();
    }

    private List<DecodedImage> out() {
        return harness().extractOutputValues();
    }

    private List<DeadLetter> letters() {
        ConcurrentLinkedQueue<StreamRecord<DeadLetter>> letters = harness().getSideOutput(DeadLetters.TAG);
        return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
    }
}
