package io.flinkvision.tools.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reports of invented figures. */
public final class SampleReport {

    private static final WarmUp WARM_UP = new WarmUp(3, List.of());

    private SampleReport() {}

    /** Two rounds of all that a report of one model and one set of pictures has. */
    public static BenchReport complete() {
        return new BenchReport(Map.of("machine", "2 processors"), 2, 5, List.of(
                row(Row.BARE_LOOP, 1, round(100, 1.0, 1.0, 0), round(100, 1.2, 1.1, 0)),
                row(Row.BARE_LOOP, 2, round(100, 0.5, 1.0, 0), round(100, 0.6, 1.1, 0)),
                row(Row.DECODE, 1, round(100, 0.5, 0.5, 0), round(100, 0.6, 0.6, 0)),
                row(Row.JOB, 1, WARM_UP, Optional.of(new Latency(50, 49.5, 12.5, 28)),
                        round(100, 1.0, 1.02, 0.2), round(100, 1.2, 1.21, 0.2)),
                row(Row.JOB, 2, round(100, 0.6, 1.1, 0.2), round(100, 0.7, 1.1, 0.2)),
                row(Row.CONSUMER_LOOP, 1, round(100, 1.4, 1.4, 0.2), round(100, 1.4, 1.4, 0.2))));
    }

    static Row row(String way, int parallelism, Round... rounds) {
        return row(way, parallelism, WARM_UP, Optional.empty(), rounds);
    }

    static Row row(String way, int parallelism, WarmUp warmUp, Round... rounds) {
        return row(way, parallelism, warmUp, Optional.empty(), rounds);
    }

    private static Row row(String way, int parallelism, WarmUp warmUp, Optional<Latency> latency, Round... rounds) {
        return new Row("small", "640x480 jpeg", 70_000, way, parallelism, Arrays.asList(rounds),
                Optional.of(warmUp), latency);
    }

    static Round round(int pictures, double seconds, double processorSeconds, double brokerSeconds) {
        return new Round(pictures, pictures, seconds, processorSeconds, brokerSeconds, 0, 1_000L * pictures,
                OptionalLong.of(500_000_000));
    }

    /** A round in which a picture got no labels. */
    static Round incomplete() {
        return new Round(10, 9, 1, 1, 0, 0, 0, OptionalLong.empty());
    }
}
