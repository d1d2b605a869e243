package io.flinkvision.cluster;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import java.time.Duration;
import java.util.Locale;

/**
 * What a fault did to a job.
 *
 * @param lasted from its first blow to its end
 * @param recovery from its end to the first answer to a picture that was sent after it
 * @param audit of all records, when all pictures were answered
 */
record FaultReport(Fault fault, Guarantee guarantee, Duration lasted, Duration recovery, AuditReport audit) {

    /** The head of a table of {@link #row()}. */
    static final String HEAD = """
            | fault | guarantee | lasted | recovered after | records | missing | doubled |
            |---|---|---:|---:|---:|---:|---:|""";

    /** A row of a Markdown table. */
    String row() {
        return String.format(Locale.ROOT, "| %s | %s | %.1f s | %.1f s | %,d | %,d | %,d |", fault.description(),
                JobOptions.SINK_GUARANTEE.type().print(guarantee), lasted.toMillis() / 1e3,
                recovery.toMillis() / 1e3, audit.records(), missing(), audit.count(Outcome.DOUBLED));
    }

    /** Records without an answer. */
    long missing() {
        return audit.count(Outcome.MISSING) + audit.count(Outcome.WAITING);
    }

    /** Whether the job's guarantee was kept. */
    boolean isKept() {
        return missing() == 0 && (guarantee == Guarantee.AT_LEAST_ONCE || audit.count(Outcome.DOUBLED) == 0);
    }
}
