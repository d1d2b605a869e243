package io.flinkvision.tools.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * All rounds of one way to classify a set of pictures.
 *
 * @param model name of the model
 * @param pictures name of the set of pictures
 * @param pictureBytes mean size of a picture
 * @param way how they were classified
 * @param parallelism number of threads that work on pictures
 * @param warmUp what came before the rounds; empty where it is unknown
 * @param latency under a steady load, where that was measured
 */
public record Row(
        String model,
        String pictures,
        long pictureBytes,
        String way,
        int parallelism,
        List<Round> rounds,
        Optional<WarmUp> warmUp,
        Optional<Latency> latency) {

    /** Decoding, preprocessing and inference, without Kafka and Flink. */
    public static final String BARE_LOOP = "bare loop";

    /** The job, broker to broker. */
    public static final String JOB = "job";

    /** A plain consumer and producer around a naive decode. */
    public static final String CONSUMER_LOOP = "consumer loop";

    /** The stages of the bare loop. */
    public static final String DECODE = "stage decode";
    public static final String PREPROCESS = "stage preprocess";
    public static final String INFER = "stage infer";

    /** The order of printing: what belongs together, and fewer threads first. */
    static final Comparator<Row> ORDER = Comparator
            .<Row>comparingInt(row -> List.of(BARE_LOOP, DECODE, PREPROCESS, INFER, JOB, CONSUMER_LOOP).indexOf(row.way))
            .thenComparingInt(Row::parallelism);

    public Row {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(way, "way");
        Objects.requireNonNull(warmUp, "warmUp");
        Objects.requireNonNull(latency, "latency");
        rounds = List.copyOf(rounds);
        if (parallelism < 1 || rounds.isEmpty()) {
            throw new IllegalArgumentException(
                    way + ": " + rounds.size() + " rounds at a parallelism of " + parallelism);
        }
    }

    /** The spread of a figure over the rounds. */
    public Spread spread(ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /**
     * The spread of the quotients of a figure, round by round.
     *
     * @param other the row to divide by
     */
    public Spread ratio(Row other, ToDoubleFunction<Round> figure) {
        return ratio(other, (one, two) -> figure.applyAsDouble(one) / figure.applyAsDouble(two));
    }

    Spread ratio(Row other, ToDoubleBiFunction<Round, Round> ratio) {
        return Spread.of(IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                .mapToObj(i -> ratio.applyAsDouble(rounds.get(i), other.rounds.get(i)))
                .toList());
    }

    /** The spread of the quotients of pictures per second, round by round, each {@link Round#rateWithoutBroker}. */
    public Spread ratioWithoutBroker(Row other, int processors) {
        return ratio(other, (one, two) -> one.rateWithoutBroker(parallelism, processors)
                / two.rateWithoutBroker(other.parallelism, processors));
    }

    /** Pictures per second. */
    public Spread rate() {
        return spread(Round::rate);
    }

    /** CPU milliseconds per picture, without the broker and the reader of the answers. */
    public Spread processorMillis() {
        return spread(round -> 1e3 * round.processorSecondsPerPicture());
    }

    /** The peak over all rounds; empty where it is unknown. */
    public OptionalLong peakResidentBytes() {
        return rounds.stream().flatMapToLong(round -> round.peakResidentBytes().stream()).max();
    }

    public boolean isEverythingLabelled() {
        return rounds.stream().allMatch(round -> round.labelled() == round.pictures());
    }

    /** {@code ONLY 9 of 10 pictures got labels}. */
    public String labelledText() {
        return "ONLY " + rounds.stream().mapToLong(Round::labelled).sum() + " of "
                + rounds.stream().mapToLong(Round::pictures).sum() + " pictures got labels";
    }
}
