package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFilterTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            camera=gate                          | true
            camera=door                          | false
            camera=door,camera=gate              | true
            label=food                           | true
            label=other                          | false
            camera=gate,label=other              | false
            min-score=0.75                       | true
            min-score=0.76                       | false
            camera=gate,label=food,min-score=.5  | true
            """)
    void looksAtTheCameraAndTheFirstLabel(String filter, boolean accepted) {
        assertThat(RecordFilter.parse(List.of(filter)).accepts(output(SampleOutput.json(1)))).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            label=food                           | true
            label=open                           | true
            label=taken,min-score=0.9            | false
            label=taken,min-score=0.8            | true
            label=open,min-score=0.95            | false
            min-score=0.92                       | true
            min-score=0.94                       | false
            camera=gate,label=open               | true
            camera=gate/door                     | true
            camera=gate/door,label=open          | true
            camera=gate/bay,label=open           | false
            camera=gate/door,label=food          | false
            camera=gate/roof                     | false
            camera=hall/door                     | false
            camera=door                          | false
            camera=hall,camera=gate/bay          | true
            """)
    void findsAPictureByAnyOfItsRegions(String filter, boolean accepted) {
        Classification picture = SampleRegions.picture("gate", List.of(new Label("food", 0, 0.75f)),
                SampleRegions.answer("door", "open", 0.93), SampleRegions.answer("bay", "taken", 0.81));

        assertThat(RecordFilter.parse(List.of(filter)).accepts(SampleRegions.record(picture))).isEqualTo(accepted);
    }

    @Test
    void findsThePictureOfARegionByItsCameraThoughNothingWasDue() {
        OutputRecord record = SampleRegions.record(SampleRegions.regions("gate"));

        assertThat(RecordFilter.parse(List.of("camera=gate")).accepts(record)).isTrue();
        assertThat(RecordFilter.parse(List.of("camera=gate,min-score=0")).accepts(record)).isFalse();
    }

    @Test
    void takesAValueOfAnyOfSeveralFilters() {
        RecordFilter filter = RecordFilter.parse(List.of("label=food", "label=report"));

        assertThat(filter.accepts(output(SampleOutput.json(1, "gate", "report", 0.5)))).isTrue();
        assertThat(filter.accepts(output(SampleOutput.json(1, "gate", "other", 0.5)))).isFalse();
    }

    @Test
    void takesNamesOfClassesWithCommas() {
        assertThat(RecordFilter.parse(List.of("label=tench, Tinca tinca,camera=a")).labels())
                .containsExactly("tench, Tinca tinca");
    }

    @Test
    void leavesOutRecordsWithoutLabelsOnceSomethingIsAskedFor() {
        assertThat(RecordFilter.parse(List.of()).accepts(output("no json"))).isTrue();
        assertThat(RecordFilter.parse(List.of("min-score=0")).accepts(output("no json"))).isFalse();
        assertThat(RecordFilter.parse(List.of("camera=gate")).accepts(output("no json"))).isFalse();
    }

    @Test
    void findsRecordsWithoutAKeyByAnEmptyCamera() {
        String json = SampleOutput.json(1).replace("\"key\":\"gate\",", "");

        assertThat(RecordFilter.parse(List.of("camera=")).accepts(output(json))).isTrue();
        assertThat(RecordFilter.parse(List.of("camera=")).accepts(output(SampleOutput.json(1)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate", "min-score=2", "min-score=high", "min-score=0.1,min-score=0.2", "size=3", "=x", ""})
    void refusesWhatIsNoFilter(String filter) {
        assertThatThrownBy(() -> RecordFilter.parse(List.of(filter))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void suggestsTheKeyThatWasMeant() {
        assertThatThrownBy(() -> RecordFilter.parse(List.of("lable=food")))
                .hasMessageContaining("did you mean label=?");
    }

    private static OutputRecord output(String json) {
        return OutputRecord.of(SampleOutput.record("gate", json));
    }

    @Test
    void selectsEventsByCameraLabelAndScore() {
        ConsumerRecord<byte[], byte[]> record = event(new String(SampleEvents.record("events", "gate",
                SampleEvents.changed("other", "food", Instant.parse("2026-01-01T12:00:05.250Z"),
                        Duration.ofMillis(4_200))).value(), UTF_8));

        assertThat(acceptsEvent(record, "camera=gate,label=food")).isTrue();
        assertThat(acceptsEvent(record, "label=other")).isTrue();
        assertThat(acceptsEvent(record, "label=report")).isFalse();
        assertThat(acceptsEvent(record, "camera=hall")).isFalse();
        assertThat(acceptsEvent(record, "min-score=0.8")).isFalse();
        assertThat(acceptsEvent(event("[]"), "camera=gate")).isFalse();
        assertThat(RecordFilter.parse(List.of()).acceptsEvent(event("[]"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"camera=gate/door, true", "camera=gate, true", "camera=gate/bay, false", "camera=door, false"})
    void selectsTheEventsOfRegionsByCameraOrRegion(String filter, boolean accepted) {
        ConsumerRecord<byte[], byte[]> record = event(new String(SampleEvents.record("events", "gate/door",
                SampleEvents.offline(Instant.parse("2026-01-01T12:00:05.250Z"))).value(), UTF_8));

        assertThat(acceptsEvent(record, filter)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "camera=gate/door, true", "camera=gate, true", "camera=gate/bay, false", "'label=food,min-score=0.75', true",
        "min-score=0.76, false", "label=other, false"
    })
    void selectsStatesByCameraRegionLabelAndScore(String filter, boolean accepted) {
        ProducerRecord<byte[], byte[]> state = SampleStates.record("states", "gate/door",
                SampleStates.shown("food", Instant.parse("2026-01-01T12:00:05.250Z")));
        RecordFilter wanted = RecordFilter.parse(List.of(filter));

        assertThat(wanted.acceptsState(new ConsumerRecord<>("states", 0, 0, state.key(), state.value())))
                .isEqualTo(accepted);
        assertThat(wanted.acceptsState(new ConsumerRecord<>("states", 0, 0, state.key(), null)))
                .isEqualTo(accepted && filter.startsWith("camera"));
        assertThat(wanted.acceptsState(event("[]"))).isFalse();
        assertThat(RecordFilter.NONE.acceptsState(event("[]"))).isTrue();
    }

    private static boolean acceptsEvent(ConsumerRecord<byte[], byte[]> record, String filter) {
        return RecordFilter.parse(List.of(filter)).acceptsEvent(record);
    }

    private static ConsumerRecord<byte[], byte[]> event(String value) {
        return new ConsumerRecord<>("events", 0, 0, "gate".getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
