package io.flinkvision.job.sql;

import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.table.functions.FunctionContext;

/**
 * The settings of a model of a query.
 *
 * @param name in logs and metrics
 * @param bundle the network
 * @param question what it is asked
 * @param formats of pictures that are decoded
 * @param guard against pictures that kill the process
 */
record ModelSettings(String name, ModelFile bundle, Question question, Set<ImageFormat> formats, GuardSettings guard)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The job parameter, and the entry of the distributed cache, that name the model of the short form. */
    private static final String OF_QUERY = "flink-vision.model";

    ModelSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(bundle, "bundle");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(guard, "guard");
        formats = Set.copyOf(formats);
    }

    /**
     * The model of the short form, {@code CLASSIFY} and {@code CLASSIFY_TOP}. Two settings of a query can name it, and
     * the first goes before the second:
     *
     * <pre>
     * SET 'pipeline.global-job-parameters' = 'flink-vision.model:"s3://bucket/triage"';
     * SET 'pipeline.cached-files' = 'name:flink-vision.model,path:conf/models/triage';
     * </pre>
     *
     * <p>The one is a folder that every TaskManager reads, on any of Flink's file systems; the other is a folder of the
     * machine that submits the query, and travels with it in Flink's distributed cache.
     *
     * @param function its name
     * @throws IOException if neither does
     */
    static ModelSettings ofQuery(FunctionContext context, String function) throws IOException {
        ModelFile bundle = bundleOfQuery(context, function);
        return new ModelSettings(function, bundle, Question.classes(), ImageFormat.DEFAULTS, new GuardSettings(true,
                new NotesPlace.TemporaryFiles(), GuardSettings.jobOfModel(List.of(function, bundle.toString())),
                ModelOptions.CRASH_GUARD_DEADLINE.defaultValue()));
    }

    private static ModelFile bundleOfQuery(FunctionContext context, String function) throws IOException {
        String uri = context.getJobParameter(OF_QUERY, "");
        if (!uri.isBlank()) {
            return new ModelFile.Shared(uri);
        }
        try {
            context.getCachedFile(OF_QUERY);
            return new ModelFile.Shipped(OF_QUERY);
        } catch (IllegalArgumentException e) {
            throw new IOException(function + " has no model. Name its folder before the query: SET"
                    + " 'pipeline.cached-files' = 'name:" + OF_QUERY + ",path:conf/models/triage' takes it along from"
                    + " the machine that submits the query, SET 'pipeline.global-job-parameters' = '" + OF_QUERY
                    + ":\"s3://bucket/triage\"' lets each TaskManager read it there.", e);
        }
    }
}
