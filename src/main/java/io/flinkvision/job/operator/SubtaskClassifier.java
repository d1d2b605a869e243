package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.RecordPosition;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.operator.PictureNetwork.Answers;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RegionAnswer;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.types.Either;
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
        return classify(image, ReusedAnswers.NONE, output);
    }

    /**
     * Classifies the views of a picture that have changed, with the current model, in one call of its network. Without
     * any there is no call.
     *
     * @param image the picture with the views that are to be classified
     * @param reused the answers of its other views
     * @param output receives the dead letter of the picture if the network fails on it
     * @return its labels; empty if it became a dead letter
     * @throws java.util.NoSuchElementException if no model is loaded
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<Classification> classify(DecodedImage image, ReusedAnswers reused, Consumer<DeadLetter> output)
            throws InterruptedException {
        LoadedModel current = model.orElseThrow();
        if (!image.hasViews()) {
            Classification classification = classification(image, current, Answers.NONE, reused, 0);
            metrics.answered(classification);
            return Optional.of(classification);
        }
        RecordPosition record = image.source().origin().position();
        Optional<Verdict> verdict = guard.verdict(record);
        if (verdict.isPresent()) {
            output.accept(deadLetters.add(image.source(), DeadLetter.reason(verdict.get())));
            return Optional.empty();
        }
        long start = System.nanoTime();
        Either<Answers, Rejected> outcome = guard.call(record, () -> outcome(current.network(), image));
        long nanos = System.nanoTime() - start;
        if (outcome.isRight()) {
            output.accept(deadLetters.add(image.source(), outcome.right()));
            return Optional.empty();
        }
        Classification classification = classification(image, current, outcome.left(), reused, nanos);
        metrics.classified(classification);
        return Optional.of(classification);
    }

    private Either<Answers, Rejected> outcome(PictureNetwork network, DecodedImage image) {
        try {
            return Either.Left(network.answer(image, topK));
        } catch (InferenceException | ModelException e) {
            return Either.Right(new Rejected(ErrorCode.CLASSIFICATION_FAILED, e.getMessage()));
        }
    }

    private static Classification classification(
            DecodedImage image, LoadedModel model, Answers answers, ReusedAnswers reused, long inferenceNanos) {
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
                reused.whole().map(last -> last.picture().labels()).orElse(answers.labels()),
                Stream.concat(answers.regions().stream(), reused.regions().stream())
                        .sorted(Comparator.comparing(RegionAnswer::name))
                        .toList(),
                image.decodeNanos() / NANOS_PER_MILLI,
                inferenceNanos / NANOS_PER_MILLI,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                reused.whole().map(last -> last.source().toString()),
                image.view());
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
