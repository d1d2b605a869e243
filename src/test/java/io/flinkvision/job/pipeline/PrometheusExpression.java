package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.PrometheusScrape.Sample;
import io.flinkvision.job.operator.PrometheusScrape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression in Prometheus' query language asks for: its metrics and its labels. This is no parser of the
 * language: it knows the words that the dashboard and the alerts use, and takes each other one for a metric, so that a
 * misspelt function is one that does not exist.
 *
 * @param text the expression
 * @param selectors its metrics, each with the labels that it is narrowed down by, and their values
 * @param groupings the labels of {@code by} and {@code on}
 */
record PrometheusExpression(String text, List<Selector> selectors, Set<String> groupings) {

    /** A metric; a label's value is empty where it is not compared for equality with a constant. */
    record Selector(String metric, Map<String, String> labels) {}

    private static final Set<String> FUNCTIONS = Set.of(
            "sum", "min", "max", "count", "topk", "rate", "increase", "absent", "last_over_time", "vector");

    private static final Set<String> OPERATORS = Set.of("and", "or", "unless");

    private static final Set<String> GROUPINGS = Set.of("by", "on");

    private static final Pattern TOKEN = Pattern.compile(
            "\"[^\"]*\"|\\[[^]]*]|[0-9][0-9.]*(?:e[0-9]+)?|[a-zA-Z_:][a-zA-Z0-9_:]*|=~|!=|!~|[(){},=<>+*/-]");

    static PrometheusExpression parse(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (!text.substring(end, matcher.start()).isBlank()) {
                throw new AssertionError("Unknown signs '" + text.substring(end, matcher.start()) + "' in " + text);
            }
            tokens.add(matcher.group());
            end = matcher.end();
        }
        List<Selector> selectors = new ArrayList<>();
        Set<String> groupings = new LinkedHashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (GROUPINGS.contains(token)) {
                int closing = i + tokens.subList(i, tokens.size()).indexOf(")");
                tokens.subList(i + 2, closing).stream().filter(name -> !name.equals(",")).forEach(groupings::add);
                i = closing;
            } else if (Character.isLetter(token.charAt(0))
                    && !FUNCTIONS.contains(token) && !OPERATORS.contains(token)) {
                Map<String, String> labels = new HashMap<>();
                if (i + 1 < tokens.size() && tokens.get(i + 1).equals("{")) {
                    int closing = i + tokens.subList(i, tokens.size()).indexOf("}");
                    for (int label = i + 2; label < closing; label += 4) {
                        String value = tokens.get(label + 2);
                        labels.put(tokens.get(label), tokens.get(label + 1).equals("=") && !value.contains("$")
                                ? value.substring(1, value.length() - 1)
                                : "");
                    }
                    i = closing;
                }
                selectors.add(new Selector(token, labels));
            }
        }
        return new PrometheusExpression(text, selectors, groupings);
    }

    /** What a scrape lacks of what the expression asks for; empty if it can be answered. */
    List<String> missingIn(PrometheusScrape scrape) {
        List<String> missing = new ArrayList<>();
        for (Selector selector : selectors) {
            List<Sample> samples = scrape.named(selector.metric()).toList();
            if (samples.isEmpty()) {
                missing.add("no metric " + selector.metric());
                continue;
            }
            selector.labels().forEach((label, value) -> {
                if (samples.stream().noneMatch(sample -> sample.labels().containsKey(label)
                        && (value.isEmpty() || value.equals(sample.labels().get(label))))) {
                    missing.add(selector.metric() + " has no label " + label + "=" + value);
                }
            });
            for (String label : groupings) {
                if (samples.stream().noneMatch(sample -> sample.labels().containsKey(label))) {
                    missing.add(selector.metric() + " has no label " + label);
                }
            }
        }
        return missing;
    }
}
