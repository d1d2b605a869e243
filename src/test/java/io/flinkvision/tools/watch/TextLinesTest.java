package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.format.RegisteredSchema;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextLinesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:02.123Z");
    private static final Instant AT = Instant.parse("2026-01-01T12:00:05.250Z");
    private static final Duration DURATION = Duration.ofMillis(4_200);
    private static final TextLines EVENT_LINES = new TextLines(new LineStyle(100, true, false), ZoneOffset.UTC);

    @Test
    void showsCameraTimeAgeAndLabelsWithBars() {
        assertThat(line(100, true, SampleOutput.json(1))).isEqualTo(
                "gate              12:00:00   2.0 s ago  ██████   food 75.0 %  █▋       other 20.0 %");
    }

    @Test
    void drawsBarsOfAsciiWhereThatIsAllThereIs() {
        assertThat(line(100, false, SampleOutput.json(1))).isEqualTo(
                "gate              12:00:00   2.0 s ago  ######.. food 75.0 %  ##...... other 20.0 %");
    }

    @Test
    void leavesOutLabelsThatDoNotFit() {
        assertThat(line(70, false, SampleOutput.json(1)))
                .isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %");
    }

    @Test
    void marksLabelsThatWereTakenOver() {
        String json = SampleOutput.reused(1);

        assertThat(line(80, false, json))
                .isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %  (reused)");
        assertThat(line(60, false, json)).isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %");
    }

    @Test
    void showsTheFirstLabelAndThenEachRegionWithItsMarks() {
        Classification picture = SampleRegions.picture("gate",
                List.of(new Label("food", 0, 0.75f), new Label("other", 2, 0.2f)),
                SampleRegions.answer("door", "open", 0.93),
                SampleRegions.answer("bay", "taken", 0.8125, true, true));

        assertThat(line(120, false, picture)).isEqualTo("gate              12:00:00   2.0 s ago  "
                + "######.. food 75.0 %  door: open 93.0 %  bay: taken 81.3 % (unknown, small)");
    }

    @Test
    void showsOnlyTheRegionsWhereNothingElseWasClassified() {
        assertThat(line(100, false, SampleRegions.regions("gate", SampleRegions.answer("door", "open", 0.93))))
                .isEqualTo("gate              12:00:00   2.0 s ago  door: open 93.0 %");
        assertThat(line(100, false, SampleRegions.regions("gate")))
                .isEqualTo("gate              12:00:00   2.0 s ago  (no region was due)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            120 | a: open 93.0 %  b: open 93.0 %  c: open 93.0 %
            86  | a: open 93.0 %  b: open 93.0 %  c: open 93.0 %
            85  | a: open 93.0 %  b: open 93.0 %  +1 region
            80  | a: open 93.0 %  +2 regions
            53  | +3 regions
            """)
    void countsTheRegionsThatDoNotFit(int width, String regions) {
        assertThat(line(width, false, SampleRegions.regions("gate", SampleRegions.answer("a", "open", 0.93),
                SampleRegions.answer("b", "open", 0.93), SampleRegions.answer("c", "open", 0.93))))
                .isEqualTo("gate              12:00:00   2.0 s ago  " + regions);
    }

    @Test
    void leavesRoomForRegionsBesideALongLabel() {
        assertThat(line(120, false, SampleRegions.picture("gate", List.of(new Label("l".repeat(200), 0, 0.75f)),
                SampleRegions.answer("door", "open", 0.93)))).endsWith("~  door: open 93.0 %");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40, 41, 50, 60, 80, 200})
    void neverExceedsTheWidth(int width) {
        String json = SampleOutput.json(1, "台所".repeat(20), "x".repeat(300), 0.5);

        assertThat(LineStyle.columns(line(width, true, json))).isLessThanOrEqualTo(width);
        assertThat(LineStyle.columns(line(width, false, json))).isLessThanOrEqualTo(width);
        assertThat(LineStyle.columns(line(width, true, "no json"))).isLessThanOrEqualTo(width);
        assertThat(LineStyle.columns(line(width, true, SampleOutput.reused(1)))).isLessThanOrEqualTo(width);
        assertThat(LineStyle.columns(line(width, true, SampleRegions.picture("gate",
                List.of(new Label("台所".repeat(20), 0, 0.5f)), SampleRegions.answer("門".repeat(30), "開", 0.5),
                SampleRegions.answer("門", "開", 0.5))))).isLessThanOrEqualTo(width);
        assertThat(LineStyle.columns(line(width, true, SampleRegions.regions("gate")))).isLessThanOrEqualTo(width);
    }

    @Test
    void escapesWhatKafkaHoldsOfControlCharacters() {
        String json = SampleOutput.json(1, "\\u001b[2J", "\\u202efood", 0.5);

        assertThat(line(200, true, json)).contains("\\u001b[2J").contains("\\u202efood")
                .matches("[^\\p{Cntrl}\\p{Cf}]+");
        assertThat(new TextLines(new LineStyle(200, true, false), ZoneOffset.UTC)
                .label(OutputRecord.of(SampleOutput.record("\u001b]0;x\u0007", "\u001b[31m")), NOW))
                .contains("malformed").matches("[^\\p{Cntrl}\\p{Cf}]+");
        assertThat(line(200, true, SampleRegions.regions("gate",
                SampleRegions.answer("\u202edoor", "\u001b[2J", 0.5))))
                .contains("\\u202edoor: \\u001b[2J").matches("[^\\p{Cntrl}\\p{Cf}]+");
    }

    @Test
    void coloursOnlyWhereItMay() {
        OutputRecord record = OutputRecord.of(SampleOutput.record("gate", SampleOutput.json(1)));

        assertThat(new TextLines(new LineStyle(100, true, true), ZoneOffset.UTC).label(record, NOW))
                .contains("\u001b[32m██████  \u001b[0m \u001b[1mfood 75.0 %\u001b[0m");
        assertThat(line(100, true, SampleOutput.json(1))).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"PT0.25S, 0.3 s ago", "PT-2S, -2.0 s ago", "PT5M59S, 5 min ago", "PT23H, 23 h ago", "P400D, 400 d ago"})
    void countsTheAgeInTheUnitThatSuitsIt(Duration age, String text) {
        assertThat(TextLines.age(age)).isEqualTo(text);
    }

    @Test
    void printsJsonAsItIsOnOneLine() {
        String json = SampleOutput.json(1);

        assertThat(JsonLines.label(OutputRecord.of(SampleOutput.record("gate", json)))).isEqualTo(json);
        assertThat(JsonLines.label(OutputRecord.of(SampleOutput.record("gate", json.replace("\"id\"", "\r\n\t\"id\"")))))
                .isEqualTo(json.replace("\"id\"", "   \"id\""));
        assertThat(JsonLines.label(OutputRecord.of(SampleOutput.record("\u001b", "no json")))).startsWith(
                "{\"malformed\":{\"at\":{\"topic\":\"labels\",\"partition\":0,\"offset\":7},\"key\":\"\\u001B\",");
    }

    @ParameterizedTest
    @EnumSource(value = RecordFormat.class, names = "JSON", mode = EnumSource.Mode.EXCLUDE)
    void printsTheJsonOfRecordsInOtherFormats(RecordFormat format) throws Exception {
        String labels = SampleOutput.json(1);
        String event = json(SampleEvents.started("food", AT));

        assertThat(JsonLines.label(OutputRecord.of(SampleOutput.record("gate",
                new RegisteredSchema(RecordSchema.CLASSIFICATION, format, 7)
                        .write(Classification.read(labels.getBytes(UTF_8)).toTree()))))).isEqualTo(labels);
        assertThat(JsonLines.event(SampleOutput.record("gate", new RegisteredSchema(RecordSchema.EVENT, format, 7)
                .write(CameraEvent.read(event.getBytes(UTF_8)).toTree())))).isEqualTo(event);
    }

    @Test
    void saysWhatHappenedToWhichCameraAndWhen() {
        assertThat(event(SampleEvents.started("food", AT)))
                .isEqualTo("gate              01-01 12:00:05.2  started    food 75.0 %");
        assertThat(event(SampleEvents.ended("food", AT, DURATION))).endsWith("ended      food 75.0 %, for 4.2 s");
        assertThat(event(SampleEvents.changed("other", "food", AT, DURATION)))
                .endsWith("changed    other to food 75.0 %, after 4.2 s");
        assertThat(event(SampleEvents.offline(AT))).endsWith("offline    ");
        assertThat(event(SampleEvents.online(AT, Duration.ofMinutes(1)))).endsWith("online     after 60.0 s");
        assertThat(event(SampleEvents.troubleStarted(AT))).endsWith("trouble    covered");
        assertThat(event(SampleEvents.troubleEnded(AT, Duration.ofMinutes(5))))
                .endsWith("no longer  covered, for 300.0 s");
        assertThat(event(SampleEvents.counted(AT, 60))).endsWith("counted    60 frames in the minute before");
    }

    @Test
    void cutsTheKeyOfARegionsEventLaterThanTheNameOfACamera() {
        String key = "a-camera-of-the-hall/left-door";

        assertThat(event(json(SampleEvents.started("open", AT)).replace("\"gate\"", "\"" + key + "\"")))
                .startsWith(key + "  01-01 12:00:05.2  started");
    }

    @Test
    void showsTheTypeOfAnEventThatOnlyANewerJobKnows() {
        assertThat(event(new Event.Unknown("blocked", AT))).endsWith("12:00:05.2  blocked    ");
    }

    @Test
    void escapesControlCharactersOfEvents() {
        String line = event(SampleEvents.started("\u001b[2J", AT));

        assertThat(line).endsWith("\\u001b[2J 75.0 %");
        assertThat(JsonLines.event(eventRecord("{\"a\":\n\"\u001b[2J\"}"))).isEqualTo("{\"a\": \"\\u001b[2J\"}");
    }

    @Test
    void saysWhatIsWrongWithAMalformedEvent() {
        assertThat(event("[]")).endsWith("malformed: the value is no JSON object");
        assertThat(EVENT_LINES.event(new ConsumerRecord<>("events", 0, 0, null, null)))
                .startsWith("(no key)").endsWith("malformed: the record has no value");
    }

    @Test
    void believesNoTimeAndNoDurationThatCannotBe() {
        assertThat(event(json(SampleEvents.offline(AT)).replace(AT.toString(), "+33658-09-27T01:46:39Z")))
                .contains("malformed: the field at is not between 2000-01-01T00:00:00Z and 2100-01-01T00:00:00Z");
        for (long millis : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
            assertThat(event(json(SampleEvents.online(AT, DURATION)).replace("4200", Long.toString(millis))))
                    .contains("malformed: the field silenceMillis is not between 0 and ");
        }
    }

    @Test
    void saysWhatIsSoNowAndSinceWhen() {
        assertThat(state("gate", SampleStates.shown("food", AT)))
                .isEqualTo("gate              01-01 12:00:05.2  online     food 75.0 %");
        assertThat(state("gate/bay", SampleStates.unknown(AT)))
                .isEqualTo("gate/bay          01-01 12:00:05.2  online     unknown, by head bays");
        assertThat(state("", SampleStates.offline(AT))).isEqualTo("(no key)          01-01 12:00:05.2  offline  ");
        assertThat(state("gate", SampleStates.troubled("food", "dark", AT)))
                .endsWith("online     food 75.0 %, dark since 01-01 12:00:05");
        assertThat(EVENT_LINES.state(new ConsumerRecord<>("states", 0, 0, "gate".getBytes(UTF_8), null)))
                .startsWith("gate    ").endsWith("forgotten");
    }

    @Test
    void escapesControlCharactersOfStatesAndSaysWhatIsWrongWithOne() {
        assertThat(state("\u001b[2J", SampleStates.shown("\u001b[2J", AT)))
                .startsWith("\\u001b[2J ").endsWith("\\u001b[2J 75.0 %");
        assertThat(EVENT_LINES.state(eventRecord("[]"))).endsWith("malformed: the value is no JSON object");
        assertThat(JsonLines.state(new ConsumerRecord<>("states", 0, 0, "\u001b".getBytes(UTF_8), null)))
                .isEqualTo("{\"forgotten\":{\"key\":\"\\u001B\"}}");
    }

    private static String state(String camera, Present present) {
        ProducerRecord<byte[], byte[]> record = SampleStates.record("states", camera, present);
        return EVENT_LINES.state(new ConsumerRecord<>("states", 0, 0, record.key(), record.value()));
    }

    @ParameterizedTest
    @CsvSource({"gate, 4", "台所, 4", "e\u0301, 1", "\ud83d\ude00, 2", "'', 0"})
    void knowsHowManyColumnsTextTakes(String text, int columns) {
        assertThat(LineStyle.columns(text)).isEqualTo(columns);
    }

    @Test
    void cutsTextToItsColumns() {
        LineStyle unicode = new LineStyle(80, true, false);

        assertThat(unicode.cut("camera", 6)).isEqualTo("camera");
        assertThat(unicode.cut("camera", 5)).isEqualTo("came…");
        assertThat(new LineStyle(80, false, false).cut("台所台所", 6)).isEqualTo("台所~");
        assertThat(unicode.cut("camera", 0)).isEmpty();
        assertThat(unicode.fitted("a", 3)).isEqualTo("a  ");
    }

    private static String line(int width, boolean unicode, String json) {
        return line(width, unicode, OutputRecord.of(SampleOutput.record("gate", json)));
    }

    private static String line(int width, boolean unicode, Classification picture) {
        return line(width, unicode, SampleRegions.record(picture));
    }

    private static String line(int width, boolean unicode, OutputRecord record) {
        return new TextLines(new LineStyle(width, unicode, false), ZoneOffset.UTC).label(record, NOW);
    }

    private static String json(Event event) {
        return new String(SampleEvents.record("events", "gate", event).value(), UTF_8);
    }

    private static String event(Event event) {
        return event(json(event));
    }

    private static String event(String value) {
        return EVENT_LINES.event(eventRecord(value));
    }

    private static ConsumerRecord<byte[], byte[]> eventRecord(String value) {
        return new ConsumerRecord<>("events", 0, 0, "gate".getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
