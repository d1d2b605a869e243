package io.flinkvision.tools.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;

/**
 * The results of a benchmark. As JSON it has every round, so that others can compute their own figures; its ratios are
 * for people, and are computed from the rows when it is read.
 *
 * @param environment machine, versions and method: names and values, in the order of printing
 * @param processors number of processors of the machine
 * @param lingerMillis how long the job's producer waits for more labels before it sends a batch
 */
public record BenchReport(Map<String, String> environment, int processors, double lingerMillis, List<Row> rows) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int PARALLEL = 2;

    /** The side of a target on which a ratio should be. */
    public enum Bound {
        AT_LEAST("at least"), AT_MOST("at most");

        private final String words;

        Bound(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * Two ways to classify the same pictures, compared.
     *
     * @param model name of the model
     * @param pictures name of the set of pictures
     * @param name dividend and divisor
     * @param value of the rounds of the same number
     */
    public record Ratio(String model, String pictures, String name, Spread value, Bound bound, double target) {

        public boolean isMet() {
            return bound == Bound.AT_LEAST ? value.median() >= target : value.median() <= target;
        }
    }

    public BenchReport {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        rows = List.copyOf(rows);
        if (processors < 1) {
            throw new IllegalArgumentException("A machine has at least one processor, not " + processors);
        }
    }

    /** Adds rows of another report. */
    public BenchReport with(List<Row> others) {
        return new BenchReport(environment, processors, lingerMillis,
                Stream.concat(rows.stream(), others.stream()).toList());
    }

    public boolean isEverythingLabelled() {
        return rows.stream().allMatch(Row::isEverythingLabelled);
    }

    /** The ratios with a target, for each model and set of pictures with the necessary rows. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        rows.stream().map(row -> List.of(row.model(), row.pictures())).distinct()
                .forEach(names -> addRatios(names.get(0), names.get(1), ratios));
        return List.copyOf(ratios);
    }

    private void addRatios(String model, String pictures, List<Ratio> ratios) {
        Optional<Row> bare = row(model, pictures, Row.BARE_LOOP, 1);
        Optional<Row> job = row(model, pictures, Row.JOB, 1);
        Optional<Row> parallel = row(model, pictures, Row.JOB, PARALLEL);
        Optional<Row> consumerLoop = row(model, pictures, Row.CONSUMER_LOOP, 1);
        add(ratios, "job : bare loop, pictures per second", job, bare,
                (one, other) -> one.rate() / other.rate(), Bound.AT_LEAST, 0.95);
        add(ratios, "job : bare loop, CPU time per picture", job, bare,
                (one, other) -> one.processorSecondsPerPicture() / other.processorSecondsPerPicture(),
                Bound.AT_MOST, 1.05);
        add(ratios, "job at parallelism 2 : 1, without the broker", parallel, job,
                (two, one) -> two.rateWithoutBroker(PARALLEL, processors) / one.rateWithoutBroker(1, processors),
                Bound.AT_LEAST, 1.8);
        add(ratios, "job : consumer loop, pictures per second", job, consumerLoop,
                (one, other) -> one.rate() / other.rate(), Bound.AT_LEAST, 1.3);
        job.flatMap(Row::latency).ifPresent(latency -> bare.ifPresent(row -> ratios.add(new Ratio(
                model, pictures, "job's p99 at half load : 3 x bare loop + linger",
                row.spread(round -> latency.p99Millis() / (3e3 / round.rate() + lingerMillis)),
                Bound.AT_MOST, 1))));
    }

    private static void add(List<Ratio> ratios, String name, Optional<Row> one, Optional<Row> other,
            ToDoubleBiFunction<Round, Round> ratio, Bound bound, double target) {
        one.ifPresent(dividend -> other.ifPresent(divisor -> ratios.add(new Ratio(
                dividend.model(), dividend.pictures(), name, dividend.ratio(divisor, ratio), bound, target))));
    }

    private Optional<Row> row(String model, String pictures, String way, int parallelism) {
        return rows.stream()
                .filter(row -> row.model().equals(model) && row.pictures().equals(pictures)
                        && row.way().equals(way) && row.parallelism() == parallelism)
                .findFirst();
    }

    /** Writes the report as JSON. */
    public void write(Path file) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode environmentNode = node.putObject("environment");
        environment.forEach(environmentNode::put);
        node.put("processors", processors).put("lingerMillis", lingerMillis);
        ArrayNode ratioNodes = node.putArray("ratios");
        ratios().forEach(ratio -> ratioNodes.addObject()
                .put("model", ratio.model()).put("pictures", ratio.pictures()).put("name", ratio.name())
                .<ObjectNode>setAll(json(ratio.value()))
                .put("bound", ratio.bound().toString()).put("target", ratio.target()).put("met", ratio.isMet()));
        ArrayNode rowNodes = node.putArray("rows");
        rows.forEach(row -> rowNodes.add(json(row)));
        write(node, file);
    }

    /** Writes indented JSON. */
    static void write(JsonNode node, Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(node) + "\n");
    }

    /**
     * Reads a report.
     *
     * @throws ToolException if the file is not one
     */
    public static BenchReport read(Path file) throws IOException {
        try {
            return report(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException e) {
            throw new ToolException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ToolException(file + " is not a report of a benchmark: " + e.getMessage(), e);
        }
    }

    static ObjectNode json(Spread spread) {
        return JsonNodeFactory.instance.objectNode()
                .put("median", spread.median()).put("least", spread.min()).put("most", spread.max());
    }

    /** A row with all of its rounds. */
    static ObjectNode json(Row row) {
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

    private static BenchReport report(JsonNode node) {
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
