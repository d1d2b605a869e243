package io.flinkvision.cluster;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.tools.audit.AuditReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * One fault under one job, from the first picture to the audit of all of them.
 *
 * @param folder an empty one
 * @param records how many pictures are sent at least, half of them after the fault
 * @param settings of {@code config.yaml} that go before those that users have
 */
record FaultTrial(Path folder, int records, Map<String, String> settings) {

    /** Lets a fault strike a job while pictures flow. */
    FaultReport run(Fault fault, Guarantee guarantee) throws IOException {
        try (FaultScene scene = new FaultScene(folder, fault, guarantee, settings)) {
            scene.submit();
            scene.feed().resume();
            scene.awaitSent(records / 2);
            scene.awaitCheckpoint();

            long struck = System.nanoTime();
            fault.strike(scene);
            long ended = System.nanoTime();
            try (Answers answers = scene.answersFromNow()) {
                answers.awaitOne(fault::isProvedBy);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + ", and these transactions are open: "
                        + scene.openTransactions(), e);
            }
            long recovered = System.nanoTime();

            scene.awaitSent(scene.sent() + records / 2);
            scene.feed().pause();
            AuditReport audit = audit(scene);
            scene.heads().ifPresent(heads -> heads.check(FaultScene.LABELS, FaultScene.PARTITIONS));
            return new FaultReport(fault, guarantee, Duration.ofNanos(ended - struck),
                    Duration.ofNanos(recovered - ended), audit);
        }
    }

    private static AuditReport audit(FaultScene scene) {
        AuditReport report = scene.kafka().audit(FaultScene.NAME, FaultScene.IMAGES, FaultScene.LABELS,
                FaultScene.DEAD_LETTERS);
        if (report.records() != scene.sent()) {
            throw new AssertionError("The topic has " + report.records() + " records, but sent were " + scene.sent());
        }
        return report;
    }
}
