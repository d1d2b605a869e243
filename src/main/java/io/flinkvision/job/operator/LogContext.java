package io.flinkvision.job.operator;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.MDC;

/**
 * The origin of the log lines of a task's thread, in SLF4J's MDC. Flink itself puts the job's id
 * there, as {@code flink-job-id}. Operators of a chain share a thread, and with it these entries; so the operator is
 * among them only within {@link #asOperator}.
 */
final class LogContext {

    /** The key of the job's name. */
    static final String JOB = "job";

    /** The key of the subtask, as in {@code 2/4}: the second of four. */
    static final String SUBTASK = "subtask";

    /** The key of the operator. */
    static final String OPERATOR = "operator";

    private final String operator;
    private final String subtask;

    private LogContext(String operator, String subtask) {
        this.operator = operator;
        this.subtask = subtask;
    }

    /** Describes the calling thread, which is the task's: each has its own, and Flink clears the MDC after it. */
    static LogContext open(RuntimeContext context, String operator) {
        return open(context.getJobInfo().getJobName(), (context.getTaskInfo().getIndexOfThisSubtask() + 1) + "/"
                + context.getTaskInfo().getNumberOfParallelSubtasks(), operator);
    }

    static LogContext open(String job, String subtask, String operator) {
        MDC.put(JOB, job);
        MDC.put(SUBTASK, subtask);
        return new LogContext(operator, subtask);
    }

    /** The subtask, as in {@code 2/4}. */
    String subtask() {
        return subtask;
    }

    /** Runs code whose log lines on the calling thread also name the operator. */
    void asOperator(Runnable logging) {
        MDC.put(OPERATOR, operator);
        try {
            logging.run();
        } finally {
            MDC.remove(OPERATOR);
        }
    }
}
