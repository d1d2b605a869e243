package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.audit.AuditReport.Offender;
import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An audit's report: lines for people, or JSON for programs. */
final class AuditText {

    private AuditText() {}

    /** A line a stretch of offenders, then the counts. */
    static String of(AuditReport report) {
        StringBuilder text = new StringBuilder();
        for (List<Offender> stretch : stretches(report.offenders())) {
            Offender first = stretch.get(0);
            text.append(String.format(Locale.ROOT, "%-8s %s", name(first.outcome()), first.record()));
            if (stretch.size() > 1) {
                text.append(" to ").append(stretch.get(stretch.size() - 1).record().offset());
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
                    "%,d output records are of input records that were not looked at%n", report.foreign()));
        }
        return text.toString();
    }

    /** Offenders that follow each other in a partition and are alike. */
    private static List<List<Offender>> stretches(List<Offender> offenders) {
        List<List<Offender>> stretches = new ArrayList<>();
        for (Offender offender : offenders) {
            List<Offender> last = stretches.isEmpty() ? List.of() : stretches.get(stretches.size() - 1);
            if (!last.isEmpty() && follows(last.get(last.size() - 1), offender)) {
                last.add(offender);
            } else {
                stretches.add(new ArrayList<>(List.of(offender)));
            }
        }
        return stretches;
    }

    private static boolean follows(Offender before, Offender offender) {
        RecordCoordinates next = new RecordCoordinates(
                before.record().topic(), before.record().partition(), before.record().offset() + 1);
        return offender.equals(new Offender(next, before.outcome(), before.labels(), before.deadLetters()));
    }

    /** One object: the counts by outcome, {@code sound}, and the offenders. */
    static String json(AuditReport report) {
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
