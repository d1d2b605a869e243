package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EventLinesTest {

    private static final String START = "\"key\":\"gate\",\"at\":\"2026-01-01T12:00:05.250Z\"";
    private static final String BEST = "\"best\":{\"frame\":\"images-0-7\",\"score\":0.75}";

    private final EventLines lines = new EventLines(new LineStyle(100, true, false), ZoneOffset.UTC);

    @Test
    void saysWhatHappenedToWhichCameraAndWhen() {
        assertThat(line("{\"type\":\"started\"," + START + ",\"label\":\"food\"," + BEST + "}"))
                .isEqualTo("gate              01-01 12:00:05.2  started    food 75.0 %");
        assertThat(line("{\"type\":\"ended\"," + START + ",\"label\":\"food\",\"durationMillis\":4200," + BEST + "}"))
                .endsWith("ended      food 75.0 %, for 4.2 s");
        assertThat(line("{\"type\":\"changed\"," + START + ",\"label\":\"food\"," + BEST
                + ",\"previous\":{\"label\":\"other\",\"durationMillis\":4200}}"))
                .endsWith("changed    other to food 75.0 %, after 4.2 s");
        assertThat(line("{\"type\":\"offline\"," + START + "}")).endsWith("offline    ");
        assertThat(line("{\"type\":\"online\"," + START + ",\"silenceMillis\":60000}"))
                .endsWith("online     after 60.0 s");
        assertThat(line("{\"type\":\"counted\"," + START + ",\"frames\":60}"))
                .endsWith("counted    60 frames in the minute before");
    }

    @Test
    void obeysNothingThatARecordSaysToTheTerminal() {
        String line = line("{\"type\":\"started\"," + START + ",\"label\":\"\\u001b[2J\"}");

        assertThat(line).endsWith("\\u001b[2J");
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
        assertThat(line("{\"type\":\"offline\",\"key\":\"gate\",\"at\":\"+33658-09-27T01:46:39Z\"}"))
                .contains("malformed: the field at is not between 2000-01-01T00:00:00Z and 2100-01-01T00:00:00Z");
        for (long millis : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
            assertThat(line("{\"type\":\"online\"," + START + ",\"silenceMillis\":" + millis + "}"))
                    .contains("malformed: the field silenceMillis is not between 0 and ");
        }
    }

    @Test
    void filtersByCameraLabelAndScore() {
        ConsumerRecord<byte[], byte[]> record = record("{\"type\":\"changed\"," + START + ",\"label\":\"food\"," + BEST
                + ",\"previous\":{\"label\":\"other\"}}");

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

    private String line(String value) {
        return lines.line(record(value));
    }

    private static ConsumerRecord<byte[], byte[]> record(String value) {
        return new ConsumerRecord<>("events", 0, 0, "gate".getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
