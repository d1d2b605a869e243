package io.flinkvision.tools.wall;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last answer of each region of one camera: a record has only those that were due. Not thread-safe: {@link Cameras}
 * guards it.
 */
final class CameraRegions {

    /** Regions of a camera; a job has no more, but anybody may write to the topic. */
    static final int MAX = 128;

    private static final int MAX_NAME_CHARACTERS = 100;
    private static final int MAX_LABEL_CHARACTERS = 100;

    /** As many as tell heads from one another. */
    private static final int DIGEST_CHARACTERS = 8;

    /** No record says that a region was removed, so one is taken for removed after this long without an answer. */
    private static final long MAX_SILENCE_MILLIS = Duration.ofHours(1).toMillis();

    private final Map<String, View> regions = new TreeMap<>();

    /**
     * A region for the page; texts are shortened.
     *
     * @param label the most probable one
     * @param score that label's probability
     * @param unknown whether the head was taught nothing like it
     * @param small whether the region has few pixels
     * @param head the beginning of the digest of the head that answered; empty for the job's own model
     * @param at when the answer was written, in milliseconds since 1970-01-01T00:00Z
     */
    record View(String name, RegionBox box, String label, float score, boolean unknown, boolean small,
            Optional<String> head, long at) {

        private static View of(RegionAnswer answer, long time) {
            Label top = answer.labels().get(0);
            return new View(DisplayText.of(answer.name(), MAX_NAME_CHARACTERS), answer.box(),
                    DisplayText.of(top.label(), MAX_LABEL_CHARACTERS), top.score(), answer.unknown(), answer.small(),
                    answer.head().map(head -> head.digest().substring(0, DIGEST_CHARACTERS)), time);
        }

        /** With the texts of the answer before where they are the same, so that both hold them once. */
        private View sharing(View before) {
            return new View(before.name(), box, label.equals(before.label()) ? before.label() : label, score, unknown,
                    small, head.equals(before.head()) ? before.head() : head, at);
        }

        private boolean saysTheSameAs(View other) {
            return label.equals(other.label()) && unknown == other.unknown();
        }
    }

    /**
     * Takes a record's answers.
     *
     * @param time when it was written, in milliseconds since 1970-01-01T00:00Z
     * @return those that differ from the region's answer before
     */
    List<View> add(List<RegionAnswer> answers, long time) {
        List<View> changed = new ArrayList<>();
        answers.stream().limit(MAX).map(answer -> View.of(answer, time)).forEach(view -> {
            View before = regions.get(view.name());
            View kept = before == null ? view : view.sharing(before);
            regions.put(kept.name(), kept);
            if (before == null || !kept.saysTheSameAs(before)) {
                changed.add(kept);
            }
        });
        forgetSilent(time);
        return changed;
    }

    private void forgetSilent(long time) {
        regions.values().removeIf(view -> view.at() < time - MAX_SILENCE_MILLIS);
        if (regions.size() > MAX) {
            regions.values().stream()
                    .sorted(Comparator.comparingLong(View::at).reversed())
                    .skip(MAX)
                    .map(View::name)
                    .toList()
                    .forEach(regions::remove);
        }
    }

    /** The regions, sorted by name. */
    List<View> views() {
        return List.copyOf(regions.values());
    }
}
