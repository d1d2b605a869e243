package io.flinkvision.job.operator;

import io.flinkvision.job.operator.PictureNetwork.Answers;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answers that a picture takes over from earlier ones of its camera.
 *
 * @param whole the picture that the labels of the whole one are from; empty if none are taken over
 * @param regions the answers of its unchanged regions
 */
record ReusedAnswers(Optional<LastClassified> whole, List<RegionAnswer> regions) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Nothing is taken over. */
    static final ReusedAnswers NONE = new ReusedAnswers(Optional.empty(), List.of());

    ReusedAnswers {
        Objects.requireNonNull(whole, "whole");
        regions = List.copyOf(regions);
    }

    /**
     * The record of a picture.
     *
     * @param model that has classified its other views
     * @param answers of those
     * @param inferenceNanos nanoseconds spent in the network
     */
    Classification answer(DecodedImage image, LoadedModel model, Answers answers, long inferenceNanos) {
        RawRecord source = image.source();
        return new Classification(
                source.origin(),
                source.key(),
                source.travellingHeaders(),
                source.captureTime(),
                image.width(),
                image.height(),
                image.format(),
                model.name(),
                model.digest(),
                whole.map(last -> last.picture().labels()).orElse(answers.labels()),
                Stream.concat(answers.regions().stream(), regions.stream())
                        .sorted(Comparator.comparing(RegionAnswer::name))
                        .toList(),
                image.decodeNanos() / NANOS_PER_MILLI,
                inferenceNanos / NANOS_PER_MILLI,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                whole.map(last -> last.source().toString()),
                image.view());
    }
}
