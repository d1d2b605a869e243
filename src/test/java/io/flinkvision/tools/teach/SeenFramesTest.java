package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.SeenFrame.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeenFramesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant EVER = START.plus(Duration.ofDays(3650));

    private final SeenFrames seen = new SeenFrames(InstantSource.fixed(START), SeenFrames.MAX_ANSWERS);

    private static SeenFrame frame(long offset, Instant at, String... labels) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            answers.add(new Answer("region " + i, labels[i], 0.9f, false));
        }
        return new SeenFrame(new RecordCoordinates("images", 0, offset), at, answers);
    }

    private List<SeenFrame> all(String camera) {
        return seen.frames(camera, START, EVER);
    }

    @Test
    void aFrameOfAWatchedCameraIsFoundByItsTime() {
        seen.watch("gate");
        SeenFrame early = frame(1, START.plusSeconds(10), "open");
        SeenFrame late = frame(0, START.plusSeconds(20), "shut");
        seen.add("gate", late);
        seen.add("gate", early);
        assertThat(all("gate")).containsExactly(early, late);
        assertThat(seen.frames("gate", START, START.plusSeconds(20))).containsExactly(early);
        assertThat(seen.frames("gate", START.plusSeconds(20), EVER)).containsExactly(late);
    }

    @Test
    void framesOfOtherCamerasCostNothing() {
        seen.watch("gate");
        for (int camera = 0; camera < 2_000; camera++) {
            seen.add("camera " + camera, frame(camera, START, "open"));
        }
        assertThat(seen.count()).isZero();
    }

    @Test
    void twoThousandCamerasOfOneFrameEachAreTwoThousandFrames() {
        for (int camera = 0; camera < 2_000; camera++) {
            seen.watch("camera " + camera);
            seen.add("camera " + camera, frame(camera, START, "open"));
        }
        assertThat(seen.count()).isEqualTo(2_000);
    }

    @Test
    void theCameraThatWasAskedForLongestAgoIsForgottenFirst() {
        IntStream.range(0, SeenFrames.MAX_CAMERAS).forEach(camera -> seen.watch("camera " + camera));
        seen.watch("camera 0");
        seen.watch("one more");
        assertThat(seen.isWatched("camera 0")).isTrue();
        assertThat(seen.isWatched("camera 1")).isFalse();
        assertThat(seen.isWatched("one more")).isTrue();
    }

    @Test
    void aRecordThatIsReadTwiceIsOneFrame() {
        seen.watch("gate");
        seen.add("gate", frame(1, START, "open"));
        seen.add("gate", frame(1, START, "open"));
        assertThat(seen.count()).isEqualTo(1);
    }

    @Test
    void hoursAgoStayRepresentedAsWellAsTheLastMinute() {
        seen.watch("gate");
        int seconds = 50_000;
        for (int second = 0; second < seconds; second++) {
            seen.add("gate", frame(second, START.plusSeconds(second), "open"));
        }
        assertThat(seen.count()).isBetween(SeenFrames.MAX_FRAMES_PER_CAMERA / 4, SeenFrames.MAX_FRAMES_PER_CAMERA);
        // Each tenth of the time has its share of what was kept when frames were last dropped.
        for (int tenth = 0; tenth < 9; tenth++) {
            assertThat(seen.frames("gate", START.plusSeconds(tenth * seconds / 10L),
                    START.plusSeconds((tenth + 1) * seconds / 10L))).as("tenth %s", tenth).hasSizeBetween(60, 500);
        }
    }

    @Test
    void whatTheCameraSeesRarelySurvives() {
        seen.watch("gate");
        for (int second = 0; second < 40_000; second++) {
            seen.add("gate", frame(second, START.plusSeconds(second), second % 2_000 < 8 ? "open" : "shut"));
        }
        long open = all("gate").stream()
                .filter(frame -> frame.answer("region 0").orElseThrow().label().equals("open"))
                .count();
        assertThat(open).isGreaterThanOrEqualTo(14);
    }

    @Test
    void oneFrameOfAWrongTimeCostsNoOtherOneItsPlace() {
        seen.watch("gate");
        seen.add("gate", frame(99_999, START.plus(Duration.ofDays(3000)), "open"));
        for (int second = 0; second <= SeenFrames.MAX_FRAMES_PER_CAMERA; second++) {
            seen.add("gate", frame(second, START.plusSeconds(second), "open"));
        }
        assertThat(seen.count()).isBetween(SeenFrames.MAX_FRAMES_PER_CAMERA / 4, SeenFrames.MAX_FRAMES_PER_CAMERA);
    }

    @Test
    void framesOfOneTimeStayWithinTheLimit() {
        seen.watch("gate");
        IntStream.range(0, 3 * SeenFrames.MAX_FRAMES_PER_CAMERA)
                .forEach(i -> seen.add("gate", frame(i, START, "label " + i)));
        assertThat(seen.count()).isLessThanOrEqualTo(SeenFrames.MAX_FRAMES_PER_CAMERA);
    }

    @Test
    void whenThereAreTooManyAnswersTheCameraWithTheMostGivesUpHalf() {
        SeenFrames small = new SeenFrames(InstantSource.fixed(START), 100);
        small.watch("few");
        small.watch("many");
        IntStream.range(0, 10).forEach(i -> small.add("few", frame(i, START.plusSeconds(i), "open")));
        IntStream.range(0, 200).forEach(i -> small.add("many", frame(i, START.plusSeconds(i), "open", "shut", "open")));
        assertThat(small.frames("few", START, EVER)).hasSize(10);
        assertThat(small.frames("many", START, EVER)).hasSizeBetween(10, 30);
    }

    @Test
    void whatRetentionDeletedIsDroppedWithWhatWasBefore() {
        seen.watch("gate");
        IntStream.range(0, 10).forEach(i -> seen.add("gate", frame(i, START.plusSeconds(i), "open")));
        seen.removeUpTo("gate", frame(6, START, "open"));
        assertThat(all("gate")).extracting(frame -> frame.source().offset()).containsExactly(7L, 8L, 9L);
        seen.forget("gate");
        assertThat(seen.count()).isZero();
    }

    @Test
    void aFramesIdNamesItsRecord() {
        SeenFrame frame = new SeenFrame(new RecordCoordinates("images-of-7", 3, 4711), START, List.of());
        assertThat(SeenFrame.source(frame.id())).contains(frame.source());
        for (String id : List.of("", "images", "images-3", "images-1-99999999999999999999", "../x-1-2")) {
            assertThat(SeenFrame.source(id)).as(id).isEmpty();
        }
    }
}
