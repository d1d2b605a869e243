package io.flinkvision.tools.watch;

import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Selects the records that have one of the values of each key. Without keys it selects all; with one, no malformed
 * records. A picture has the labels of its whole and those of its regions; it is selected if any one of these answers
 * fulfils all conditions.
 *
 * @param cameras keys of pictures, which include all their regions, or {@code camera/region}; empty text selects records
 *     without a key
 * @param labels names of the most probable label
 * @param minScore of the most probable label, from 0 to 1
 * @param codes error codes of dead letters
 */
public record RecordFilter(Set<String> cameras, Set<String> labels, Optional<Double> minScore, Set<String> codes) {

    /** Selects everything. */
    static final RecordFilter NONE = new RecordFilter(Set.of(), Set.of(), Optional.empty(), Set.of());

    private static final String CAMERA = "camera";
    private static final String LABEL = "label";
    private static final String MIN_SCORE = "min-score";
    private static final String CODE = "code";
    private static final List<String> KEYS = List.of(CAMERA, LABEL, MIN_SCORE, CODE);

    public RecordFilter {
        cameras = Set.copyOf(cameras);
        labels = Set.copyOf(labels);
        codes = Set.copyOf(codes);
    }

    /**
     * Reads filters such as {@code camera=gate,label=food,min-score=0.5}. A comma ends a value only if a key follows,
     * as names of classes have commas too.
     *
     * @throws IllegalArgumentException if a filter is malformed
     */
    public static RecordFilter parse(List<String> filters) {
        Set<String> cameras = new LinkedHashSet<>();
        Set<String> labels = new LinkedHashSet<>();
        Set<String> codes = new LinkedHashSet<>();
        List<Double> scores = new ArrayList<>();
        for (String filter : filters) {
            for (String condition : filter.split(",(?=[a-z-]+=)")) {
                int equals = condition.indexOf('=');
                String key = equals < 0 ? condition : condition.substring(0, equals);
                String value = condition.substring(equals + 1);
                switch (equals < 0 ? "" : key) {
                    case CAMERA -> cameras.add(value);
                    case LABEL -> labels.add(value);
                    case MIN_SCORE -> scores.add(score(value));
                    case CODE -> codes.add(value);
                    default -> throw new IllegalArgumentException("A filter is one of " + String.join("=, ", KEYS)
                            + "=, not '" + condition + "'"
                            + NearestName.of(key, KEYS).map(near -> "; did you mean " + near + "=?").orElse(""));
                }
            }
        }
        if (scores.size() > 1) {
            throw new IllegalArgumentException("A filter has one " + MIN_SCORE + ", not " + scores);
        }
        return new RecordFilter(cameras, labels, scores.stream().findFirst(), codes);
    }

    private static double score(String text) {
        if (text.matches("(0|0?\\.[0-9]+|1(\\.0*)?)")) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException(MIN_SCORE + " is a number from 0 to 1, not '" + text + "'");
    }

    /** Whether it selects labels or scores, which only output records have. */
    public boolean isAboutLabels() {
        return !labels.isEmpty() || minScore.isPresent();
    }

    /** Whether it selects error codes, which only dead letters have. */
    public boolean isAboutDeadLetters() {
        return !codes.isEmpty();
    }

    private boolean acceptsLabel(Label label) {
        return (labels.isEmpty() || labels.contains(label.label())) && label.score() >= minScore.orElse(0.0);
    }

    public boolean accepts(OutputRecord record) {
        return record instanceof Classified classified
                ? accepts(classified.classification())
                : cameras.isEmpty() && !isAboutLabels();
    }

    private boolean accepts(Classification classification) {
        Optional<String> key = classification.keyText();
        boolean isOfCamera = acceptsCamera(key);
        return isOfCamera && (!isAboutLabels() || classification.topLabel().filter(this::acceptsLabel).isPresent())
                || classification.regions().stream().anyMatch(region ->
                        (isOfCamera || cameras.contains(key.orElse("") + RegionKey.SEPARATOR + region.name()))
                                && acceptsLabel(region.labels().get(0)));
    }

    public boolean accepts(DeadLetterRecord letter) {
        return acceptsCamera(Optional.ofNullable(letter.record().key()).map(key -> TextLines.key(letter.record())))
                && (codes.isEmpty() || letter.headers().code().filter(codes::contains).isPresent());
    }

    /** Whether an event's record is shown; a malformed one is only without a filter. */
    public boolean acceptsEvent(ConsumerRecord<byte[], byte[]> record) {
        try {
            return accepts(EventRecord.read(Optional.ofNullable(record.value())));
        } catch (MalformedRecordException e) {
            return equals(NONE);
        }
    }

    /** The label may be the new one or the one that ended; the key may be that of a region of the camera. */
    private boolean accepts(EventRecord event) {
        return acceptsCameraOrRegion(event.key())
                && (labels.isEmpty()
                        || Stream.of(event.label(), event.previous()).flatMap(Optional::stream)
                                .anyMatch(labels::contains))
                && (minScore.isEmpty() || event.score().filter(score -> score >= minScore.get()).isPresent());
    }

    /** Whether a state's record is shown: by its label and smoothed score; a malformed one is only without a filter. */
    public boolean acceptsState(ConsumerRecord<byte[], byte[]> record) {
        try {
            StateRecord state = StateRecord.read(
                    Optional.ofNullable(record.key()), Optional.ofNullable(record.value()));
            Optional<Shown> shown = state.state().flatMap(Present::shown);
            return acceptsCameraOrRegion(state.keyText())
                    && (labels.isEmpty() || shown.map(Shown::label).filter(labels::contains).isPresent())
                    && (minScore.isEmpty() || shown.filter(it -> it.score() >= minScore.get()).isPresent());
        } catch (MalformedRecordException e) {
            return equals(NONE);
        }
    }

    private boolean acceptsCameraOrRegion(Optional<String> key) {
        return acceptsCamera(key) || key.flatMap(RecordFilter::cameraOfRegion).filter(cameras::contains).isPresent();
    }

    private static Optional<String> cameraOfRegion(String key) {
        int separator = key.lastIndexOf(RegionKey.SEPARATOR);
        return separator < 0 ? Optional.empty() : Optional.of(key.substring(0, separator));
    }

    private boolean acceptsCamera(Optional<String> key) {
        return cameras.isEmpty() || cameras.contains(key.orElse(""));
    }
}
