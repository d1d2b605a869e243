package io.flinkvision.tools.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A report as JSON: every round as it was measured, so that others can reckon anew. The ratios are there for people;
 * who reads a report reckons them from the rows.
 */
public final class BenchJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private BenchJson() {}

    /** Writes a report to a file. */
    public static void write(BenchReport report, Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(of(report)) + "\n");
    }

    /**
     * Reads a report.
     *
     * @throws BenchException if the file holds none
     */
    public static BenchReport read(Path file) throws IOException {
        try {
            return report(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            throw new BenchException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new BenchException(file + " is no report of a benchmark: " + e.getMessage(), e);
        }
    }

    static ObjectNode of(BenchReport report) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode environment = node.putObject("environment");
        report.environment().forEach(environment::put);
        node.put("processors", report.processors()).put("lingerMillis", report.lingerMillis());
        ArrayNode ratios = node.putArray("ratios");
        report.ratios().forEach(ratio -> ratios.addObject()
                .put("model", ratio.model()).put("pictures", ratio.pictures()).put("name", ratio.name())
                .put("median", ratio.value().median()).put("least", ratio.value().least())
                .put("most", ratio.value().most())
                .put("bound", ratio.bound().toString()).put("target", ratio.target()).put("met", ratio.met()));
        ArrayNode rows = node.putArray("rows");
        report.rows().forEach(row -> rows.add(of(row)));
        return node;
    }

    /** A row with every round as it was measured. */
    static ObjectNode of(Row row) {
        ObjectNode node = JsonNodeFactory.instance.objectNode()
                .put("model", row.model()).put("pictures", row.pictures()).put("pictureBytes", row.pictureBytes())
                .put("way", row.way()).put("parallelism", row.parallelism());
        row.latency().ifPresent(latency -> node.putObject("latency")
                .put("pictures", latency.pictures()).put("rate", latency.rate())
                .put("p50Millis", latency.p50Millis()).put("p99Millis", latency.p99Millis()));
        ArrayNode rounds = node.putArray("rounds");
        row.rounds().forEach(round -> {
            ObjectNode one = rounds.addObject()
                    .put("pictures", round.pictures()).put("labelled", round.labelled())
                    .put("seconds", round.seconds()).put("processorSeconds", round.processorSeconds())
                    .put("brokerSeconds", round.brokerSeconds()).put("readerSeconds", round.readerSeconds())
                    .put("allocatedBytes", round.allocatedBytes());
            round.peakResidentBytes().ifPresent(bytes -> one.put("peakResidentBytes", bytes));
        });
        return node;
    }

    static BenchReport report(JsonNode node) {
        Map<String, String> environment = new LinkedHashMap<>();
        node.path("environment").properties().forEach(entry ->
                environment.put(entry.getKey(), entry.getValue().asText()));
        List<Row> rows = new ArrayList<>();
        node.required("rows").forEach(row -> rows.add(row(row)));
        return new BenchReport(environment, node.required("processors").asInt(),
                node.required("lingerMillis").asDouble(), rows);
    }

    private static Row row(JsonNode node) {
        List<Round> rounds = new ArrayList<>();
        node.required("rounds").forEach(round -> rounds.add(round(round)));
        Optional<Latency> latency = Optional.of(node.path("latency")).filter(JsonNode::isObject)
                .map(it -> new Latency(it.required("pictures").asInt(), it.required("rate").asDouble(),
                        it.required("p50Millis").asDouble(), it.required("p99Millis").asDouble()));
        return new Row(node.required("model").asText(), node.required("pictures").asText(),
                node.required("pictureBytes").asLong(), node.required("way").asText(),
                node.required("parallelism").asInt(), rounds, latency);
    }

    private static Round round(JsonNode node) {
        OptionalLong peak = node.has("peakResidentBytes")
                ? OptionalLong.of(node.get("peakResidentBytes").asLong())
                : OptionalLong.empty();
        return new Round(node.required("pictures").asInt(), node.required("labelled").asInt(),
                node.required("seconds").asDouble(), node.required("processorSeconds").asDouble(),
                node.path("brokerSeconds").asDouble(), node.path("readerSeconds").asDouble(),
                node.path("allocatedBytes").asLong(), peak);
    }
}
