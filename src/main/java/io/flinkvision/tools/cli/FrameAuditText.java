package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.tools.audit.FrameReport.Doubled;
import io.flinkvision.tools.audit.FrameReport;
import java.util.Locale;

/** What an audit of a job that reads cameras itself prints. */
final class FrameAuditText {

    private FrameAuditText() {}

    /** A line of each frame with several outcomes, and then the counts. */
    static String text(FrameReport report) {
        StringBuilder text = new StringBuilder();
        for (Doubled frame : report.offenders()) {
            text.append(String.format(Locale.ROOT, "%-8s %s: %d labels, %d dead letters%n", "doubled",
                    PrintableText.escaped(frame.frame().toString()), frame.labels(), frame.deadLetters()));
        }
        text.append(String.format(Locale.ROOT, "%,d cameras, %,d frames labelled, %,d dead-lettered, %,d doubled%n",
                report.cameras(), report.labelled(), report.deadLettered(), report.doubled()));
        if (report.unreadable() > 0) {
            text.append(String.format(Locale.ROOT, "%,d output records name no frame of a camera%n",
                    report.unreadable()));
        }
        return text.toString();
    }

    /** One object: the counts, {@code sound}, and the frames with several outcomes. */
    static String json(FrameReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode()
                .put("sound", report.isSound())
                .put("cameras", report.cameras())
                .put("labelled", report.labelled())
                .put("deadLettered", report.deadLettered())
                .put("doubled", report.doubled())
                .put("unreadableOutputs", report.unreadable());
        ArrayNode offenders = root.putArray("offenders");
        report.offenders().forEach(frame -> offenders.addObject()
                .put("outcome", "doubled")
                .put("camera", frame.frame().camera())
                .put("session", frame.frame().session())
                .put("frame", frame.frame().number())
                .put("labels", frame.labels())
                .put("deadLetters", frame.deadLetters()));
        return PrintableText.escaped(root.toString()) + "\n";
    }
}
