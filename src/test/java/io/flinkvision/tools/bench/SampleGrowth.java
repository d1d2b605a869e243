package io.flinkvision.tools.bench;

import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A report of growth, of invented figures. */
public final class SampleGrowth {

    private SampleGrowth() {}

    /** Three rounds at parallelism 1, 2 and 4, and of each other dimension some points. */
    public static GrowthReport complete() {
        List<GrowthReport.Point> points = new ArrayList<>(List.of(
                parallelism(1, 100, 80, 87.5), parallelism(2, 140, 160, 140), parallelism(4, 150, 160, 155),
                point(Dimension.CAMERAS, "1", 100, 99, 98),
                point(Dimension.CAMERAS, "10,000", 98, 97, 99),
                point(Dimension.HEADS, "0", 100, 80, 100),
                point(Dimension.HEADS, "1,000", 98, 80, 95)));
        for (Dimension dimension : List.of(
                Dimension.SIZE, Dimension.PARTITIONS, Dimension.TOP_K, Dimension.MODEL, Dimension.REGIONS)) {
            points.add(point(dimension, "the only one", 90, 100, 110));
        }
        return new GrowthReport(Map.of("machine", "2 processors"), 2, points);
    }

    /** With a bare loop of 100 pictures per second and thread, on two processors. */
    private static GrowthReport.Point parallelism(int parallelism, double... rates) {
        double loop = 100 * Math.min(2, parallelism);
        return new GrowthReport.Point(Dimension.PARALLELISM, Integer.toString(parallelism),
                row(Row.JOB, parallelism, rates), Optional.of(row(Row.BARE_LOOP, parallelism, loop, loop, loop)));
    }

    private static GrowthReport.Point point(Dimension dimension, String at, double... rates) {
        return new GrowthReport.Point(dimension, at, row(Row.JOB, 1, rates), Optional.empty());
    }

    /** At 11 ms of CPU time per picture, without a broker. */
    private static Row row(String way, int parallelism, double... rates) {
        Round[] rounds = new Round[rates.length];
        for (int i = 0; i < rates.length; i++) {
            rounds[i] = SampleReport.round(100, 100 / rates[i], 1.1, 0);
        }
        return SampleReport.row(way, parallelism, rounds);
    }
}
