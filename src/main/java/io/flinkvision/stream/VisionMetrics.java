package io.flinkvision.stream;

/**
 * The names of the job's own metrics. Each is registered in its operator's group, so that its full name is
 * {@code HOST.taskmanager.TM_ID.JOB_NAME.OPERATOR_NAME.SUBTASK_INDEX.NAME} with Flink's default scope format, where
 * OPERATOR_NAME is {@code decode} or {@code classify}.
 */
public final class VisionMetrics {

    /** {@code ….decode.SUBTASK.imagesDecoded}: counter of the pictures that were decoded. */
    public static final String IMAGES_DECODED = "imagesDecoded";

    /** {@code ….decode.SUBTASK.imagesRejected}: counter of the records that became dead letters before the network. */
    public static final String IMAGES_REJECTED = "imagesRejected";

    /** {@code ….decode.SUBTASK.decodeMicros}: histogram of the microseconds spent decoding and resizing a picture. */
    public static final String DECODE_MICROS = "decodeMicros";

    /**
     * {@code ….classify.SUBTASK.modelLoads}: counter of the loads of the network; 1 for a subtask's whole life, and one
     * more for each change of its model ({@link ModelMetrics}).
     */
    public static final String MODEL_LOADS = "modelLoads";

    /** {@code ….classify.SUBTASK.imagesClassified}: counter of the pictures that got labels. */
    public static final String IMAGES_CLASSIFIED = "imagesClassified";

    /** {@code ….classify.SUBTASK.classificationsFailed}: counter of the pictures that the network failed on. */
    public static final String CLASSIFICATIONS_FAILED = "classificationsFailed";

    /** {@code ….classify.SUBTASK.inferenceMicros}: histogram of the microseconds spent in the network. */
    public static final String INFERENCE_MICROS = "inferenceMicros";

    /**
     * {@code ….decode.SUBTASK.code.CODE.rejected}: counter of the records refused for one reason. The reason is a
     * variable of the metric's group, so that reporters with labels, as Prometheus has them, show it as one.
     */
    public static final String REJECTED = "rejected";

    /** The variable that holds the {@link io.flinkvision.image.ErrorCode} of {@link #REJECTED}. */
    public static final String CODE = "code";

    /** How many of the newest pictures a histogram speaks of. */
    public static final int HISTOGRAM_WINDOW = 1_000;

    private VisionMetrics() {}
}
