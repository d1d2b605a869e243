package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterRecordTest {

    @Test
    void readsWhatTheJobHasWritten() {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.ofJob(12, new byte[0]));

        assertThat(letter.headers().code()).contains("TRUNCATED");
        assertThat(letter.headers().message()).contains("It ends too early");
        assertThat(letter.headers().source()).contains(new RecordCoordinates("images", 0, 41));
        assertThat(letter.headers().failedAt().orElseThrow()).isEqualTo("2026-01-01T12:00:00.301Z");
        assertThat(letter.coordinates()).hasToString("dead-letters-0-12");
        assertThat(letter.headers().replayed()).isZero();
        assertThat(letter.headers().omitted()).isEmpty();
        assertThat(letter.original().headers()).extracting(RecordHeader::name).containsExactly("frame");
    }

    @Test
    void takesTheLastOfHeadersThatThePictureHadToo() {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.record(12, new byte[0],
                "error-code", "EMPTY", "source-topic", "mine", "replayed", "2", "replayed-from", "dead-letters-0-3",
                "error-code", "CORRUPT", "error-message", "m", "source-topic", "images", "source-partition", "1",
                "source-offset", "5", "failed-at", "0"));

        assertThat(letter.headers().code()).contains("CORRUPT");
        assertThat(letter.headers().source()).contains(new RecordCoordinates("images", 1, 5));
        assertThat(letter.headers().replayed()).isEqualTo(2);
        assertThat(letter.headers().replayedFrom()).contains("dead-letters-0-3");
        assertThat(letter.original().headers()).extracting(RecordHeader::name)
                .containsExactly("error-code", "source-topic", "replayed", "replayed-from");
    }

    @Test
    void makesNothingUpOfHeadersThatSomebodyElseWrote() {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.record(12, null, "source-topic", "images",
                "source-partition", "-1", "source-offset", "99999999999999999999", "failed-at", "today",
                "replayed", "often"));

        assertThat(letter.headers().code()).isEmpty();
        assertThat(letter.headers().source()).isEmpty();
        assertThat(letter.headers().failedAt()).isEmpty();
        assertThat(letter.headers().replayed()).isZero();
        assertThat(line(letter)).contains("(no code)").contains("(no message)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999", "0", "946684799999", "4102444800001"})
    void believesNoTimeThatCannotBe(String millis) {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.record(12, null, "failed-at", millis));

        assertThat(letter.headers().failedAt()).isEmpty();
        assertThat(line(letter)).startsWith("01-01 12:00:00");
    }

    @Test
    void showsTheLineOfASecondFailure() {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.record(12, null,
                "replayed", "1", "replayed-from", "dead-letters-0-3", "error-code", "TRUNCATED",
                "error-message", "It ends \u001b[2Jtoo early", "source-topic", "images", "source-partition", "0",
                "source-offset", "41", "failed-at", "1767268800301", "omitted", "value"));

        assertThat(line(letter)).isEqualTo("01-01 12:00:00  gate              images-0-41     TRUNCATED         "
                + "  It ends \\u001b[2Jtoo early (omitted: value) (replayed 1x)");
    }

    @Test
    void isOneJsonObjectALine() throws Exception {
        ObjectMapper mapper = new ObjectMapper();

        assertThat(mapper.readTree(JsonLines.deadLetter(DeadLetterRecord.of(SampleDeadLetter.ofJob(12, new byte[0])))))
                .isEqualTo(mapper.readTree("""
                        {"deadLetter":{"key":"gate","code":"TRUNCATED","message":"It ends too early",
                        "source":{"topic":"images","partition":0,"offset":41},"failedAt":"2026-01-01T12:00:00.301Z",
                        "at":{"topic":"dead-letters","partition":0,"offset":12}}}"""));
    }

    @Test
    void namesTheFrameOfACameraThatTheJobReadItself() throws Exception {
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.ofCamera(12, new byte[6]));

        assertThat(letter.headers().source()).contains(new CameraFrame("hall/2", 1_790_000_000_000L, 41));
        assertThat(line(letter)).isEqualTo("01-01 12:00:00  gate              hall/2-1790000000000-41"
                + "  CLASSIFICATION_FAILED  The network failed");
        assertThat(new ObjectMapper().readTree(JsonLines.deadLetter(letter)).at("/deadLetter/source"))
                .isEqualTo(new ObjectMapper().readTree(
                        "{\"camera\":\"hall/2\",\"session\":1790000000000,\"frame\":41}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "source-session=-1", "source-frame=x"})
    void takesNoFrameThatCannotBe(String header) {
        String[] parts = header.isBlank() ? new String[] {"source-camera", header} : header.split("=");
        DeadLetterRecord letter = DeadLetterRecord.of(SampleDeadLetter.record(12, null, "source-camera", "gate",
                "source-session", "7", "source-frame", "1", parts[0], parts[1]));

        assertThat(letter.headers().source()).isEmpty();
    }

    private static String line(DeadLetterRecord letter) {
        return new TextLines(new LineStyle(100, true, false), ZoneOffset.UTC).deadLetter(letter);
    }
}
