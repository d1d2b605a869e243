package io.flinkvision.tools.watch;

import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The latest comparison of each camera between the two models that were compared last. */
public final class Comparisons {

    /** Cameras that are kept; later ones are left out. */
    public static final int MAX_CAMERAS = 10_000;

    /** Pictures without which a share says little: with 300, nine of ten may as well be seven of eight. */
    public static final int FEW_PICTURES = 300;

    private final Map<String, ModelComparison> cameras = new LinkedHashMap<>();
    private Optional<ComparedModels> models = Optional.empty();
    private Instant at = Instant.MIN;

    /**
     * All cameras together.
     *
     * @param since when the first picture was classified
     * @param at when the last one was
     * @param counts of all pictures
     * @param cameras those with the lowest agreement first
     * @param disagreements pairs of labels of all cameras, the most frequent first
     * @param otherDisagreements pictures of pairs that no record lists
     */
    public record Summary(ComparedModels models, Instant since, Instant at, Counts counts,
            List<ModelComparison> cameras, List<Disagreement> disagreements, long otherDisagreements) {

        public Summary {
            Objects.requireNonNull(models, "models");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(counts, "counts");
            cameras = List.copyOf(cameras);
            disagreements = List.copyOf(disagreements);
        }

        /** Whether so few pictures were compared that their share says little. */
        public boolean isOfFew() {
            return counts.compared() < FEW_PICTURES;
        }
    }

    /** Adds a record, in the order of the topic. */
    public void add(ModelComparison comparison) {
        boolean isOfOthers = !models.equals(Optional.of(comparison.models()));
        if (isOfOthers && comparison.at().isBefore(at)) {
            return;
        }
        if (isOfOthers) {
            models = Optional.of(comparison.models());
            cameras.clear();
        }
        at = comparison.at().isAfter(at) ? comparison.at() : at;
        String camera = comparison.keyText().map(text -> "+" + text).orElse("");
        if (cameras.containsKey(camera) || cameras.size() < MAX_CAMERAS) {
            cameras.put(camera, comparison);
        }
    }

    /** All that was added; empty if nothing was. */
    public Optional<Summary> summary() {
        if (models.isEmpty()) {
            return Optional.empty();
        }
        List<ModelComparison> all = cameras.values().stream()
                .sorted(Comparator.comparingDouble(Comparisons::agreement)
                        .thenComparing(camera -> camera.keyText().orElse("")))
                .toList();
        return Optional.of(new Summary(models.get(),
                all.stream().map(ModelComparison::since).min(Comparator.naturalOrder()).orElseThrow(), at,
                all.stream().map(ModelComparison::counts).reduce(Counts.NONE, Counts::plus), all, disagreements(all),
                all.stream().mapToLong(ModelComparison::otherDisagreements).sum()));
    }

    private static double agreement(ModelComparison camera) {
        return camera.counts().compared() == 0
                ? 1
                : (double) camera.counts().agreed() / camera.counts().compared();
    }

    private static List<Disagreement> disagreements(List<ModelComparison> all) {
        Map<List<String>, Disagreement> pairs = new LinkedHashMap<>();
        for (ModelComparison camera : all) {
            for (Disagreement pair : camera.disagreements()) {
                pairs.merge(List.of(pair.current(), pair.candidate()), pair, (one, other) -> new Disagreement(
                        one.current(), one.candidate(), one.count() + other.count(), one.example()));
            }
        }
        List<Disagreement> sorted = new ArrayList<>(pairs.values());
        sorted.sort(Disagreement.ORDER);
        return sorted;
    }
}
