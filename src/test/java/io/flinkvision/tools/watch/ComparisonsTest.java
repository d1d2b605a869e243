package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonsTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    private static final ComparedModels MODELS = models("new");

    private final Comparisons comparisons = new Comparisons();

    @Test
    void aLaterRecordOfACameraIncludesTheEarlierOnes() {
        add("gate", MODELS, 10, new Counts(1, 0, 0, 0, 0.5));
        add("gate", MODELS, 20, new Counts(4, 1, 0, 0, 2), new Disagreement("a", "b", 1, "images-0-1"));
        add("yard", MODELS, 15, new Counts(1, 2, 1, 3, 0), new Disagreement("b", "a", 2, "images-0-2"),
                new Disagreement("a", "b", 1, "images-0-3"));
        // A job repeats a record after a failure.
        add("yard", MODELS, 15, new Counts(1, 2, 1, 3, 0), new Disagreement("b", "a", 2, "images-0-2"),
                new Disagreement("a", "b", 1, "images-0-3"));

        Comparisons.Summary summary = comparisons.summary().orElseThrow();
        assertThat(summary.counts()).isEqualTo(new Counts(5, 3, 1, 3, 2));
        assertThat(summary.cameras()).extracting(camera -> camera.keyText().orElse("-")).containsExactly("yard", "gate");
        assertThat(summary.disagreements()).containsExactly(
                new Disagreement("a", "b", 2, "images-0-3"), new Disagreement("b", "a", 2, "images-0-2"));
        assertThat(summary.since()).isEqualTo(START);
        assertThat(summary.at()).isEqualTo(START.plusSeconds(20));
        assertThat(summary.isOfFew()).isTrue();
    }

    @Test
    void onlyTheTwoModelsCountThatWereComparedLast() {
        add("gate", MODELS, 10, new Counts(1, 0, 0, 0, 0));
        add("yard", models("newer"), 20, new Counts(2, 0, 0, 0, 0));
        add("gate", MODELS, 19, new Counts(9, 0, 0, 0, 0));

        assertThat(comparisons.summary().orElseThrow().models()).isEqualTo(models("newer"));
        assertThat(comparisons.summary().orElseThrow().counts().compared()).isEqualTo(2);
    }

    @Test
    void keepsABoundedNumberOfCameras() {
        for (int i = 0; i < Comparisons.MAX_CAMERAS + 5; i++) {
            add("camera-" + i, MODELS, 10, new Counts(1, 0, 0, 0, 0));
        }

        assertThat(comparisons.summary().orElseThrow().cameras()).hasSize(Comparisons.MAX_CAMERAS);
        assertThat(comparisons.summary().orElseThrow().isOfFew()).isFalse();
    }

    @Test
    void saysNothingOfNothing() {
        assertThat(comparisons.summary()).isEmpty();
    }

    private static ComparedModels models(String candidate) {
        return ComparedModels.of(new Named("old", "0".repeat(64)), List.of("a", "b"),
                new Named(candidate, "1".repeat(64)), List.of("a", "b"));
    }

    private void add(String camera, ComparedModels models, long second, Counts counts, Disagreement... disagreements) {
        comparisons.add(new ModelComparison(Optional.of(camera.getBytes(UTF_8)), models, START,
                START.plusSeconds(second), counts, List.of(disagreements), 0));
    }
}
