package io.flinkvision.job.event;

import io.flinkvision.core.inference.Label;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The smoothed scores of a camera's labels: an exponentially weighted average of irregularly spaced frames, whose weight
 * halves with each half-life of their age. Age is event time, so the average does not depend on processing speed.
 *
 * @param time of the last frame, which has weight 1
 * @param weight sum of the weights of all frames
 * @param sums weighted sum of the scores, by label
 */
public record SmoothedScores(Instant time, double weight, SortedMap<String, Double> sums) {

    static final SmoothedScores NONE = new SmoothedScores(Instant.EPOCH, 0, Collections.emptySortedMap());

    /** Labels below this average are dropped, so that the state does not grow with every label ever seen. */
    private static final double MIN_AVERAGE = 1e-6;

    public SmoothedScores {
        Objects.requireNonNull(time, "time");
        sums = Collections.unmodifiableSortedMap(new TreeMap<>(sums));
    }

    /** @param frame no earlier than {@link #time} */
    SmoothedScores plus(Frame frame, Duration halfLife) {
        double age = Duration.between(time, frame.time()).toMillis();
        // StrictMath, so that every machine finds the same events.
        double factor = weight == 0 ? 0 : StrictMath.pow(2, -age / halfLife.toMillis());
        SortedMap<String, Double> all = new TreeMap<>();
        sums.forEach((label, sum) -> all.put(label, sum * factor));
        for (Label label : frame.labels()) {
            all.merge(label.label(), (double) label.score(), Double::sum);
        }
        double total = weight * factor + 1;
        all.values().removeIf(sum -> sum / total < MIN_AVERAGE);
        return new SmoothedScores(frame.time(), total, all);
    }

    /** The average score of each label, from 0 to 1, in text order of the labels. */
    SortedMap<String, Double> averages() {
        SortedMap<String, Double> averages = new TreeMap<>();
        sums.forEach((label, sum) -> averages.put(label, sum / weight));
        return averages;
    }
}
