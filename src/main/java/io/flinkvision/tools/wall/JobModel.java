package io.flinkvision.tools.wall;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.region.Regions;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model of a job, opened by the first request that needs it. A failure is kept for a moment. Thread-safe. */
final class JobModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobModel.class);

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final JobDefinition job;
    private final Consumer<Optional<String>> problem;
    private final InstantSource clock;
    private Optional<LocalBundle> bundle = Optional.empty();
    private Optional<Model> model = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Instant retryAt = Instant.MIN;

    /**
     * The model, as heads need it.
     *
     * @param regions those of the job file
     * @param reduction at which scale the job decodes pictures
     */
    record Model(ModelBundle bundle, Backbone backbone, Regions regions, Reduction reduction) {}

    /** @param problem receives a sentence while the model cannot be opened, and empty when it is */
    JobModel(JobDefinition job, Consumer<Optional<String>> problem, InstantSource clock) {
        this.job = job;
        this.problem = problem;
        this.clock = clock;
    }

    /** @throws RefusedRequestException if it cannot be opened */
    synchronized Model get() {
        if (model.isEmpty()) {
            if (failure.isEmpty() || !clock.instant().isBefore(retryAt)) {
                open();
            }
            failure.ifPresent(sentence -> {
                throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, sentence);
            });
        }
        return model.orElseThrow();
    }

    private void open() {
        try {
            LocalBundle opened = bundle.orElseGet(job::openModel);
            bundle = Optional.of(opened);
            Backbone backbone = Backbone.of(opened.bundle());
            model = Optional.of(new Model(opened.bundle(), backbone, job.regions(backbone),
                    job.get(JobOptions.DECODE_REDUCED)));
            failure = Optional.empty();
        } catch (RuntimeException e) {
            LOG.warn("The job's model cannot be opened", e);
            failure = Optional.of("Nothing can be taught, since the job's model cannot be used: " + e.getMessage());
            retryAt = clock.instant().plus(RETRY);
        }
        problem.accept(failure);
    }

    /** Deletes a copy that was downloaded; a second call does nothing. */
    @Override
    public synchronized void close() {
        bundle.ifPresent(LocalBundle::close);
        bundle = Optional.empty();
        model = Optional.empty();
        failure = Optional.of("The wall is being closed.");
        retryAt = Instant.MAX;
    }
}
