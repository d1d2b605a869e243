package io.flinkvision.job.operator;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.types.Either;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record of the control topic in, a change that every subtask is to make out, once the chosen model has been fetched,
 * loaded and tried; or the dead letter of a choice that cannot be used. It has one subtask.
 *
 * <p>The choices are tried one by one, in their order, in a thread beside the task's: checkpoints and cancelling do not
 * wait for a trial.
 *
 * <p>A record without a value chooses the model that the job was submitted with.
 */
public final class ModelTrialFunction extends RichAsyncFunction<RawRecord, Either<ModelChange, DeadLetter>> {

    /**
     * Choices that the operator may hold, which is more than wait for their trial, so that the operator never waits for
     * a place itself, which would keep checkpoints back.
     */
    public static final int CAPACITY = 256;

    /** Choices that wait for their trial at most. Only the newest counts, so an older one is refused for its sake. */
    static final int MAX_WAITING = 100;

    private static final long serialVersionUID = 3L;

    private static final Logger LOG = LoggerFactory.getLogger(ModelTrialFunction.class);

    private static final byte[] CANDIDATE_KEY = ControlRecord.CANDIDATE_KEY.getBytes(StandardCharsets.UTF_8);

    /** Fetching may take two minutes of it. */
    private static final TimeLimit TRIAL = new TimeLimit(Duration.ofMinutes(4));

    private final Preprocessing preprocessing;
    private final boolean regions;
    private final boolean compares;

    /** Guarded by itself. */
    private transient Deque<Waiting> waiting;

    private transient ExecutorService trials;

    /**
     * @param preprocessing what the job's decode operator prepares pictures for
     * @param regions whether the job has regions
     * @param compares whether the job has a topic of comparisons, without which a shadow is of no use
     */
    public ModelTrialFunction(Preprocessing preprocessing, boolean regions, boolean compares) {
        this.preprocessing = preprocessing;
        this.regions = regions;
        this.compares = compares;
    }

    /** A choice that waits for its trial, and where the outcome goes. */
    private record Waiting(RawRecord record, ResultFuture<Either<ModelChange, DeadLetter>> result) {

        void accept(ModelChange change) {
            result.complete(List.of(Either.Left(change)));
        }

        void refuse(String reason) {
            LOG.error("The model that record {} chooses is refused, and the job goes on with the one that it has: {}",
                    record.coordinates(), PrintableText.escaped(reason));
            result.complete(List.of(Either.Right(
                    new DeadLetter(record, ErrorCode.MODEL_REFUSED, reason, Instant.now()))));
        }
    }

    @Override
    public void open(OpenContext context) {
        waiting = new ArrayDeque<>();
        trials = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "model-trials");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void asyncInvoke(RawRecord record, ResultFuture<Either<ModelChange, DeadLetter>> result) {
        Optional<Waiting> overtaken;
        synchronized (waiting) {
            overtaken = waiting.size() < MAX_WAITING ? Optional.empty() : Optional.of(removeOvertaken());
            waiting.addLast(new Waiting(record, result));
        }
        overtaken.ifPresent(trial -> trial.refuse(
                "It was not tried: " + MAX_WAITING + " later choices wait, and the latest counts"));
        trials.execute(this::tryNext);
    }

    /** A candidate is of no use after any later record, a model only after a later one. */
    private Waiting removeOvertaken() {
        Waiting overtaken = waiting.stream().filter(it -> it.record().key()
                        .filter(key -> Arrays.equals(key, CANDIDATE_KEY)).isPresent())
                .findFirst().orElseGet(waiting::getFirst);
        waiting.remove(overtaken);
        return overtaken;
    }

    private void tryNext() {
        Optional<Waiting> next;
        synchronized (waiting) {
            next = Optional.ofNullable(waiting.pollFirst());
        }
        next.ifPresent(this::run);
    }

    private void run(Waiting trial) {
        try {
            ModelChange change = tried(trial.record());
            LOG.info("Record {} chooses {}", trial.record().coordinates(), PrintableText.escaped(change.toString()));
            trial.accept(change);
        } catch (Throwable e) {
            // Errors too, such as OutOfMemoryError: no choice may stop the job. Where the task is being cancelled,
            // nothing is known to be wrong with this one, and a restart tries it again.
            if (!Thread.currentThread().isInterrupted()) {
                trial.refuse(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
            }
        }
    }

    /**
     * The change that a record makes, whose model has been loaded once.
     *
     * @throws ModelException or another exception, if the record or its model is of no use
     */
    private ModelChange tried(RawRecord record) throws IOException {
        ModelChange change = ControlRecord.read(record.key(), record.value()).change();
        if (change instanceof Replacement replacement && replacement.choice().isPresent()) {
            tryOut(replacement.choice().get());
        } else if (change instanceof Trial trial) {
            requireUse(trial.candidate());
            tryOut(trial.candidate().choice());
        }
        return change;
    }

    private void requireUse(ModelCandidate candidate) {
        if (candidate.mode() == Mode.SHADOW && regions) {
            throw new ModelException("A shadow compares whole pictures, and this job has regions: try the model as a"
                    + " canary");
        }
        if (candidate.mode() == Mode.SHADOW && !compares) {
            throw new ModelException("The job has no topic for the comparison: set model.comparisons-topic in its job"
                    + " file, stop it with a savepoint, and submit it from there; or try the model as a canary");
        }
    }

    private void tryOut(ModelChoice choice) throws IOException {
        TRIAL.open("trying the model", () ->
                LoadedModel.chosen(choice, preprocessing, new Device.Cpu(), regions)).close();
    }

    @Override
    public void close() {
        if (trials != null) {
            trials.shutdownNow();
        }
    }
}
