package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ShadowComparison comparison = new ShadowComparison(now::get);

    @Test
    void isShownUntilNoPictureHasBeenComparedForAWhile() {
        assertThat(comparison.json()).isEmpty();
        add("gate", new Counts(1, 1, 0, 0, 0));
        assertThat(comparison.json().orElseThrow().path("agreement").path("estimate").doubleValue()).isEqualTo(0.5);

        now.set(START.plus(ShadowComparison.SHOWN));
        assertThat(comparison.json()).isPresent();
        now.set(START.plus(ShadowComparison.SHOWN).plusMillis(1));
        assertThat(comparison.json()).isEmpty();
    }

    @Test
    void sendsTheCamerasThatAgreeLeastAndShortensTexts() {
        for (int i = 0; i < 2 * ShadowComparison.MAX_CAMERAS; i++) {
            add("camera-" + i, new Counts(i, 1, 0, 0, 0));
        }
        add("c".repeat(500), new Counts(0, 1, 0, 0, 0));

        JsonNode json = comparison.json().orElseThrow();
        assertThat(json.path("cameraCount").intValue()).isEqualTo(2 * ShadowComparison.MAX_CAMERAS + 1);
        assertThat(json.path("cameras")).hasSize(ShadowComparison.MAX_CAMERAS);
        assertThat(json.path("cameras").path(0).path("agreed").intValue()).isZero();
        assertThat(json.path("cameras").path(1).path("name").textValue()).hasSize(200);
    }

    @Test
    void hasNoAgreementWhereTheShadowFailedOnAllPictures() {
        add("gate", new Counts(0, 0, 0, 5, 0));

        assertThat(comparison.json().orElseThrow().has("agreement")).isFalse();
    }

    private void add(String camera, Counts counts) {
        comparison.add(new ModelComparison(Optional.of(camera.getBytes(UTF_8)),
                ComparedModels.of(new Named("old", "0".repeat(64)), List.of("a"), new Named("new", "1".repeat(64)),
                        List.of("a")), START, START, counts, List.of(), 0));
    }
}
