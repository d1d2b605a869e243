package io.flinkvision.stream;

/** The names of the metrics about changes of the model, in a job with a {@code model.control-topic}. */
public final class ModelMetrics {

    /** {@code ….model-gate.0.modelsAccepted}: counter of the choices that were passed on to every subtask. */
    public static final String MODELS_ACCEPTED = "modelsAccepted";

    /** {@code ….model-gate.0.modelsRefused}: counter of the choices that became dead letters. */
    public static final String MODELS_REFUSED = "modelsRefused";

    /** {@code ….classify.SUBTASK.modelChanges}: counter of the changes from one model to another. */
    public static final String MODEL_CHANGES = "modelChanges";

    /**
     * {@code ….classify.SUBTASK.modelChangesFailed}: counter of the choices that the gate had passed, but this subtask
     * could not load, so that it goes on with another model than the rest; after a restart too.
     */
    public static final String MODEL_CHANGES_FAILED = "modelChangesFailed";

    private ModelMetrics() {}
}
