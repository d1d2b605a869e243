package io.flinkvision.tools.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The job's speed and cost along several dimensions.
 *
 * @param environment machine, versions and method: names and values, in the order of printing
 * @param processors number of processors of the machine
 * @param points by dimension, in the order of its axis
 */
public record GrowthReport(Map<String, String> environment, int processors, List<Point> points) {

    /** What is varied. */
    public enum Dimension {
        SIZE("picture size"),
        PARALLELISM("parallelism"),
        CAMERAS("cameras"),
        PARTITIONS("partitions of the input topic"),
        TOP_K("labels of a picture (top-k)"),
        MODEL("model, and MB of its weights"),
        HEADS("heads, each of a camera of its own"),
        REGIONS("regions of a picture");

        private final String axis;

        Dimension(String axis) {
            this.axis = axis;
        }

        /** Title of the axis. */
        String axis() {
            return axis;
        }

        /**
         * Reads a name such as {@code top-k}.
         *
         * @throws IllegalArgumentException if there is no such dimension
         */
        public static Dimension parse(String text) {
            return Arrays.stream(values()).filter(dimension -> dimension.toString().equals(text)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                            + Arrays.stream(values()).map(Dimension::toString).collect(Collectors.joining(", "))));
        }

        /** As in the command line, and in the names of the plots. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The job at one point along a dimension.
     *
     * @param at the point's name on the axis, such as {@code 1,000}
     * @param row the job
     * @param bareLoop decoder and network alone, on as many threads; only of parallelism
     */
    public record Point(Dimension dimension, String at, Row row, Optional<Row> bareLoop) {}

    public GrowthReport {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        points = List.copyOf(points);
        if (processors < 1) {
            throw new IllegalArgumentException("A machine has at least one processor, not " + processors);
        }
    }

    /** The dimensions with points. */
    public List<Dimension> dimensions() {
        return points.stream().map(Point::dimension).distinct().toList();
    }

    public List<Point> points(Dimension dimension) {
        return points.stream().filter(point -> point.dimension() == dimension).toList();
    }

    /**
     * Pictures per second divided by the parallelism and by the pictures per second at parallelism 1, round by round;
     * empty for points of other dimensions.
     */
    public Optional<Spread> efficiency(Point point) {
        if (point.dimension() != Dimension.PARALLELISM) {
            return Optional.empty();
        }
        return points(Dimension.PARALLELISM).stream().map(Point::row).filter(row -> row.parallelism() == 1)
                .findFirst().map(single -> point.row().ratio(
                        single, (many, one) -> many.rate() / (point.row().parallelism() * one.rate())));
    }

    /**
     * Pictures per second divided by those of the bare loop on as many threads, round by round, without the broker;
     * empty for points without one.
     */
    public Optional<Spread> ratioToBareLoop(Point point) {
        return point.bareLoop().map(loop -> point.row().ratioWithoutBroker(loop, processors));
    }

    /**
     * Pictures per second divided by those of the first point, which classifies whole pictures, round by round; empty
     * for points of other dimensions than heads and regions.
     */
    public Optional<Spread> ratioToWhole(Point point) {
        if (point.dimension() != Dimension.HEADS && point.dimension() != Dimension.REGIONS) {
            return Optional.empty();
        }
        return points(point.dimension()).stream().findFirst().map(whole -> point.row().ratio(whole.row(), Round::rate));
    }

    public boolean isEverythingLabelled() {
        return points.stream().flatMap(point -> Stream.concat(Stream.of(point.row()), point.bareLoop().stream()))
                .allMatch(Row::isEverythingLabelled);
    }

    /** Writes all points as JSON, each with the keys of a row of a {@link BenchReport}. */
    public void write(Path file) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode environmentNode = node.putObject("environment");
        environment.forEach(environmentNode::put);
        node.put("processors", processors);
        ArrayNode pointNodes = node.putArray("points");
        for (Point point : points) {
            ObjectNode one = pointNodes.addObject()
                    .put("dimension", point.dimension().toString()).put("at", point.at());
            one.set("picturesASecond", BenchReport.json(point.row().rate()));
            one.set("processorMillis", BenchReport.json(point.row().processorMillis()));
            efficiency(point).ifPresent(efficiency -> one.set("efficiency", BenchReport.json(efficiency)));
            ratioToBareLoop(point).ifPresent(ratio -> one.set("ratioToBareLoop", BenchReport.json(ratio)));
            point.bareLoop().ifPresent(loop -> one.set("bareLoop", BenchReport.json(loop)));
            ratioToWhole(point).ifPresent(ratio -> one.set("ratioToWhole", BenchReport.json(ratio)));
            one.setAll(BenchReport.json(point.row()));
        }
        BenchReport.write(node, file);
    }
}
