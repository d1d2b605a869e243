package io.flinkvision.cluster;

import io.flinkvision.audit.Audit;
import io.flinkvision.audit.AuditPlan;
import io.flinkvision.audit.AuditReport;
import io.flinkvision.job.JobOptions.Guarantee;
import io.flinkvision.stream.AgeLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * One fault under one job, from the first picture to the audit of all of them.
 *
 * @param folder an empty one
 * @param records how many pictures are sent at least, half of them after the fault
 * @param settings of {@code config.yaml} that go before those that users have
 */
record FaultTrial(Path folder, int records, Map<String, String> settings) {

    private static final int MOST_OFFENDERS = 20;

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
            return new FaultReport(fault, guarantee, Duration.ofNanos(ended - struck),
                    Duration.ofNanos(recovered - ended), audit(scene));
        }
    }

    private static AuditReport audit(FaultScene scene) {
        Properties broker = new Properties();
        broker.setProperty("bootstrap.servers", scene.kafka().bootstrapServers());
        AuditPlan plan = new AuditPlan(FaultScene.IMAGES::equals, FaultScene.NAME, FaultScene.LABELS,
                FaultScene.DEAD_LETTERS, AgeLimit.NONE, Optional.empty(), Waiting.DEADLINE, MOST_OFFENDERS);
        AuditReport report = new Audit(plan, broker, broker, count -> {}).run();
        if (report.records() != scene.sent()) {
            throw new AssertionError("The topic has " + report.records() + " records, but sent were " + scene.sent());
        }
        return report;
    }
}
