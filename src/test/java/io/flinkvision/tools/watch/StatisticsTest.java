package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.tools.watch.CameraStatistics.Summary.Latency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {

    private static final Instant START = Instant.ofEpochMilli(SampleOutput.TIME);

    private Instant now = START.plusSeconds(1000);
    private final Statistics statistics = new Statistics(() -> now);

    @Test
    void countsRecordsAndFirstLabelsOfEachCamera() {
        add(0, SampleOutput.json(1, "gate", "food", 0.9));
        add(0, SampleOutput.json(2, "gate", "report", 0.9));
        add(0, SampleOutput.json(3, "gate", "report", 0.9));
        add(0, SampleOutput.json(4, "door", "food", 0.9));

        List<CameraStatistics.Summary> summaries = statistics.summaries(statistics.newest());

        assertThat(summaries).extracting(summary -> summary.name().toString()).containsExactly("door", "gate");
        assertThat(summaries).extracting(CameraStatistics.Summary::records).containsExactly(1L, 3L);
        assertThat(summaries.get(1).labels()).containsExactly(Map.entry("report", 2L), Map.entry("food", 1L));
    }

    @Test
    void countsTheAnswersOfEachRegionBesideThePicturesOfItsCamera() throws Exception {
        add(SampleRegions.regions("gate", SampleRegions.answer("door", "open", 0.93)));
        add(SampleRegions.regions("gate", SampleRegions.answer("door", "shut", 0.9, true, false)));
        add(SampleRegions.picture("gate", List.of(new Label("food", 0, 0.75f))));

        List<String> table = statistics.table(new LineStyle(120, false, false), statistics.newest());
        JsonNode json = new ObjectMapper().readTree(statistics.json(statistics.newest()));

        assertThat(table).hasSize(3);
        assertThat(table.get(1)).matches("gate {13,}3 .* 178 ms  food 1");
        assertThat(table.get(2)).matches("gate/door {8,}2 .* -  \\(unknown\\) 1, open 1");
        assertThat(json.path("cameras").path(1)).isEqualTo(new ObjectMapper().readTree("""
                {"camera":"gate","region":"door","records":2,"recordsPerSecond":2.0,
                "labels":{"(unknown)":1,"open":1}}"""));
    }

    @Test
    void theRateIsThatOfTheLastTenSeconds() {
        for (int second = 0; second < 30; second++) {
            add(second, SampleOutput.json(2 * second));
            add(second, SampleOutput.json(2 * second + 1));
        }

        assertThat(rate(29)).isEqualTo(2);
        assertThat(rate(34)).isEqualTo(1);
        assertThat(rate(60)).isZero();
    }

    @Test
    void theRateOfAYoungCameraIsThatSinceItsFirstRecord() {
        add(100, SampleOutput.json(1));
        add(101, SampleOutput.json(2));
        add(101, SampleOutput.json(3));

        assertThat(rate(101)).isEqualTo(1.5);
    }

    @Test
    void theLatencyIsFromCaptureToClassification() {
        for (int millis = 1; millis <= 100; millis++) {
            add(0, SampleOutput.json(millis).replaceAll("(\"classifiedAt\":\")[^\"]*",
                    "$1" + Instant.parse("2026-01-01T12:00:00.123Z").plusMillis(millis)));
        }

        assertThat(statistics.summaries(Instant.EPOCH).get(0).latency())
                .isEqualTo(Optional.of(new Latency(50, 99, 100)));
    }

    @Test
    void thereIsNoLatencyWithoutACaptureTime() {
        add(0, SampleOutput.json(1).replaceFirst("\"captureTime\":\"[^\"]*\",", ""));

        assertThat(statistics.summaries(Instant.EPOCH).get(0).latency()).isEmpty();
        assertThat(statistics.table(new LineStyle(100, true, false), Instant.EPOCH).get(1)).contains(" - ");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 4_000_000_000_000L})
    void aTimestampThatCannotBeHidesNoLaterRecord(long millis) {
        addAt(millis, SampleOutput.record("gate", SampleOutput.json(1)));
        now = now.plusSeconds(10);
        for (int second = 1001; second <= 1010; second++) {
            add(second, SampleOutput.json(second));
        }

        assertThat(statistics.newest()).isEqualTo(START.plusSeconds(1010));
        assertThat(rate(1010)).isEqualTo(1);
    }

    @Test
    void hostileNamesOfCamerasAndLabelsTakeBoundedMemory() {
        for (int i = 0; i < 3_000; i++) {
            add(0, SampleOutput.json(i, "camera " + i, "food", 0.5));
            add(0, SampleOutput.json(i, "camera 0", "label " + i, 0.5));
            add(SampleRegions.regions("camera 0", SampleRegions.answer("region " + i, "open", 0.5)));
        }

        List<CameraStatistics.Summary> summaries = statistics.summaries(Instant.EPOCH);
        assertThat(summaries).hasSize(2_002).extracting(summary -> summary.name().toString())
                .startsWith("(others)", "(others)/(others)", "camera 0", "camera 0/region 0");
        assertThat(summaries.get(2).labels()).hasSize(101).containsKey("(others)");
    }

    @Test
    void theTableFitsTheTerminalAndEscapesWhatKafkaHolds() {
        add(0, SampleOutput.json(1, "\\u001b[2J", "x".repeat(200), 0.5));
        add(0, "no json");

        List<String> table = statistics.table(new LineStyle(60, true, false), statistics.newest());

        assertThat(table).hasSize(3).allMatch(line -> LineStyle.columns(line) <= 60)
                .allMatch(line -> line.matches("[^\\p{Cntrl}]+"));
        assertThat(table.get(1)).contains("178 ms");
        assertThat(table.get(2)).isEqualTo("1 records without labels");
    }

    @Test
    void givesTheSameAsJson() throws Exception {
        add(0, SampleOutput.json(1));

        JsonNode json = new ObjectMapper().readTree(statistics.json(statistics.newest()));

        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                {"cameras":[{"camera":"gate","records":1,"recordsPerSecond":1.0,"labels":{"food":1},
                "latencyMillis":{"p50":178,"p99":178,"max":178}}],"malformed":0}"""));
    }

    private double rate(int second) {
        return statistics.summaries(START.plusSeconds(second)).get(0).rate();
    }

    private void add(int second, String json) {
        ConsumerRecord<byte[], byte[]> sample = SampleOutput.record("gate", json);
        addAt(START.plusSeconds(second).toEpochMilli(), sample);
    }

    private void add(Classification picture) {
        statistics.add(SampleRegions.record(picture));
    }

    private void addAt(long millis, ConsumerRecord<byte[], byte[]> sample) {
        statistics.add(OutputRecord.of(new ConsumerRecord<>(sample.topic(), 0, 0, millis,
                TimestampType.CREATE_TIME, 0, 0, sample.key(), sample.value(), new RecordHeaders(), Optional.empty())));
    }
}
