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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the classify operators have in common: a subtask's network, which it owns, and its metrics. A decoded picture
 * becomes its labels or a dead letter.
 */
final class SubtaskClassifier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SubtaskClassifier.class);

    private static final double NANOS_PER_MILLI = 1e6;

    private final int topK;
    private final ClassifyMetrics metrics;
    private final DeadLetterLog deadLetterLog;
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
     * @param context of the subtask, whose metrics it takes part in
     * @param topK how many labels a picture gets at the most, at least 1
     * @param guard against pictures that kill the process
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SubtaskClassifier(RuntimeContext context, int topK, GuardSettings guard) throws InterruptedException {
        this.topK = topK;
        metrics = new ClassifyMetrics(context.getMetricGroup(), InstantSource.system());
        logContext = LogContext.open(context, "classify");
        deadLetterLog = new DeadLetterLog(LOG, logContext, System::nanoTime);
        this.guard = CrashGuard.open(guard, "classify");
    }

    /**
     * Loads a model beside the one that is at work, puts it in that one's place, and releases that one. Where loading
     * fails, the one at work stays.
     *
     * @throws IOException what the loader throws
     */
    void load(Loader loader) throws IOException {
        long start = System.nanoTime();
        LoadedModel loaded = loader.load();
        metrics.modelLoaded();
        Optional<LoadedModel> old = model;
        model = Optional.of(loaded);
        long millis = (System.nanoTime() - start) / 1_000_000;
        logContext.asOperator(() -> LOG.info(
                "Subtask {} on {} loaded the model {} (SHA-256 {}) in {} ms; up to {} labels a picture; {}",
                logContext.subtask(), Versions.hostName(), PrintableText.escaped(loaded.name()), loaded.digest(),
                millis, topK, Versions.ofThisTask()));
        old.ifPresent(SubtaskClassifier::release);
    }

    /** The new model is at work by now: what goes wrong with the old one is no failure of the change. */
    private static void release(LoadedModel old) {
        try {
            old.close();
        } catch (InferenceException e) {
            LOG.error("The model {} (SHA-256 {}), which is no longer used, was not released",
                    PrintableText.escaped(old.name()), old.digest(), e);
        }
    }

    /** SHA-256 of the weights of the model at work, in hexadecimal; empty where none is loaded. */
    Optional<String> digest() {
        return model.map(LoadedModel::digest);
    }

    /**
     * Classifies a picture with the model that was loaded last.
     *
     * @param deadLetters takes it where the network fails on it
     * @return its labels; empty where it became a dead letter
     * @throws java.util.NoSuchElementException if no model is loaded
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<Classification> classify(DecodedImage image, Consumer<DeadLetter> deadLetters)
            throws InterruptedException {
        LoadedModel current = model.orElseThrow();
        RecordPosition record = image.source().coordinates().position();
        Optional<Verdict> verdict = guard.verdict(record);
        if (verdict.isPresent()) {
            giveUp(image, DeadLetter.reason(verdict.get()), deadLetters);
            return Optional.empty();
        }
        long start = System.nanoTime();
        Outcome outcome = guard.call(record, () -> outcome(current.classifier(), image.input()));
        long nanos = System.nanoTime() - start;
        if (outcome instanceof Failed failed) {
            giveUp(image, new Rejected(failed.code(), failed.message()), deadLetters);
            return Optional.empty();
        }
        Classification classification =
                classification(image, current, ((Classified) outcome).labels(), nanos, Optional.empty());
        metrics.classified(classification);
        return Optional.of(classification);
    }

    /**
     * Gives a picture the labels of another one of its camera, which the model that was loaded last has classified.
     *
     * @param labelled that other picture
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

    private void giveUp(DecodedImage image, Rejected reason, Consumer<DeadLetter> deadLetters) {
        DeadLetter letter = new DeadLetter(image.source(), reason.code(), reason.message(), Instant.now());
        metrics.failed(letter.code());
        deadLetterLog.add(letter);
        deadLetters.accept(letter);
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
        deadLetterLog.close();
        guard.close();
        last.ifPresent(LoadedModel::close);
    }
}
