package io.flinkvision.job.operator;

/**
 * The names of the metrics of the operators that find events, beside {@link VisionMetrics}: OPERATOR_NAME is {@code
 * read-labels} or {@code detect-events}.
 */
public final class EventMetrics {

    /** {@code ….read-labels.SUBTASK.recordsMalformed}: counter of the records that held no labels: dead letters. */
    public static final String RECORDS_MALFORMED = "recordsMalformed";

    /**
     * {@code ….detect-events.SUBTASK.kind.KIND.events}: counter of the events of one kind, {@code started},
     * {@code ended}, {@code changed}, {@code offline}, {@code online} or {@code counted}.
     */
    public static final String EVENTS = "events";

    /** The variable that holds the kind of {@link #EVENTS}. */
    public static final String KIND = "kind";

    /**
     * {@code ….detect-events.SUBTASK.lateRecords}: counter of the frames that were left out, because a newer one of
     * their camera had been looked at, or they themselves.
     */
    public static final String LATE_RECORDS = "lateRecords";

    private EventMetrics() {}
}
