package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.RecordCoordinates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownPastTest {

    private static final Instant WATCHED = Instant.parse("2026-01-02T00:00:00Z");

    private Instant now = WATCHED;
    private final SeenFrames seen = new SeenFrames(() -> now, SeenFrames.MAX_ANSWERS);
    private final List<Duration> lengths = new ArrayList<>();
    private final KnownPast past = new KnownPast(seen, (camera, from, until) -> {
        lengths.add(Duration.between(from, until));
        return new FramePast.Span(from.isBefore(until) ? List.of(frame(7, from)) : List.of(), Optional.of(from));
    }, () -> now);

    @BeforeEach
    void watch() {
        seen.watch("yard");
    }

    private static SeenFrame frame(int offset, Instant at) {
        return new SeenFrame(new RecordCoordinates("images", 0, offset), at, List.of());
    }

    private Optional<Instant> read(Instant from, Instant until) {
        return past.read("yard", from, until, 10);
    }

    @Test
    void onlyTheTimeBeforeTheCameraWasWatchedIsRead() {
        Instant from = WATCHED.minusSeconds(60);

        assertThat(read(from, WATCHED.plusSeconds(60))).contains(from);
        assertThat(lengths).containsExactly(Duration.ofSeconds(60));
        assertThat(seen.frames("yard", from, WATCHED)).containsExactly(frame(7, from));
    }

    @Test
    void ofTheTimeSinceThenOnlyTheEarliestTimeIsAsked() {
        assertThat(read(WATCHED.plusSeconds(1), WATCHED.plusSeconds(60))).contains(WATCHED.plusSeconds(1));
        assertThat(lengths).containsExactly(Duration.ZERO);
    }

    @Test
    void whatWasReadLatelyIsNotReadAgain() {
        read(WATCHED.minusSeconds(3_600), WATCHED);
        read(WATCHED.minusSeconds(3_590), WATCHED);
        assertThat(lengths).containsExactly(Duration.ofSeconds(3_600), Duration.ZERO);

        now = WATCHED.plus(Duration.ofMinutes(11));
        read(WATCHED.minusSeconds(3_590), WATCHED);
        assertThat(lengths.get(2)).isEqualTo(Duration.ofSeconds(3_590));
    }

    @Test
    void aMuchShorterTimeIsReadForItself() {
        read(WATCHED.minusSeconds(36_000), WATCHED);
        read(WATCHED.minusSeconds(36_000), WATCHED.minusSeconds(32_400));

        assertThat(lengths).containsExactly(Duration.ofHours(10), Duration.ofHours(1));
    }

    @Test
    void whereEnoughFramesAreKnownNothingIsRead() {
        IntStream.range(0, 10).forEach(i -> seen.add("yard", frame(i, WATCHED.minusSeconds(10 + i))));
        read(WATCHED.minusSeconds(60), WATCHED);

        assertThat(lengths).containsExactly(Duration.ZERO);
    }
}
