package io.flinkvision.tools.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the job's pictures a second and cost grow.
 *
 * @param environment what it was measured on, and how: names and values, in the order in which they are printed
 * @param processors of the machine
 * @param points of one dimension after the other, in the order of its axis
 */
public record GrowthReport(Map<String, String> environment, int processors, List<GrowthPoint> points) {

    public GrowthReport {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        points = List.copyOf(points);
        if (processors < 1) {
            throw new IllegalArgumentException("A machine of " + processors + " processors");
        }
    }

    /** The dimensions that have points. */
    public List<Dimension> dimensions() {
        return points.stream().map(GrowthPoint::dimension).distinct().toList();
    }

    /** The points of a dimension, in the order of its axis. */
    public List<GrowthPoint> points(Dimension dimension) {
        return points.stream().filter(point -> point.dimension() == dimension).toList();
    }

    /**
     * The pictures a second of a point, divided by the parallelism and those at parallelism 1, round by round; empty
     * for the points of other dimensions.
     */
    public Optional<Spread> efficiency(GrowthPoint point) {
        if (point.dimension() != Dimension.PARALLELISM) {
            return Optional.empty();
        }
        List<Round> rounds = point.row().rounds();
        return points(Dimension.PARALLELISM).stream().map(GrowthPoint::row).filter(row -> row.parallelism() == 1)
                .findFirst().map(Row::rounds)
                .map(single -> Spread.of(IntStream.range(0, Math.min(rounds.size(), single.size()))
                        .mapToObj(i -> rounds.get(i).rate() / (point.row().parallelism() * single.get(i).rate()))
                        .toList()));
    }

    /** Whether each picture got labels. */
    public boolean everythingLabelled() {
        return points.stream().map(GrowthPoint::row).allMatch(row -> row.totalLabelled() == row.totalPictures());
    }
}
