package io.flinkvision.tools.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** All points as JSON, with every round as it was measured, in the shape of a benchmark's rows. */
public final class GrowthJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private GrowthJson() {}

    /** Writes a report to a file. */
    public static void write(GrowthReport report, Path file) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode environment = node.putObject("environment");
        report.environment().forEach(environment::put);
        node.put("processors", report.processors());
        ArrayNode points = node.putArray("points");
        for (GrowthPoint point : report.points()) {
            ObjectNode one = points.addObject()
                    .put("dimension", point.dimension().toString()).put("at", point.at());
            one.set("picturesASecond", of(point.rate()));
            one.set("processorMillis", of(point.processorMillis()));
            report.efficiency(point).ifPresent(efficiency -> one.set("efficiency", of(efficiency)));
            one.setAll(BenchJson.of(point.row()));
        }
        Files.writeString(file, JSON.writeValueAsString(node) + "\n");
    }

    private static ObjectNode of(Spread spread) {
        return JsonNodeFactory.instance.objectNode()
                .put("median", spread.median()).put("least", spread.least()).put("most", spread.most());
    }
}
