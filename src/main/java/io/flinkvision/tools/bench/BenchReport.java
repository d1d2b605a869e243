package io.flinkvision.tools.bench;

import io.flinkvision.tools.bench.Ratio.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that was measured.
 *
 * @param environment what it was measured on, and how: names and values, in the order in which they are printed
 * @param processors of the machine
 * @param lingerMillis how long the job's producer waits for further labels before it sends the first
 * @param rows what was measured
 */
public record BenchReport(Map<String, String> environment, int processors, double lingerMillis, List<Row> rows) {

    private static final int PARALLEL = 2;

    public BenchReport {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        rows = List.copyOf(rows);
        if (processors < 1) {
            throw new IllegalArgumentException("A machine of " + processors + " processors");
        }
    }

    /** The same, with rows that were measured elsewhere. */
    public BenchReport with(List<Row> others) {
        return new BenchReport(environment, processors, lingerMillis,
                Stream.concat(rows.stream(), others.stream()).toList());
    }

    /** Whether each picture got labels, whichever way it went. */
    public boolean everythingLabelled() {
        return rows.stream().allMatch(row -> row.totalLabelled() == row.totalPictures());
    }

    /** The ratios that have a target, of each model and set of pictures that has the rows for them. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        rows.stream().map(row -> List.of(row.model(), row.pictures())).distinct()
                .forEach(names -> addRatios(names.get(0), names.get(1), ratios));
        return List.copyOf(ratios);
    }

    private void addRatios(String model, String pictures, List<Ratio> ratios) {
        Optional<Row> bare = row(model, pictures, Row.BARE_LOOP, 1);
        Optional<Row> job = row(model, pictures, Row.JOB, 1);
        Optional<Row> parallel = row(model, pictures, Row.JOB, PARALLEL);
        Optional<Row> consumerLoop = row(model, pictures, Row.CONSUMER_LOOP, 1);
        add(ratios, "job : bare loop, pictures a second", job, bare,
                (one, other) -> one.rate() / other.rate(), Bound.AT_LEAST, 0.95);
        add(ratios, "job : bare loop, processor time a picture", job, bare,
                (one, other) -> one.processorSecondsAPicture() / other.processorSecondsAPicture(),
                Bound.AT_MOST, 1.05);
        add(ratios, "job at parallelism 2 : 1, without the broker", parallel, job,
                (two, one) -> two.rateWithoutBroker(PARALLEL, processors) / one.rateWithoutBroker(1, processors),
                Bound.AT_LEAST, 1.8);
        add(ratios, "job : consumer loop, pictures a second", job, consumerLoop,
                (one, other) -> one.rate() / other.rate(), Bound.AT_LEAST, 1.3);
        job.flatMap(Row::latency).ifPresent(latency -> bare.ifPresent(row -> ratios.add(new Ratio(
                model, pictures, "job's p99 at half load : 3 x bare loop + linger",
                row.spread(round -> latency.p99Millis() / (3e3 / round.rate() + lingerMillis)),
                Bound.AT_MOST, 1))));
    }

    private static void add(List<Ratio> ratios, String name, Optional<Row> one, Optional<Row> other,
            ToDoubleBiFunction<Round, Round> ratio, Bound bound, double target) {
        if (one.isEmpty() || other.isEmpty()) {
            return;
        }
        List<Round> numerators = one.get().rounds();
        List<Round> denominators = other.get().rounds();
        List<Double> values = IntStream.range(0, Math.min(numerators.size(), denominators.size()))
                .mapToObj(i -> ratio.applyAsDouble(numerators.get(i), denominators.get(i)))
                .toList();
        ratios.add(new Ratio(one.get().model(), one.get().pictures(), name, Spread.of(values), bound, target));
    }

    private Optional<Row> row(String model, String pictures, String way, int parallelism) {
        return rows.stream()
                .filter(row -> row.model().equals(model) && row.pictures().equals(pictures)
                        && row.way().equals(way) && row.parallelism() == parallelism)
                .findFirst();
    }
}
