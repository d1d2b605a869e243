package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.RecordPosition;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of a classify operator's subtask, which this owns, and its metrics. A decoded picture becomes its labels
 * or a dead letter.
 */
final class SubtaskClassifier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SubtaskClassifier.class);

    private static final double NANOS_PER_MILLI = 1e6;

    /** The reasons for a dead letter of a decoded picture. */
    private static final Set<ErrorCode> CODES =
            EnumSet.of(ErrorCode.CLASSIFICATION_FAILED, ErrorCode.CRASHED_DECODER, ErrorCode.TOO_SLOW);

    private final int topK;
    private final ClassifyMetrics metrics;
    private final DeadLetterOutput deadLetters;
    private final LogContext logContext;
    private final CrashGuard guard;
    private Optional<LoadedModel> model = Optional.empty();

    /** Loads a model into memory. */
    @FunctionalInterface
    interface Loader {

        /** @throws IOException if the model cannot be read; {@link RuntimeException}s if it cannot be used */
        LoadedModel load() throws IOException;
    }

    /**
     * @param context of the subtask
     * @param topK maximum number of labels per picture, at least 1
     * @param guard against pictures that kill the process
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SubtaskClassifier(RuntimeContext context, int topK, GuardSettings guard) throws InterruptedException {
        this.topK = topK;
        metrics = new ClassifyMetrics(context.getMetricGroup(), InstantSource.system());
        logContext = LogContext.open(context, "classify");
        deadLetters = new DeadLetterOutput(context.getMetricGroup(), CODES, LOG, logContext, System::nanoTime);
        this.guard = CrashGuard.open(guard, "classify");
    }

    /**
     * Loads a model beside the current one, replaces that, and releases it. If loading fails, the current one stays.
     *
     * @throws IOException from the loader
     */
    void load(Loader loader) throws IOException {
        long start = System.nanoTime();
        LoadedModel loaded = loader.load();
        metrics.modelLoaded();
        Optional<LoadedModel> old = model;
        model = Optional.of(loaded);
        long millis = (System.nanoTime() - start) / 1_000_000;
        logContext.asOperator(() -> LOG.info(
                "Subtask {} on {} loaded the model {} (SHA-256 {}) in {} ms; up to {} labels per picture; {}",
                logContext.subtask(), Versions.hostName(), PrintableText.escaped(loaded.name()), loaded.digest(),
                millis, topK, Versions.ofThisTask()));
        old.ifPresent(SubtaskClassifier::release);
    }

    /** Never throws: the new model is in use by now, so the change has not failed. */
    private static void release(LoadedModel old) {
        try {
            old.close();
        } catch (InferenceException e) {
            LOG.error("The model {} (SHA-256 {}), which is no longer used, was not released",
                    PrintableText.escaped(old.name()), old.digest(), e);
        }
    }

    /** SHA-256 of the current model's weights, in hexadecimal; empty if none is loaded. */
    Optional<String> digest() {
        return model.map(LoadedModel::digest);
    }

    /**
     * Classifies a picture with the current model.
     *
     * @param output receives the dead letter of the picture if the network fails on it
     * @return its labels; empty if it became a dead letter
     * @throws java.util.NoSuchElementException if no model is loaded
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<Classification> classify(DecodedImage image, Consumer<DeadLetter> output)
            throws InterruptedException {
        LoadedModel current = model.orElseThrow();
        RecordPosition record = image.source().coordinates().position();
        Optional<Verdict> verdict = guard.verdict(record);
        if (verdict.isPresent()) {
            output.accept(deadLetters.add(image.source(), DeadLetter.reason(verdict.get())));
            return Optional.empty();
        }
        long start = System.nanoTime();
        Outcome outcome = guard.call(record, () -> outcome(current.classifier(), image.input().orElseThrow()));
        long nanos = System.nanoTime() - start;
        if (outcome instanceof Failed failed) {
            output.accept(deadLetters.add(image.source(), new Rejected(failed.code(), failed.message())));
            return Optional.empty();
        }
        Classification classification =
                classification(image, current, ((Classified) outcome).labels(), nanos, Optional.empty());
        metrics.classified(classification);
        return Optional.of(classification);
    }

    /**
     * Gives a picture the labels of an earlier one of its camera, which the current model has classified.
     *
     * @param labelled the earlier picture
     * @throws java.util.NoSuchElementException if no model is loaded
     */
    Classification reuse(DecodedImage image, LastClassified labelled) {
        Classification classification = classification(image, model.orElseThrow(), labelled.picture().labels(), 0,
                Optional.of(labelled.source().toString()));
        metrics.reused(classification);
        return classification;
    }

    private Outcome outcome(Classifier classifier, RgbImage input) {
        try {
            return new Classified(classifier.classify(input, topK));
        } catch (InferenceException e) {
            return new Failed(ErrorCode.CLASSIFICATION_FAILED, e.getMessage());
        }
    }

    private static Classification classification(
            DecodedImage image, LoadedModel model, List<Label> labels, long inferenceNanos,
            Optional<String> reused) {
        RawRecord source = image.source();
        return new Classification(
                source.coordinates(),
                source.key(),
                source.travellingHeaders(),
                source.captureTime(),
                image.width(),
                image.height(),
                image.format(),
                model.name(),
                model.digest(),
                labels,
                List.of(),
                image.decodeNanos() / NANOS_PER_MILLI,
                inferenceNanos / NANOS_PER_MILLI,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                reused);
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        Optional<LoadedModel> last = model;
        model = Optional.empty();
        deadLetters.close();
        guard.close();
        last.ifPresent(LoadedModel::close);
    }
}
