package io.flinkvision.tools.bench;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of one way to classify one set of pictures with one model. Where it comes from does not matter, so
 * that other programs can add theirs.
 *
 * @param model the model's name
 * @param pictures the set's name, such as {@code 640x480 jpeg}
 * @param pictureBytes of a picture, on average
 * @param way what was measured, such as {@link #BARE_LOOP}
 * @param parallelism threads that work on pictures
 * @param rounds at least one; those of one report that bear the same number were run one after the other
 * @param latency under half of the load, where it was measured
 */
public record Row(
        String model,
        String pictures,
        long pictureBytes,
        String way,
        int parallelism,
        List<Round> rounds,
        Optional<Latency> latency) {

    /** Decode, preprocess and infer in one thread, without Kafka and Flink. */
    public static final String BARE_LOOP = "bare loop";

    /** The job, from broker to broker. */
    public static final String JOB = "job";

    /** A plain consumer and producer around a naive decode. */
    public static final String CONSUMER_LOOP = "consumer loop";

    /** The stages of the bare loop. */
    public static final String DECODE = "stage decode";
    public static final String PREPROCESS = "stage preprocess";
    public static final String INFER = "stage infer";

    public Row {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(way, "way");
        Objects.requireNonNull(latency, "latency");
        rounds = List.copyOf(rounds);
        if (parallelism < 1 || rounds.isEmpty()) {
            throw new IllegalArgumentException(
                    way + ": " + rounds.size() + " rounds at a parallelism of " + parallelism);
        }
    }

    /** Of a figure of each round. */
    public Spread spread(ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /** The most memory of any round; empty where it was not told. */
    public OptionalLong peakResidentBytes() {
        return rounds.stream().flatMapToLong(round -> round.peakResidentBytes().stream()).max();
    }

    /** How many pictures all rounds had. */
    public long totalPictures() {
        return rounds.stream().mapToLong(Round::pictures).sum();
    }

    /** How many of them got labels. */
    public long totalLabelled() {
        return rounds.stream().mapToLong(Round::labelled).sum();
    }
}
