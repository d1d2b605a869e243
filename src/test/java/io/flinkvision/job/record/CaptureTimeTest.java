package io.flinkvision.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.operator.SampleRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureTimeTest {

    @ParameterizedTest
    @CsvSource({
        "1700000000123, 2023-11-14T22:13:20.123Z",
        "946684800000, 2000-01-01T00:00:00Z",
        "4102444799999, 2099-12-31T23:59:59.999Z",
        "2026-01-01T12:00:00Z, 2026-01-01T12:00:00Z",
        "2026-01-01T12:00:00.123456789Z, 2026-01-01T12:00:00.123Z",
        "2026-01-01T12:00:00.123456+00:00, 2026-01-01T12:00:00.123Z",
        "2026-01-01T12:00+01:00, 2026-01-01T11:00:00Z",
        "2026-01-01T12:00:00-0530, 2026-01-01T17:30:00Z",
        "2026-01-01 12:00:00+02, 2026-01-01T10:00:00Z",
        "2026-01-01t12:00:00z, 2026-01-01T12:00:00Z"})
    void millisecondsAndIsoWithAnOffsetAreTaken(String text, Instant time) {
        assertThat(CaptureTime.read(text)).isEqualTo(new CaptureTime(Optional.of(time), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000, looks like seconds",
        "1700000000.123, looks like seconds",
        "1.7e9, looks like seconds",
        "1700000000123.5, is no whole number of digits alone",
        "1700000000123456, looks like microseconds",
        "1700000000123456789, looks like nanoseconds",
        "0, is not of the years 2000 to 2099",
        "42, is not of the years 2000 to 2099",
        "946684799999, is not of the years 2000 to 2099",
        "4102444800000, is not of the years 2000 to 2099",
        "999999999999999, looks like microseconds",
        "99999999999999, is not of the years 2000 to 2099",
        "-1700000000123, is not of the years 2000 to 2099",
        "9e99, is not of the years 2000 to 2099",
        "1999-12-31T23:59:59Z, is not of the years 2000 to 2099",
        "2100-01-01T00:00:00Z, is not of the years 2000 to 2099",
        "+999999999-12-31T23:59:59Z, is not of the years 2000 to 2099",
        "2026-01-01T12:00:00, has no offset from UTC",
        "2026-01-01 12:00:00.5, has no offset from UTC",
        "yesterday, is no time",
        "2026-01-01, is no time",
        "1e999999999, is no time",
        "1_700_000_000_123, is no time"})
    void allElseIsIgnoredWithAReason(String text, String reason) {
        CaptureTime read = CaptureTime.read(text);

        assertThat(read.time()).isEmpty();
        assertThat(read.problem().orElseThrow()).contains("'" + text + "' " + reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u001b[2J", "\n"})
    void noReasonHasControlCharacters(String text) {
        assertThat(CaptureTime.read(text).problem().orElseThrow()).doesNotContainPattern("\\p{C}");
    }

    @Test
    void aLongTextIsShownInPart() {
        assertThat(CaptureTime.read("9".repeat(60_000)).problem().orElseThrow().length()).isLessThan(250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture-time", "Capture-Time", "CAPTURE-TIME"})
    void theHeadersNameMayBeInUpperCase(String name) {
        assertThat(record(RecordHeader.text(name, "1700000000123")).captureTime())
                .contains(Instant.ofEpochMilli(1_700_000_000_123L));
    }

    @Test
    void theLastOfAllSpellingsCounts() {
        RawRecord record = record(RecordHeader.text("capture-time", "1700000000123"),
                RecordHeader.text("Capture-Time", "1700000000"));

        assertThat(record.captureTime()).isEmpty();
        assertThat(record.captureTimeProblem().orElseThrow()).contains("looks like seconds");
    }

    @Test
    void aRecordWithoutTheHeaderHasNoProblem() {
        assertThat(record().captureTime()).isEmpty();
        assertThat(record().captureTimeProblem()).isEmpty();
        assertThat(record(new RecordHeader("capture-time", Optional.empty())).captureTimeProblem()).isEmpty();
    }

    @Test
    void theContentTypeDoesNotTravelOnHoweverItIsSpelt() {
        assertThat(record(RecordHeader.text("Content-Type", "image/jpeg"), RecordHeader.text("Site", "gate"))
                .travellingHeaders()).extracting(RecordHeader::name).containsExactly("Site");
    }

    private static RawRecord record(RecordHeader... headers) {
        return new RawRecord(
                SampleRecords.COORDINATES, Optional.empty(), Optional.of(new byte[] {1}), List.of(headers));
    }
}
