package io.flinkvision.job.event;

import io.flinkvision.core.inference.Label;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scores of a camera's labels, smoothed: what a {@link Smoothing} has to remember of the frames. */
public sealed interface SmoothedScores {

    /** The smoothed score of each label that has one, by the labels' order as text; each from 0 to 1. */
    SortedMap<String, Double> means();

    /**
     * The exponentially weighted mean's sums.
     *
     * @param time of the last frame, which weighs 1
     * @param weight of all frames together
     * @param sums of each label's weighted scores
     */
    record WeightedSums(Instant time, double weight, SortedMap<String, Double> sums) implements SmoothedScores {

        static final WeightedSums NONE = new WeightedSums(Instant.EPOCH, 0, Collections.emptySortedMap());

        /** A mean below this is none, so that labels that went do not stay in the state for ever. */
        private static final double SMALLEST_MEAN = 1e-6;

        public WeightedSums {
            Objects.requireNonNull(time, "time");
            sums = Collections.unmodifiableSortedMap(new TreeMap<>(sums));
        }

        WeightedSums plus(Frame frame, Duration halfLife) {
            double age = Duration.between(time, frame.time()).toMillis();
            // Strict, so that every machine finds the same events.
            double factor = weight == 0 ? 0 : StrictMath.pow(2, -age / halfLife.toMillis());
            SortedMap<String, Double> all = new TreeMap<>();
            sums.forEach((label, sum) -> all.put(label, sum * factor));
            for (Label label : frame.labels()) {
                all.merge(label.label(), (double) label.score(), Double::sum);
            }
            double total = weight * factor + 1;
            all.values().removeIf(sum -> sum / total < SMALLEST_MEAN);
            return new WeightedSums(frame.time(), total, all);
        }

        @Override
        public SortedMap<String, Double> means() {
            SortedMap<String, Double> means = new TreeMap<>();
            sums.forEach((label, sum) -> means.put(label, sum / weight));
            return means;
        }
    }

    /**
     * The frames of the sliding window.
     *
     * @param frames in their order
     */
    record RecentFrames(List<Frame> frames) implements SmoothedScores {

        static final RecentFrames NONE = new RecentFrames(List.of());

        public RecentFrames {
            frames = List.copyOf(frames);
        }

        RecentFrames plus(Frame frame, Duration length) {
            Instant start = frame.time().minus(length);
            List<Frame> recent = new ArrayList<>(frames);
            recent.removeIf(old -> !old.time().isAfter(start));
            recent.add(frame);
            return new RecentFrames(recent);
        }

        @Override
        public SortedMap<String, Double> means() {
            SortedMap<String, Double> means = new TreeMap<>();
            for (Frame frame : frames) {
                frame.labels().forEach(
                        label -> means.merge(label.label(), (double) label.score() / frames.size(), Double::sum));
            }
            return means;
        }
    }
}
