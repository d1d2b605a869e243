package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.job.record.Region;
import io.flinkvision.tools.publish.DeclaredRegions.Declaration;
import io.flinkvision.tools.publish.DeclaredRegions.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Regions and refused records for people and programs.
 *
 * @param declarations in the order of the rows
 * @param refusals follow the declarations
 */
record RegionText(Collection<Declaration> declarations, Collection<Refusal> refusals) {

    private static final List<String> HEADER = List.of("KEY", "BOX", "EVERY", "HEAD", "SHA-256", "FROM", "LABELS");
    private static final String NONE = "-";
    private static final int DIGEST_LENGTH = 12;

    /** A table with a header, and a line for each refused record; no lines if there is nothing. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        if (!declarations.isEmpty()) {
            lines.addAll(new TextTable(HEADER, declarations.stream().map(RegionText::row).toList()).lines());
        }
        refusals.forEach(refusal -> lines.add((refusal.key().isEmpty() ? "(no key)" : refusal.key())
                + "  refused: " + refusal.reason() + " (" + refusal.source() + ")"));
        return lines;
    }

    private static List<String> row(Declaration declaration) {
        Region region = declaration.region();
        return List.of(
                region.key().toString(),
                region.box().text(),
                region.every().map(OptionType.duration()::print).orElse(NONE),
                region.head().map(head -> head.description().name()).orElse(NONE),
                region.head().map(head -> head.digest().substring(0, DIGEST_LENGTH)).orElse(NONE),
                declaration.source().orElse("job file"),
                region.head().map(head -> ModelText.labels(head.description().labels()))
                        .orElse("classes of the job's model"));
    }

    /** One JSON object per region, and per refused record. */
    List<String> json() {
        return Stream.concat(
                declarations.stream().map(RegionText::json), refusals.stream().map(RegionText::json))
                .map(ObjectNode::toString).toList();
    }

    private static ObjectNode json(Declaration declaration) {
        Region region = declaration.region();
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("key", region.key().toString());
        line.putObject("box").put("x", region.box().x()).put("y", region.box().y())
                .put("width", region.box().width()).put("height", region.box().height());
        region.every().ifPresent(every -> line.put("everyMillis", every.toMillis()));
        region.head().ifPresent(head -> {
            ObjectNode node = line.putObject("head").put("name", head.description().name()).put("digest", head.digest());
            head.description().labels().forEach(node.putArray("labels")::add);
        });
        declaration.source().ifPresent(source -> line.put("source", source));
        return line;
    }

    private static ObjectNode json(Refusal refusal) {
        return JsonNodeFactory.instance.objectNode().put("key", refusal.key()).put("refused", refusal.reason())
                .put("source", refusal.source());
    }
}
