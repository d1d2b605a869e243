package io.flinkvision.cluster;

import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.watch.StartPosition;
import java.util.Properties;

/** What {@code bin/vision audit} says when a test has done its worst to a job. */
final class FinalAudit {

    private static final int MOST_OFFENDERS = 20;

    private FinalAudit() {}

    /**
     * Waits for the answers that are still under way, and counts.
     *
     * @param group the job's consumer group
     */
    static AuditReport of(KafkaProcess kafka, String group, String images, String labels, String deadLetters) {
        Properties broker = new Properties();
        broker.setProperty("bootstrap.servers", kafka.bootstrapServers());
        Audit.Plan plan = new Audit.Plan(images::equals, group, labels, deadLetters,
                new StartPosition.Beginning(), Waiting.PATIENCE, MOST_OFFENDERS);
        return new Audit(plan, broker, broker, count -> {}).run();
    }
}
