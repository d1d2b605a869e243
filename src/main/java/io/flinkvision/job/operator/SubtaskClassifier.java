package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.RecordPosition;
import io.flinkvision.job.guard.Verdict;
import io.flinkvision.job.operator.PictureNetwork.Answers;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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

    /** The reasons for a dead letter: all but one, since pictures are decoded here too. */
    private static final Set<ErrorCode> CODES = EnumSet.complementOf(EnumSet.of(ErrorCode.STALE));

    private final int topK;
    private final ClassifyMetrics metrics;
    private final DeadLetterOutput deadLetters;
    private final LogContext logContext;
    private final CrashGuard guard;
    private final LateDecoder lateDecoder;
    private final ShadowTime shadowTime = new ShadowTime();
    private Optional<LoadedModel> model = Optional.empty();

    /** Read by the reporters' threads too. */
    private volatile Optional<LoadedCandidate> candidate = Optional.empty();

    /** The current model and the shadow, once they have been compared. */
    private Optional<ModelPair> pair = Optional.empty();

    /** Loads a model into memory. */
    @FunctionalInterface
    interface Loader {

        /** @throws IOException if the model cannot be read; {@link RuntimeException}s if it cannot be used */
        LoadedModel load() throws IOException;
    }

    /**
     * @param context of the subtask
     * @param settings of the subtask; its models are loaded later
     * @throws InterruptedException if the task is cancelled meanwhile
     */
    SubtaskClassifier(RuntimeContext context, ClassifierSettings settings) throws InterruptedException {
        topK = settings.topK();
        metrics = new ClassifyMetrics(context.getMetricGroup(), InstantSource.system());
        logContext = LogContext.open(context, "classify");
        deadLetters = new DeadLetterOutput(context.getMetricGroup(), CODES, LOG, logContext, System::nanoTime);
        lateDecoder = new LateDecoder(settings.decoding());
        guard = CrashGuard.open(settings.guard(), "classify");
    }

    /**
     * Loads a model beside the current one, replaces that, and releases it. If loading fails, the current one stays.
     *
     * @throws IOException from the loader
     */
    void load(Loader loader) throws IOException {
        use(logged(loader));
    }

    private void use(LoadedModel other) {
        Optional<LoadedModel> old = model;
        model = Optional.of(other);
        pair = Optional.empty();
        old.ifPresent(SubtaskClassifier::release);
    }

    /**
     * Loads a candidate beside the current model, instead of the candidate before. If that has the same model, it is
     * kept, and only its use changes.
     *
     * @throws IOException from the loader
     */
    void loadCandidate(ModelCandidate wanted, Loader loader) throws IOException {
        if (isCandidate(wanted.choice())) {
            candidate = Optional.of(new LoadedCandidate(wanted, candidate.orElseThrow().model()));
            return;
        }
        dropCandidate();
        candidate = Optional.of(new LoadedCandidate(wanted, logged(loader)));
    }

    /** Whether the candidate is this model. */
    boolean isCandidate(ModelChoice choice) {
        return candidate.filter(it -> it.use().choice().equals(choice)).isPresent();
    }

    /** Whether there is a candidate. */
    boolean hasCandidate() {
        return candidate.isPresent();
    }

    /** Releases the candidate, if there is one. */
    void dropCandidate() {
        Optional<LoadedCandidate> old = candidate;
        candidate = Optional.empty();
        pair = Optional.empty();
        old.map(LoadedCandidate::model).ifPresent(SubtaskClassifier::release);
    }

    /**
     * Makes the candidate the current model, without loading it again.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    void promoteCandidate() {
        LoadedModel promoted = candidate.orElseThrow().model();
        candidate = Optional.empty();
        use(promoted);
    }

    private LoadedModel logged(Loader loader) throws IOException {
        long start = System.nanoTime();
        LoadedModel loaded = loader.load();
        metrics.modelLoaded();
        long millis = (System.nanoTime() - start) / 1_000_000;
        logContext.asOperator(() -> LOG.info(
                "Subtask {} on {} loaded the model {} (SHA-256 {}) in {} ms; up to {} labels per picture; {}",
                logContext.subtask(), Versions.hostName(), PrintableText.escaped(loaded.name()), loaded.digest(),
                millis, topK, Versions.ofThisTask()));
        return loaded;
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

    /**
     * SHA-256 of the weights of the model that labels a picture, in hexadecimal.
     *
     * @throws java.util.NoSuchElementException if no model is loaded
     */
    String digest(RawRecord picture) {
        return labelling(picture).digest();
    }

    /** The canary for the pictures of its cameras, or else the current model. */
    private LoadedModel labelling(RawRecord picture) {
        return candidate.filter(it -> it.use().labels(picture.key())).map(LoadedCandidate::model)
                .or(() -> model).orElseThrow();
    }

    /**
     * Classifies a picture by the shadow too, if it is in its sample. One that reuses labels is not compared: they are of
     * another picture. Nor is one while the shadow has taken more than {@link ShadowTime} allows.
     *
     * @param answer the picture's labels
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<ComparedPicture> compare(DecodedImage image, Classification answer) throws InterruptedException {
        if (candidate.isEmpty() || answer.labels().isEmpty() || answer.reused().isPresent()
                || image.input().isEmpty() || !candidate.get().use().compares(answer.id())) {
            return Optional.empty();
        }
        if (shadowTime.isSpent()) {
            metrics.comparisonSkipped();
            return Optional.empty();
        }
        if (pair.isEmpty()) {
            pair = Optional.of(new ModelPair(model.orElseThrow(), candidate.get().model()));
        }
        PictureNetwork shadow = candidate.get().model().network();
        DecodedImage whole = image.withViews(image.whole(), List.of());
        long start = System.nanoTime();
        Either<Answers, Rejected> outcome =
                guard.call(image.source().origin().position(), () -> outcome(shadow, whole));
        shadowTime.spend(System.nanoTime() - start);
        return Optional.of(pair.get().compare(answer, outcome.isLeft()
                ? Optional.of(outcome.left().labels().get(0))
                : Optional.empty()));
    }

    /**
     * Classifies a picture with the current model, or the canary if its camera has that.
     *
     * @param output receives the dead letter of the picture if the network fails on it
     * @return its labels; empty if it became a dead letter
     * @throws java.util.NoSuchElementException if no model is loaded
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<Classification> classify(DecodedImage image, Consumer<DeadLetter> output)
            throws InterruptedException {
        Optional<DecodedImage> decoded = decoded(image, output);
        return decoded.isPresent() ? classify(decoded.get(), ReusedAnswers.NONE, output) : Optional.empty();
    }

    /**
     * Decodes the views of a picture that the decode operator has passed on without pixels.
     *
     * @param output receives the dead letter of the picture if it cannot be decoded
     * @return the picture with the pixels of all its views; empty if it became a dead letter
     * @throws InterruptedException if the task is cancelled before the picture is decoded
     */
    Optional<DecodedImage> decoded(DecodedImage image, Consumer<DeadLetter> output) throws InterruptedException {
        Either<DecodedImage, Rejected> outcome = lateDecoder.decode(image);
        if (outcome.isRight()) {
            output.accept(deadLetters.add(image.source(), outcome.right()));
            return Optional.empty();
        }
        return Optional.of(outcome.left());
    }

    /**
     * Classifies the views of a picture that have changed, in one call of its network. Without
     * any there is no call.
     *
     * @param image the picture with the views that are to be classified, all of which are decoded
     * @param reused the answers of its other views
     * @param output receives the dead letter of the picture if the network fails on it
     * @return its labels; empty if it became a dead letter
     * @throws java.util.NoSuchElementException if no model is loaded
     * @throws InterruptedException if the task is cancelled before the network runs
     */
    Optional<Classification> classify(DecodedImage image, ReusedAnswers reused, Consumer<DeadLetter> output)
            throws InterruptedException {
        LoadedModel current = labelling(image.source());
        if (!image.hasViews()) {
            Classification classification = reused.answer(image, current, Answers.NONE, 0);
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
        shadowTime.earn(nanos);
        if (outcome.isRight()) {
            output.accept(deadLetters.add(image.source(), outcome.right()));
            return Optional.empty();
        }
        Classification classification = reused.answer(image, current, outcome.left(), nanos);
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

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        Optional<LoadedModel> last = model;
        model = Optional.empty();
        dropCandidate();
        deadLetters.close();
        guard.close();
        lateDecoder.close();
        last.ifPresent(LoadedModel::close);
    }
}
