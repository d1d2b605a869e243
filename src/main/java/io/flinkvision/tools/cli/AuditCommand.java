package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.watch.StartPosition;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision audit}: whether every input record has exactly one outcome. */
@Command(
        name = "audit",
        description = "Compare a job's input topics with its labels and dead letters: each input record must have exactly"
                + " one of either. No offsets are committed, so other consumers are not disturbed.",
        footer = {"", "It looks at the records that are there when it begins. A record without an outcome is missing"
                + " where the job's consumer group is past it, and waiting where it is not. An at-least-once job that"
                + " has failed has doubled some.",
                "Exits with 0 when each record has exactly one outcome, 1 when one has not, 2 when it was called"
                + " wrongly."})
final class AuditCommand implements Callable<Integer> {

    private static final long NANOS_BETWEEN_WORDS = TimeUnit.SECONDS.toNanos(5);

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--since", paramLabel = "TIME", converter = StartPositionConverter.class,
            description = "Leave out input records from before: 10m, 1h (before now), 2026-01-01T12:00:00Z, or beginning"
                    + " (default: beginning).")
    private StartPosition since = new StartPosition.Beginning();

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "10",
            description = "How long to wait for outcomes that are not there yet (default: ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    @Option(names = "--most-offenders", paramLabel = "N", defaultValue = "1000",
            description = "Name so many records at the most that do not have their one outcome (default:"
                    + " ${DEFAULT-VALUE}). All are counted.")
    private int mostOffenders;

    @Option(names = "--json", description = "Print the whole as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private long lastWord = System.nanoTime();

    @Override
    public Integer call() {
        JobDefinition job = kafka.job();
        PrintWriter err = spec.commandLine().getErr();
        err.println("Auditing " + job.name() + ": topics " + job.sink().topic() + " and "
                + job.sink().deadLetterTopic() + " against its input, group " + job.source().group());
        err.flush();
        AuditReport report =
                new Audit(plan(job), kafka.inputConsumer(job), kafka.outputConsumer(job), this::progress).run();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? AuditText.json(report) : AuditText.of(report));
        out.flush();
        return report.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Audit.Plan plan(JobDefinition job) {
        if (since instanceof StartPosition.End) {
            throw new ParameterException(spec.commandLine(), "Nothing would be left to audit with --since now");
        }
        try {
            return new Audit.Plan(job.source()::reads, job.source().group(), job.sink().topic(),
                    job.sink().deadLetterTopic(), since,
                    Duration.ofSeconds(patienceSeconds), mostOffenders);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void progress(long outputs) {
        if (System.nanoTime() - lastWord > NANOS_BETWEEN_WORDS) {
            lastWord = System.nanoTime();
            spec.commandLine().getErr().printf("  %,d output records read%n", outputs);
            spec.commandLine().getErr().flush();
        }
    }
}
