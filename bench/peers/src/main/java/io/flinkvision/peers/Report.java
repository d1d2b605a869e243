package io.flinkvision.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured, as a table in Markdown and as values for JSON.
 *
 * @param environment what it was measured on, and how: names and values
 * @param model the network's name
 * @param pictures what the pictures are, such as {@code 640x480 jpeg}
 * @param pictureBytes of a picture, on average
 * @param distinct how many pictures there are
 */
record Report(Map<String, String> environment, String model, String pictures, long pictureBytes, int distinct,
        List<Row> rows) {

    List<String> table() {
        Row base = base();
        List<String> lines = new ArrayList<>();
        environment.forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%s, %s, %d kB a picture; median (least to most) of %d rounds",
                model, pictures, pictureBytes / 1000, base.rounds().size()));
        lines.add("");
        lines.add("| peer | pictures a second | ratio to " + base.peer().name() + " | processor ms a picture | ratio"
                + " | Java kB a picture | same first label |");
        lines.add("| --- | --- | --- | --- | --- | --- | --- |");
        for (Row row : rows) {
            lines.add(String.format(Locale.ROOT, "| %s | %s | %s | %s | %s | %.1f | %d of %d |", row.peer().name(),
                    row.spread(Round::rate).toText("%.1f"), row.ratio(base, Round::rate).toText("%.2f"),
                    row.spread(round -> 1e3 * round.processorSecondsAPicture()).toText("%.2f"),
                    row.ratio(base, Round::processorSecondsAPicture).toText("%.2f"),
                    row.spread(Round::allocatedBytesAPicture).median() / 1e3, row.agreeing(), distinct));
        }
        return lines;
    }

    private Row base() {
        return rows.stream().filter(row -> row.peer().equals(Peer.FLINK_VISION)).findFirst().orElseThrow();
    }

    /** Maps, lists, texts and numbers, under the keys that the reports of flink-vision's own benchmark have. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("environment", environment);
        values.put("processors", Runtime.getRuntime().availableProcessors());
        values.put("lingerMillis", 5);
        values.put("rows", rows.stream().map(this::values).toList());
        return values;
    }

    private Map<String, Object> values(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", model);
        values.put("pictures", pictures);
        values.put("pictureBytes", pictureBytes);
        values.put("way", row.peer().name());
        values.put("parallelism", 1);
        values.put("distinctPictures", distinct);
        values.put("sameFirstLabel", row.agreeing());
        values.put("ratio", row.ratio(base(), Round::rate).median());
        values.put("rounds", row.rounds().stream().map(Report::values).toList());
        return values;
    }

    private static Map<String, Object> values(Round round) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("pictures", round.pictures());
        values.put("labelled", round.pictures());
        values.put("seconds", round.seconds());
        values.put("processorSeconds", round.use().processorNanos() / 1e9);
        values.put("brokerSeconds", round.brokerSeconds());
        values.put("allocatedBytes", round.use().allocatedBytes());
        return values;
    }
}
