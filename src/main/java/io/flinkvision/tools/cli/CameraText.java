package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.tools.publish.DeclaredCameras.Declaration;
import io.flinkvision.tools.publish.DeclaredCameras.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cameras and refused records for people and programs.
 *
 * @param declarations in the order of the rows
 * @param refusals follow the declarations
 */
record CameraText(Collection<Declaration> declarations, Collection<Refusal> refusals) {

    private static final List<String> HEADER = List.of("ID", "SOURCE", "FROM", "SETTINGS");
    private static final String SOURCE = "source";

    /** A table with a header, and a line for each refused record; no lines if there is nothing. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        if (!declarations.isEmpty()) {
            lines.addAll(new TextTable(HEADER, declarations.stream().map(CameraText::row).toList()).lines());
        }
        refusals.forEach(refusal -> lines.add((refusal.key().isEmpty() ? "(no key)" : refusal.key())
                + "  refused: " + refusal.reason() + " (" + refusal.source() + ")"));
        return lines;
    }

    private static List<String> row(Declaration declaration) {
        String settings = settings(declaration).entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        return List.of(declaration.camera().id(), declaration.camera().options().get(SOURCE), declaration.source(),
                settings.isEmpty() ? "-" : settings);
    }

    private static SortedMap<String, String> settings(Declaration declaration) {
        SortedMap<String, String> settings = new TreeMap<>(declaration.camera().options());
        settings.remove(SOURCE);
        return settings;
    }

    /** One JSON object per camera, and per refused record. */
    List<String> json() {
        return Stream.concat(
                declarations.stream().map(CameraText::json), refusals.stream().map(CameraText::json))
                .map(ObjectNode::toString).toList();
    }

    private static ObjectNode json(Declaration declaration) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("id", declaration.camera().id())
                .put(SOURCE, declaration.camera().options().get(SOURCE));
        ObjectNode settings = line.putObject("settings");
        settings(declaration).forEach(settings::put);
        return line.put("record", declaration.source());
    }

    private static ObjectNode json(Refusal refusal) {
        return JsonNodeFactory.instance.objectNode().put("id", refusal.key()).put("refused", refusal.reason())
                .put("record", refusal.source());
    }
}
