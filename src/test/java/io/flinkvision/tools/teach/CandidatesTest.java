package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.SeenFrame.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static SeenFrame frame(int offset, Duration after, String label, boolean unknown) {
        return new SeenFrame(new RecordCoordinates("images", 0, offset), START.plus(after),
                List.of(new Answer("gate", label, 0.9f, unknown)));
    }

    private static List<SeenFrame> frames(int count, Duration step, Function<Integer, String> label) {
        return IntStream.range(0, count).mapToObj(i -> frame(i, step.multipliedBy(i), label.apply(i), false)).toList();
    }

    private static List<SeenFrame> choose(List<SeenFrame> frames, int max) {
        return Candidates.of(frames, "gate", ZoneOffset.UTC, max);
    }

    private static int hour(SeenFrame frame) {
        return frame.capturedAt().atZone(ZoneOffset.UTC).getHour();
    }

    @Test
    void eachHourOfTheDayHasItsTurn() {
        // 3 days, of which most frames are of one hour.
        List<SeenFrame> frames = IntStream.range(0, 1_000)
                .mapToObj(i -> frame(i, i < 72 ? Duration.ofHours(i) : Duration.ofHours(71).plusSeconds(i), "open", false))
                .toList();

        List<SeenFrame> chosen = choose(frames, 48);

        assertThat(chosen).hasSize(48).doesNotHaveDuplicates();
        for (int hour = 0; hour < 24; hour++) {
            int ofHour = hour;
            assertThat(chosen).filteredOn(frame -> hour(frame) == ofHour).as("hour %s", hour).hasSize(2);
        }
        assertThat(chosen.subList(0, 24)).extracting(CandidatesTest::hour).doesNotHaveDuplicates();
    }

    @Test
    void theTimeOfLessThanADayIsDividedToo() {
        List<SeenFrame> chosen = choose(frames(2_400, Duration.ofSeconds(1), i -> "open"), 24);

        for (int part = 0; part < 24; part++) {
            Instant from = START.plusSeconds(100 * part);
            assertThat(chosen).as("part %s", part).filteredOn(frame -> !frame.capturedAt().isBefore(from)
                    && frame.capturedAt().isBefore(from.plusSeconds(100))).hasSize(1);
        }
    }

    @Test
    void whatIsRareIsAmongThem() {
        List<SeenFrame> frames = frames(2_000, Duration.ofSeconds(1), i -> i == 777 ? "open" : "shut");

        assertThat(choose(frames, 30)).contains(frames.get(777));
    }

    @Test
    void unknownIsAKindOfItsOwn() {
        List<SeenFrame> frames = IntStream.range(0, 2_000)
                .mapToObj(i -> frame(i, Duration.ofSeconds(i), "shut", i == 999)).toList();

        assertThat(choose(frames, 30)).contains(frames.get(999));
    }

    @Test
    void theSameFramesGiveTheSameChoiceAndFewAreAllTaken() {
        List<SeenFrame> frames = frames(500, Duration.ofSeconds(1), i -> "open");

        assertThat(choose(frames, 40)).isEqualTo(choose(frames, 40));
        assertThat(choose(frames, 1_000)).containsExactlyInAnyOrderElementsOf(frames);
        assertThat(choose(List.of(), 40)).isEmpty();
    }

    @Test
    void withinAPartTheChoiceIsNotByTime() {
        List<SeenFrame> frames = frames(24_000, Duration.ofMillis(10), i -> "open");

        assertThat(choose(frames, 24).subList(0, 24)).extracting(frame -> frame.source().offset() % 1_000)
                .doesNotHaveDuplicates();
    }
}
