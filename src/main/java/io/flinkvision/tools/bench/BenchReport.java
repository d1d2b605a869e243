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
import java.util.function.BiFunction;
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

    /** What a ratio should be. */
    public record Target(Bound bound, double value) {

        /** Judges the median. */
        public boolean isMetBy(Spread ratio) {
            return bound == Bound.AT_LEAST ? ratio.median() >= value : ratio.median() <= value;
        }
    }

    /**
     * Two ways to classify the same pictures, compared.
     *
     * @param model name of the model
     * @param pictures name of the set of pictures
     * @param name dividend and divisor
     * @param value of the rounds of the same number
     * @param target empty if the ratio depends on the machine
     */
    public record Ratio(String model, String pictures, String name, Spread value, Optional<Target> target) {}

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

    /** The ratios of each model and set of pictures with the necessary rows. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        rows.stream().map(row -> List.of(row.model(), row.pictures())).distinct()
                .forEach(names -> addRatios(names.get(0), names.get(1), ratios));
        return List.copyOf(ratios);
    }

    private void addRatios(String model, String pictures, List<Ratio> ratios) {
        Optional<Row> bare = row(model, pictures, Row.BARE_LOOP, 1);
        Optional<Row> job = row(model, pictures, Row.JOB, 1);
        Optional<Row> consumerLoop = row(model, pictures, Row.CONSUMER_LOOP, 1);
        add(ratios, "job : bare loop, pictures per second", job, bare,
                (one, other) -> one.ratio(other, Round::rate), Bound.AT_LEAST, 0.95);
        add(ratios, "job : bare loop, CPU time per picture", job, bare,
                (one, other) -> one.ratio(other, Round::processorSecondsPerPicture), Bound.AT_MOST, 1.05);
        rows.stream().filter(row -> row.model().equals(model) && row.pictures().equals(pictures))
                .mapToInt(Row::parallelism).filter(parallelism -> parallelism > 1).sorted().distinct()
                .forEach(parallelism -> addRatios(parallelism,
                        row(model, pictures, Row.BARE_LOOP, parallelism), bare,
                        row(model, pictures, Row.JOB, parallelism), job, ratios));
        add(ratios, "job : consumer loop, pictures per second", job, consumerLoop,
                (one, other) -> one.ratio(other, Round::rate), Bound.AT_LEAST, 1.3);
        job.flatMap(Row::latency).ifPresent(latency -> add(ratios, "job's p99 at half load : 3 x bare loop + linger",
                job, bare, (one, loop) -> loop.spread(
                        round -> latency.p99Millis() / (3e3 / round.rate() + lingerMillis)), Bound.AT_MOST, 1));
    }

    /** What slots add: that of the machine shows in the bare loop, which shares nothing between its threads. */
    private void addRatios(int parallelism, Optional<Row> bare, Optional<Row> bareSingle, Optional<Row> job,
            Optional<Row> jobSingle, List<Ratio> ratios) {
        BiFunction<Row, Row, Spread> ratio = (one, other) -> one.ratioWithoutBroker(other, processors);
        add(ratios, "job : bare loop, both at parallelism " + parallelism + ", without the broker", job, bare, ratio,
                Bound.AT_LEAST, 0.95);
        add(ratios, "bare loop at parallelism " + parallelism + " : 1", bare, bareSingle, ratio, Optional.empty());
        add(ratios, "job at parallelism " + parallelism + " : 1, without the broker", job, jobSingle, ratio,
                Optional.empty());
    }

    private static void add(List<Ratio> ratios, String name, Optional<Row> one, Optional<Row> other,
            BiFunction<Row, Row, Spread> ratio, Bound bound, double target) {
        add(ratios, name, one, other, ratio, Optional.of(new Target(bound, target)));
    }

    private static void add(List<Ratio> ratios, String name, Optional<Row> one, Optional<Row> other,
            BiFunction<Row, Row, Spread> ratio, Optional<Target> target) {
        one.ifPresent(dividend -> other.ifPresent(divisor -> ratios.add(new Ratio(
                dividend.model(), dividend.pictures(), name, ratio.apply(dividend, divisor), target))));
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
        ratios().forEach(ratio -> {
            ObjectNode one = ratioNodes.addObject()
                    .put("model", ratio.model()).put("pictures", ratio.pictures()).put("name", ratio.name())
                    .setAll(json(ratio.value()));
            ratio.target().ifPresent(target -> one.put("bound", target.bound().toString())
                    .put("target", target.value()).put("met", target.isMetBy(ratio.value())));
        });
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
        row.warmUp().ifPresent(warmUp -> {
            ObjectNode one = node.putObject("warmUp").put("rounds", warmUp.rounds());
            warmUp.unsteady().forEach(one.putArray("unsteady")::add);
        });
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
        Optional<WarmUp> warmUp = Optional.of(node.path("warmUp")).filter(JsonNode::isObject)
                .map(BenchReport::warmUp);
        Optional<Latency> latency = Optional.of(node.path("latency")).filter(JsonNode::isObject)
                .map(it -> new Latency(it.required("pictures").asInt(), it.required("rate").asDouble(),
                        it.required("p50Millis").asDouble(), it.required("p99Millis").asDouble()));
        return new Row(node.required("model").asText(), node.required("pictures").asText(),
                node.required("pictureBytes").asLong(), node.required("way").asText(),
                node.required("parallelism").asInt(), rounds, warmUp, latency);
    }

    private static WarmUp warmUp(JsonNode node) {
        List<String> unsteady = new ArrayList<>();
        node.required("unsteady").forEach(text -> unsteady.add(text.asText()));
        return new WarmUp(node.required("rounds").asInt(), unsteady);
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
