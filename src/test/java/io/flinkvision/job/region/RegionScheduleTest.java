package io.flinkvision.job.region;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A region that is answered once per second, at times in milliseconds. */
class RegionScheduleTest {

    private static final Region GATE = region("gate", Optional.of(Duration.ofSeconds(1)));
    private static final Region BAY = region("bay", Optional.of(Duration.ofSeconds(1)));

    private final RegionSchedule schedule = new RegionSchedule(3);

    @Test
    void isDueAgainOnceItsTimeIsOver() {
        assertThat(take("camera-1", GATE, 0)).isTrue();
        assertThat(take("camera-1", GATE, 999)).isFalse();
        assertThat(take("camera-1", GATE, 1_000)).isTrue();
        assertThat(take("camera-1", GATE, 1_999)).isFalse();
    }

    @Test
    void isDueInAPictureOfAnEarlierTime() {
        assertThat(take("camera-1", GATE, 5_000)).isTrue();
        assertThat(take("camera-1", GATE, 4_999)).isTrue();
        assertThat(take("camera-1", GATE, 5_000)).isFalse();
    }

    @Test
    void isNotUsedUpByAPictureThatIsNotRemembered() {
        assertThat(schedule.isDue(GATE, key("camera-1"), Instant.ofEpochMilli(0))).isTrue();
        assertThat(schedule.isDue(GATE, key("camera-1"), Instant.ofEpochMilli(1))).isTrue();
    }

    @Test
    void camerasAndRegionsHaveTurnsOfTheirOwn() {
        assertThat(take("camera-1", GATE, 0)).isTrue();
        assertThat(take("camera-2", GATE, 1)).isTrue();
        assertThat(take("camera-1", BAY, 2)).isTrue();
        assertThat(take("camera-1", GATE, 3)).isFalse();
        assertThat(take("camera-2", GATE, 3)).isFalse();
    }

    @Test
    void isAlwaysDueWithoutAnEveryAndWithoutACamera() {
        Region always = region("always", Optional.empty());

        assertThat(take("camera-1", always, 0)).isTrue();
        assertThat(take("camera-1", always, 0)).isTrue();
        schedule.remember(GATE, Optional.empty(), Instant.EPOCH);
        assertThat(schedule.isDue(GATE, Optional.empty(), Instant.EPOCH)).isTrue();
    }

    @Test
    void forgetsTheTurnOfLongestAgoWhereThereAreTooMany() {
        take("camera-1", GATE, 0);
        take("camera-2", GATE, 0);
        take("camera-3", GATE, 0);
        assertThat(take("camera-1", GATE, 1_000)).isTrue();
        take("camera-4", GATE, 0);

        assertThat(take("camera-1", GATE, 1_001)).isFalse();
        assertThat(take("camera-3", GATE, 1)).isFalse();
        assertThat(take("camera-2", GATE, 1)).isTrue();
    }

    private boolean take(String camera, Region region, long millis) {
        boolean due = schedule.isDue(region, key(camera), Instant.ofEpochMilli(millis));
        if (due) {
            schedule.remember(region, key(camera), Instant.ofEpochMilli(millis));
        }
        return due;
    }

    private static Optional<byte[]> key(String camera) {
        return Optional.of(camera.getBytes(UTF_8));
    }

    private static Region region(String name, Optional<Duration> every) {
        return new Region(new RegionKey(RegionKey.ALL_CAMERAS, name), new RegionBox(0, 0, 1, 1), every,
                Optional.empty());
    }
}
