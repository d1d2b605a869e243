package io.flinkvision.job.operator;

/** The names of the metrics about changes of the model, in a job with a {@code model.control-topic}. */
public final class ModelMetrics {

    /** {@code ….model-gate.0.modelsAccepted}: counter of the choices that were passed on to every subtask. */
    public static final String MODELS_ACCEPTED = "modelsAccepted";

    /** {@code ….model-gate.0.modelsRefused}: counter of the choices that became dead letters. */
    public static final String MODELS_REFUSED = "modelsRefused";

    /** {@code ….classify.SUBTASK.modelChanges}: counter of the changes from one model to another. */
    public static final String MODEL_CHANGES = "modelChanges";

    /**
     * {@code ….classify.SUBTASK.modelChangesFailed}: counter of the attempts to load a choice that the gate had passed,
     * which failed in this subtask; after a restart too.
     */
    public static final String MODEL_CHANGES_FAILED = "modelChangesFailed";

    /**
     * {@code ….classify.SUBTASK.modelBehind}: gauge, 1 while the subtask classifies by another model than the one that
     * was chosen, since it could not load that, and else 0.
     */
    public static final String MODEL_BEHIND = "modelBehind";

    private ModelMetrics() {}
}
