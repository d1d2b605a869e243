package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.audit.Audit;
import io.flinkvision.tools.audit.AuditReport.Offender;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import io.flinkvision.tools.audit.FrameAudit;
import io.flinkvision.tools.audit.FrameReport;
import io.flinkvision.tools.watch.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision audit}: compares the input records with the output records of a job. */
@Command(
        name = "audit",
        description = "Compare a job's input topics with its labels and dead letters: each input record must have exactly"
                + " one of either. Commits no offsets, so other consumers are not disturbed.",
        footer = {"", "Covers the records that exist when it starts. A record without an outcome is missing if the job's"
                + " consumer group is past it, else waiting. After a failure, an at-least-once job may have doubled"
                + " some.",
                "Frames of a job that reads cameras itself are on no topic, so nothing tells which have no outcome: only"
                + " those are found that have more than one, of the outputs written since --since.",
                "Exit status: 0 if every record has exactly one outcome, 1 if not, 2 on wrong usage."})
final class AuditCommand extends VisionCommand implements Callable<Integer> {

    private static final long NANOS_BETWEEN_PROGRESS_LINES = TimeUnit.SECONDS.toNanos(5);

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--since", paramLabel = "TIME",
            description = "Skip input records from before this time: 10m, 1h (ago), 2026-01-01T12:00:00Z, or beginning"
                    + " (default: beginning).")
    private StartPosition since = new StartPosition.Beginning();

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "10",
            description = "How long to wait for outcomes that are not there yet (default: ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    @Option(names = "--most-offenders", paramLabel = "N", defaultValue = "1000",
            description = "List at most this many records that lack their one outcome (default: ${DEFAULT-VALUE})."
                    + " All are counted.")
    private int maxOffenders;

    @Option(names = "--json", description = "Print the report as one JSON object.")
    private boolean json;

    private long lastProgress = System.nanoTime();

    @Override
    public Integer call() {
        JobDefinition job = kafka.job();
        return job.readsCameras() ? frames(job) : records(job);
    }

    private int records(JobDefinition job) {
        log("Auditing " + job.name() + ": topics " + job.get(JobOptions.SINK_TOPIC) + " and "
                + job.get(JobOptions.DEAD_LETTERS_TOPIC) + " against its input, group "
                + job.get(JobOptions.SOURCE_GROUP));
        AuditReport report =
                new Audit(plan(job), kafka.inputConsumer(job), kafka.outputConsumer(job), this::progress).run();
        out().print(json ? json(report) : text(report));
        out().flush();
        return report.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int frames(JobDefinition job) {
        requireSomething();
        if (maxOffenders < 0) {
            throw wrongUse("The most offenders to name cannot be " + maxOffenders);
        }
        log("Auditing " + job.name() + ", which reads cameras itself: topics " + job.get(JobOptions.SINK_TOPIC) + " and "
                + job.get(JobOptions.DEAD_LETTERS_TOPIC) + " alone. The frames are on no topic, so whether one has no"
                + " outcome cannot be told");
        FrameReport report = new FrameAudit(job.get(JobOptions.SINK_TOPIC), job.get(JobOptions.DEAD_LETTERS_TOPIC),
                since instanceof StartPosition.Since from ? Optional.of(from.time()) : Optional.empty(), maxOffenders,
                kafka.outputConsumer(job), this::progress).run();
        out().print(json ? FrameAuditText.json(report) : FrameAuditText.text(report));
        out().flush();
        return report.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void requireSomething() {
        if (since instanceof StartPosition.End) {
            throw wrongUse("Nothing would be left to audit with --since now");
        }
    }

    private Audit.Plan plan(JobDefinition job) {
        requireSomething();
        try {
            return new Audit.Plan(job::reads, job.get(JobOptions.SOURCE_GROUP), job.get(JobOptions.SINK_TOPIC),
                    job.get(JobOptions.DEAD_LETTERS_TOPIC), since,
                    Duration.ofSeconds(patienceSeconds), maxOffenders);
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }

    private void progress(long outputs) {
        if (System.nanoTime() - lastProgress > NANOS_BETWEEN_PROGRESS_LINES) {
            lastProgress = System.nanoTime();
            log(String.format(Locale.ROOT, "  %,d output records read", outputs));
        }
    }

    /** One line per range of offenders, then the counts. */
    private static String text(AuditReport report) {
        StringBuilder text = new StringBuilder();
        for (List<Offender> range : ranges(report.offenders())) {
            Offender first = range.get(0);
            text.append(String.format(Locale.ROOT, "%-8s %s", name(first.outcome()), first.record()));
            if (range.size() > 1) {
                text.append(" to ").append(range.get(range.size() - 1).record().offset());
            }
            if (first.outcome() == Outcome.DOUBLED) {
                text.append(": ").append(first.labels()).append(" labels, ").append(first.deadLetters())
                        .append(" dead letters");
            }
            text.append('\n');
        }
        text.append(String.format(Locale.ROOT, "%,d records", report.records()));
        for (Outcome outcome : Outcome.values()) {
            text.append(String.format(Locale.ROOT, ", %,d %s", report.count(outcome), name(outcome)));
        }
        text.append('\n');
        if (report.unreadable() > 0) {
            text.append(String.format(Locale.ROOT, "%,d output records name no input record%n", report.unreadable()));
        }
        if (report.foreign() > 0) {
            text.append(String.format(Locale.ROOT,
                    "%,d output records belong to input records that were not audited%n", report.foreign()));
        }
        return text.toString();
    }

    /** Groups offenders that are alike and follow each other in a partition. */
    private static List<List<Offender>> ranges(List<Offender> offenders) {
        List<List<Offender>> ranges = new ArrayList<>();
        for (Offender offender : offenders) {
            List<Offender> last = ranges.isEmpty() ? List.of() : ranges.get(ranges.size() - 1);
            if (!last.isEmpty() && follows(last.get(last.size() - 1), offender)) {
                last.add(offender);
            } else {
                ranges.add(new ArrayList<>(List.of(offender)));
            }
        }
        return ranges;
    }

    private static boolean follows(Offender before, Offender offender) {
        RecordCoordinates next = new RecordCoordinates(
                before.record().topic(), before.record().partition(), before.record().offset() + 1);
        return offender.equals(new Offender(next, before.outcome(), before.labels(), before.deadLetters()));
    }

    /** One object: the counts by outcome, {@code sound}, and the offenders. */
    private static String json(AuditReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("sound", report.isSound());
        root.put("records", report.records());
        for (Outcome outcome : Outcome.values()) {
            root.put(camelCase(outcome), report.count(outcome));
        }
        root.put("unreadableOutputs", report.unreadable());
        root.put("foreignOutputs", report.foreign());
        ArrayNode offenders = root.putArray("offenders");
        report.offenders().forEach(offender -> offenders.addObject()
                .put("outcome", camelCase(offender.outcome()))
                .put("topic", offender.record().topic())
                .put("partition", offender.record().partition())
                .put("offset", offender.record().offset())
                .put("labels", offender.labels())
                .put("deadLetters", offender.deadLetters()));
        return root + "\n";
    }

    private static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String camelCase(Outcome outcome) {
        return outcome == Outcome.DEAD_LETTERED ? "deadLettered" : name(outcome);
    }
}
