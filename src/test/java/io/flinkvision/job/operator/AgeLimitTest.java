package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgeLimitTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Optional<Instant> UNKNOWN = Optional.empty();
    private static final AgeLimit LIMIT = new AgeLimit(Duration.ofSeconds(30));

    @Test
    void aFrameMayBeAsOldAsTheLimitAndNoOlder() {
        assertThat(excludes(UNKNOWN, ago(30_000))).isFalse();
        assertThat(excludes(UNKNOWN, ago(30_001))).isTrue();
        assertThat(excludes(ago(30_000), UNKNOWN)).isFalse();
        assertThat(excludes(ago(30_001), UNKNOWN)).isTrue();
    }

    @Test
    void theEarlierOfBothTimesCounts() {
        assertThat(excludes(ago(60_000), ago(1_000))).isTrue();
        assertThat(excludes(ago(1_000), ago(60_000))).isTrue();
        assertThat(excludes(ago(1_000), ago(2_000))).isFalse();
    }

    @Test
    void aTimeInTheFutureMakesNoFrameStale() {
        assertThat(excludes(UNKNOWN, ago(-3_600_000))).isFalse();
        assertThat(excludes(ago(-3_600_000), ago(1_000))).isFalse();
        assertThat(excludes(ago(-3_600_000), ago(60_000))).as("what the broker saw long ago is old").isTrue();
    }

    @Test
    void aFrameOfUnknownAgeIsNotStale() {
        assertThat(excludes(UNKNOWN, UNKNOWN)).isFalse();
        assertThat(LIMIT.complaint(record(UNKNOWN), Optional.of(-1L), NOW)).isEmpty();
        RawRecord wrongHeader = new RawRecord(SampleRecords.COORDINATES, Optional.empty(), Optional.empty(),
                List.of(RecordHeader.text(RecordHeader.CAPTURE_TIME, "yesterday")));
        assertThat(LIMIT.complaint(wrongHeader, Optional.of(NOW.toEpochMilli()), NOW)).isEmpty();
    }

    @Test
    void withoutALimitNoFrameIsStale() {
        assertThat(AgeLimit.NONE.isSet()).isFalse();
        assertThat(AgeLimit.NONE.complaint(record(Optional.of(Instant.EPOCH)), Optional.of(0L), NOW)).isEmpty();
        assertThat(LIMIT.isSet()).isTrue();
    }

    @Test
    void saysByWhichTimeHowOldAFrameIs() {
        assertThat(LIMIT.complaint(record(ago(60_000)), Optional.of(NOW.toEpochMilli()), NOW)).contains(
                "The frame is of 2026-01-01T11:59:00Z by its capture-time, 60000 ms before it was to be decoded: more"
                        + " than the max-age of 30000 ms");
        assertThat(LIMIT.complaint(record(UNKNOWN), Optional.of(0L), NOW).orElseThrow())
                .startsWith("The frame is of 1970-01-01T00:00:00Z, ");
    }

    @Test
    void refusesALimitThatNoFrameKeeps() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AgeLimit(Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    private static Optional<Instant> ago(long millis) {
        return Optional.of(NOW.minusMillis(millis));
    }

    private static boolean excludes(Optional<Instant> captureTime, Optional<Instant> timestamp) {
        return LIMIT.complaint(record(captureTime), timestamp.map(Instant::toEpochMilli), NOW).isPresent();
    }

    private static RawRecord record(Optional<Instant> captureTime) {
        return new RawRecord(SampleRecords.COORDINATES, Optional.empty(), Optional.empty(), captureTime
                .map(time -> RecordHeader.text(RecordHeader.CAPTURE_TIME, "" + time.toEpochMilli()))
                .stream().toList());
    }
}
