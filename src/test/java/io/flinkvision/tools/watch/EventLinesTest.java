package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EventLinesTest {

    private static final Instant AT = Instant.parse("2026-01-01T12:00:05.250Z");
    private static final Duration DURATION = Duration.ofMillis(4_200);

    private final EventLines lines = new EventLines(new LineStyle(100, true, false), ZoneOffset.UTC);

    @Test
    void saysWhatHappenedToWhichCameraAndWhen() {
        assertThat(line(SampleEvents.started("food", AT)))
                .isEqualTo("gate              01-01 12:00:05.2  started    food 75.0 %");
        assertThat(line(SampleEvents.ended("food", AT, DURATION))).endsWith("ended      food 75.0 %, for 4.2 s");
        assertThat(line(SampleEvents.changed("other", "food", AT, DURATION)))
                .endsWith("changed    other to food 75.0 %, after 4.2 s");
        assertThat(line(SampleEvents.offline(AT))).endsWith("offline    ");
        assertThat(line(SampleEvents.online(AT, Duration.ofMinutes(1)))).endsWith("online     after 60.0 s");
        assertThat(line(SampleEvents.counted(AT, 60))).endsWith("counted    60 frames in the minute before");
    }

    @Test
    void showsTheTypeOfAnEventThatOnlyANewerJobKnows() {
        assertThat(line(new Event.Unknown("blocked", AT))).endsWith("12:00:05.2  blocked    ");
    }

    @Test
    void obeysNothingThatARecordSaysToTheTerminal() {
        String line = line(SampleEvents.started("\u001b[2J", AT));

        assertThat(line).endsWith("\\u001b[2J 75.0 %");
        assertThat(EventLines.json(record("{\"a\":\n\"\u001b[2J\"}"))).isEqualTo("{\"a\": \"\\u001b[2J\"}");
    }

    @Test
    void saysWhatIsWrongWithAMalformedRecord() {
        assertThat(line("[]")).endsWith("malformed: the value is no JSON object");
        assertThat(lines.line(new ConsumerRecord<>("events", 0, 0, null, null)))
                .startsWith("(no key)").endsWith("malformed: the record has no value");
    }

    @Test
    void believesNoTimeAndNoDurationThatCannotBe() {
        assertThat(line(json(SampleEvents.offline(AT)).replace(AT.toString(), "+33658-09-27T01:46:39Z")))
                .contains("malformed: the field at is not between 2000-01-01T00:00:00Z and 2100-01-01T00:00:00Z");
        for (long millis : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
            assertThat(line(json(SampleEvents.online(AT, DURATION)).replace("4200", Long.toString(millis))))
                    .contains("malformed: the field silenceMillis is not between 0 and ");
        }
    }

    @Test
    void filtersByCameraLabelAndScore() {
        ConsumerRecord<byte[], byte[]> record = record(json(SampleEvents.changed("other", "food", AT, DURATION)));

        assertThat(accepts(record, "camera=gate,label=food")).isTrue();
        assertThat(accepts(record, "label=other")).isTrue();
        assertThat(accepts(record, "label=report")).isFalse();
        assertThat(accepts(record, "camera=hall")).isFalse();
        assertThat(accepts(record, "min-score=0.8")).isFalse();
        assertThat(accepts(record("[]"), "camera=gate")).isFalse();
        assertThat(EventLines.accepts(RecordFilter.parse(List.of()), record("[]"))).isTrue();
    }

    private static boolean accepts(ConsumerRecord<byte[], byte[]> record, String filter) {
        return EventLines.accepts(RecordFilter.parse(List.of(filter)), record);
    }

    private static String json(Event event) {
        return new String(SampleEvents.record("events", "gate", event).value(), UTF_8);
    }

    private String line(Event event) {
        return line(json(event));
    }

    private String line(String value) {
        return lines.line(record(value));
    }

    private static ConsumerRecord<byte[], byte[]> record(String value) {
        return new ConsumerRecord<>("events", 0, 0, "gate".getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
