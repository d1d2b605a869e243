package io.flinkvision.tools.bench;

import io.flinkvision.tools.bench.GrowthReport.Dimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report of growth, of invented figures. */
public final class SampleGrowth {

    private SampleGrowth() {}

    /** Three rounds at parallelism 1, 2 and 4, and of each other dimension some points. */
    public static GrowthReport complete() {
        List<GrowthReport.Point> points = new ArrayList<>(List.of(
                parallelism(1, 100, 80, 87.5), parallelism(2, 140, 160, 140), parallelism(4, 150, 160, 155),
                new GrowthReport.Point(Dimension.CAMERAS, "1", row(1, 100, 99, 98)),
                new GrowthReport.Point(Dimension.CAMERAS, "10,000", row(1, 98, 97, 99)),
                new GrowthReport.Point(Dimension.HEADS, "0", row(1, 100, 80, 100)),
                new GrowthReport.Point(Dimension.HEADS, "1,000", row(1, 98, 80, 95))));
        for (Dimension dimension : List.of(
                Dimension.SIZE, Dimension.PARTITIONS, Dimension.TOP_K, Dimension.MODEL, Dimension.REGIONS)) {
            points.add(new GrowthReport.Point(dimension, "the only one", row(1, 90, 100, 110)));
        }
        return new GrowthReport(Map.of("machine", "2 processors"), 2, points);
    }

    private static GrowthReport.Point parallelism(int parallelism, double... rates) {
        return new GrowthReport.Point(Dimension.PARALLELISM, Integer.toString(parallelism), row(parallelism, rates));
    }

    /** At 11 ms of CPU time per picture. */
    private static Row row(int parallelism, double... rates) {
        Round[] rounds = new Round[rates.length];
        for (int i = 0; i < rates.length; i++) {
            rounds[i] = SampleReport.round(100, 100 / rates[i], 1.1, 0.2);
        }
        return SampleReport.row(Row.JOB, parallelism, rounds);
    }
}
