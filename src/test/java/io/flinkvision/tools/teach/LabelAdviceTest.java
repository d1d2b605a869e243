package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LabelAdviceTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-03-10T00:00:00Z");

    private final List<StoredPicture> pictures = new ArrayList<>();

    /** Pictures a minute apart. */
    private LabelAdviceTest add(String label, int hour, int count) {
        for (int i = 0; i < count; i++) {
            Instant at = MIDNIGHT.plus(Duration.ofHours(hour)).plus(Duration.ofMinutes(i));
            pictures.add(new StoredPicture("picture" + pictures.size(), at, label, Path.of("any")));
        }
        return this;
    }

    private Map<String, List<String>> needs(ZoneId zone) {
        return new LabelAdvice(zone).counts(pictures, StoredPicture::id, List.of("empty")).stream()
                .collect(Collectors.toMap(LabelCount::label, LabelCount::needs));
    }

    @Test
    void tenDifferentOnesOverTheSameHoursAreEnough() {
        add("open", 12, 10).add("shut", 12, 12);

        assertThat(needs(ZoneOffset.UTC)).isEqualTo(Map.of("open", List.of("enough"), "shut", List.of("enough"),
                "empty", List.of("more different ones")));
    }

    @Test
    void nearDuplicatesCountOnce() {
        add("open", 12, 20);

        List<LabelCount> counts = new LabelAdvice(ZoneOffset.UTC)
                .counts(pictures, picture -> picture.at().getEpochSecond() / 180, List.of());

        assertThat(counts).containsExactly(new LabelCount("open", 20, 7, List.of("more different ones")));
    }

    @Test
    void aLabelThatOthersHaveAtNightNeedsSomeThere() {
        add("open", 12, 30).add("open", 23, 1).add("shut", 12, 15).add("shut", 23, 8).add("shut", 3, 8);

        assertThat(needs(ZoneOffset.UTC)).containsEntry("open", List.of("more at night"))
                .containsEntry("shut", List.of("enough"));
        add("open", 2, 4);
        assertThat(needs(ZoneOffset.UTC)).containsEntry("open", List.of("enough"));
    }

    @Test
    void theHourIsThatOfTheCamera() {
        add("open", 12, 10).add("shut", 8, 10);

        assertThat(needs(ZoneOffset.UTC)).containsEntry("open", List.of("more in the morning"))
                .containsEntry("shut", List.of("more by day"));
        assertThat(needs(ZoneOffset.ofHours(12))).containsEntry("open", List.of("more in the evening"))
                .containsEntry("shut", List.of("more at night"));
        assertThat(needs(ZoneOffset.ofHours(3))).containsEntry("open", List.of("enough"));
    }

    @Test
    void aFewPicturesOfOthersSayNothingOfAnHour() {
        add("open", 12, 10).add("shut", 12, 12).add("shut", 23, 2);

        assertThat(needs(ZoneOffset.UTC)).containsEntry("open", List.of("enough"));
    }

    @Test
    void beyondThreeToOneTheSmallOneNeedsMore() {
        add("open", 12, 10).add("shut", 12, 31);

        assertThat(needs(ZoneOffset.UTC)).containsEntry("open", List.of("more, as others have many"))
                .containsEntry("shut", List.of("enough"));
    }

    @Test
    void picturesOfNothingInParticularNeedNothing() {
        add("none", 12, 1).add("open", 12, 10).add("none", 23, 20);

        assertThat(needs(ZoneOffset.UTC)).containsEntry("none", List.of("enough"))
                .containsEntry("open", List.of("enough"));
    }
}
