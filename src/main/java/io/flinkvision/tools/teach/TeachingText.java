package io.flinkvision.tools.teach;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.core.teach.LeftOut;
import io.flinkvision.core.teach.Mistake;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import io.flinkvision.core.teach.TeachingReport.Unknown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The report on what was taught, for people and for programs.
 *
 * @param taught the head, and how good it is
 */
public record TeachingText(Taught taught) {

    static final String NOT_MEASURED = "Its accuracy is not known: each label's pictures are alike or of one group, so"
            + " that none could be held out";

    private static final int MAX_LISTED = 20;

    private TeachingReport report() {
        return taught.report();
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(taught.head().description().name() + ": " + count(report().labels().size(), "label") + ", "
                + count(report().pictures(), "picture") + ", " + report().different() + " different"
                + (report().different() == 1 ? " one" : " ones")
                + (report().copies() > 0 ? "; files of the same pictures: " + report().copies() + " more" : ""));
        lines.add("");
        report().measured().ifPresentOrElse(measured -> lines.addAll(figures(measured)), () -> lines.add(NOT_MEASURED));
        lines.addAll(labels());
        if (report().isImbalanced()) {
            lines.add(imbalance(report()));
        }
        report().measured().ifPresent(measured -> lines.addAll(details(measured)));
        listed(report().leftOut()).forEach(lines::add);
        return lines;
    }

    private static List<String> figures(Measured measured) {
        List<String> lines = new ArrayList<>(List.of(
                "accuracy           " + percent(measured.accuracy()) + " of the pictures that were held out, in "
                        + measured.folds() + " folds",
                "balanced accuracy  " + percent(measured.balancedAccuracy()) + ", the mean of the labels",
                String.format(Locale.ROOT, "calibration error  %5.1f %% between the answers' probabilities and the"
                        + " share that is right", 100 * measured.calibrationError())));
        if (measured.flatters()) {
            lines.add("");
            lines.addAll(flatters(measured));
        }
        return lines;
    }

    /** The warning of another camera. */
    static List<String> flatters(Measured measured) {
        return List.of(
                String.format(Locale.ROOT, "On another camera or another day expect less, perhaps 20 points:"
                        + " %.0f %% of the pictures have a near twin among", 100 * measured.twins()),
                "those that they were compared with, so these figures flatter. Test it with pictures from there:"
                        + " vision head check");
    }

    static String imbalance(TeachingReport report) {
        return String.format(Locale.ROOT, "The largest label has %.1f times as many pictures as the smallest; beyond"
                + " %.0f times the small ones are taught too little", report.imbalance(), TeachingReport.MAX_BALANCED);
    }

    private List<String> labels() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("pictures  different  recognised                 label");
        for (OfLabel label : report().labels()) {
            lines.add(String.format(Locale.ROOT, "%8d  %9d  %-25s  %s%s", label.pictures(), label.different(),
                    label.recall().map(TeachingText::percent).orElse("not known"), label.label(),
                    label.needs().isEmpty() ? "" : label.needs().stream().map(TeachingText::reason)
                            .collect(Collectors.joining(", ", " - needs more pictures: ", ""))));
        }
        return lines;
    }

    static String reason(Need need) {
        return switch (need) {
            case FEW_PICTURES -> "fewer than " + Need.MIN_DIFFERENT + " different ones";
            case LOW_RECALL -> "recognised less often than others";
        };
    }

    private List<String> details(Measured measured) {
        List<String> lines = new ArrayList<>(confusion(measured).lines());
        listed("Wrong (" + measured.wrong().size() + "), the most certain first:",
                measured.wrong().stream().map(TeachingText::line).toList()).forEach(lines::add);
        listed("Perhaps in the wrong folder (" + measured.suspects().size() + "):",
                measured.suspects().stream().map(TeachingText::line).toList()).forEach(lines::add);
        lines.add("");
        lines.addAll(unknown(measured.unknown()));
        return lines;
    }

    ConfusionMatrix confusion(Measured measured) {
        return new ConfusionMatrix(report().labels().stream().map(OfLabel::label).toList(), measured.confusion());
    }

    public static String line(Mistake mistake) {
        return String.format(Locale.ROOT, "%s: %s %.1f %%; it is %s", mistake.source(), mistake.predicted(),
                100 * mistake.probability(), mistake.label());
    }

    /** How well pictures of something else are told. */
    List<String> unknown(Unknown unknown) {
        List<Double> accepted = unknown.acceptedSiblings();
        Comparator<Integer> byShare = Comparator.comparing(accepted::get);
        int least = IntStream.range(0, accepted.size()).boxed().min(byShare).orElseThrow();
        int most = IntStream.range(0, accepted.size()).boxed().max(byShare).orElseThrow();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "Unknown beyond a distance of %.3f, as 1 %% of the pictures that were held"
                + " out are. That tells quite other pictures, not", unknown.threshold()));
        lines.add("what resembles a label: of the pictures of a label that was not taught, "
                + (accepted.get(least).equals(accepted.get(most)) ? share(accepted.get(least))
                        : labelledShare(accepted, least) + " to " + labelledShare(accepted, most)));
        lines.add("would be taken for another label");
        unknown.acceptedNone().ifPresent(share -> lines.add(String.format(Locale.ROOT,
                "Of the pictures of nothing in particular (none), %.0f %% are taken for a label", 100 * share)));
        return lines;
    }

    private String labelledShare(List<Double> shares, int label) {
        return share(shares.get(label)) + " (" + report().labels().get(label).label() + ")";
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** {@code  93.8 % (92.1 to 95.2 %)}: with its 95 % confidence interval. */
    static String percent(Interval share) {
        return String.format(Locale.ROOT, "%5.1f %% (%.1f to %.1f %%)", 100 * share.estimate(), 100 * share.low(),
                100 * share.high());
    }

    private static String count(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    /**
     * The report for programs (docs/teaching.md); {@code measured} is absent where nothing could be held out.
     *
     * @param file of the head
     */
    public ObjectNode json(Path file) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", taught.head().description().name());
        result.put("file", file.toString());
        result.put("digest", taught.head().digest());
        result.put("backboneDigest", taught.head().description().backboneDigest());
        result.put("pictures", report().pictures());
        result.put("copies", report().copies());
        result.put("different", report().different());
        result.put("imbalance", report().imbalance());
        result.put("imbalanced", report().isImbalanced());
        result.put("inverseRegularisation", report().inverseRegularisation());
        result.put("temperature", report().temperature());
        ArrayNode labels = result.putArray("labels");
        for (OfLabel label : report().labels()) {
            ObjectNode ofLabel = labels.addObject().put("label", label.label()).put("pictures", label.pictures())
                    .put("different", label.different());
            label.recall().ifPresent(recall -> ofLabel.set("recall", json(recall)));
            ArrayNode needs = ofLabel.putArray("needs");
            label.needs().forEach(need -> needs.add(need.name()));
        }
        report().measured().ifPresent(measured -> result.set("measured", json(measured)));
        result.set("leftOut", leftOut(report().leftOut()));
        return result;
    }

    private ObjectNode json(Measured measured) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("folds", measured.folds());
        result.set("accuracy", json(measured.accuracy()));
        result.set("balancedAccuracy", json(measured.balancedAccuracy()));
        result.set("confusion", confusion(measured).json());
        result.set("wrong", mistakes(measured.wrong()));
        result.set("suspects", mistakes(measured.suspects()));
        ArrayNode strengths = result.putArray("strengths");
        measured.likelihoods().forEach(strength -> strengths.addObject()
                .put("inverseRegularisation", strength.inverseRegularisation())
                .put("negativeLogLikelihood", strength.negativeLogLikelihood()));
        result.put("negativeLogLikelihood", measured.negativeLogLikelihood());
        result.put("calibrationError", measured.calibrationError());
        result.put("twins", measured.twins());
        result.put("flatters", measured.flatters());
        ObjectNode unknown = result.putObject("unknown").put("threshold", measured.unknown().threshold());
        ArrayNode siblings = unknown.putArray("acceptedSiblings");
        measured.unknown().acceptedSiblings().forEach(siblings::add);
        measured.unknown().acceptedNone().ifPresent(share -> unknown.put("acceptedNone", share));
        return result;
    }

    private static ObjectNode json(Interval share) {
        return JsonNodeFactory.instance.objectNode()
                .put("estimate", share.estimate()).put("low", share.low()).put("high", share.high());
    }

    public static ArrayNode mistakes(List<Mistake> mistakes) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        mistakes.forEach(mistake -> result.addObject()
                .put("file", mistake.source())
                .put("label", mistake.label())
                .put("taken", mistake.predicted())
                .put("probability", mistake.probability()));
        return result;
    }

    public static ArrayNode leftOut(List<LeftOut> leftOut) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        leftOut.forEach(it -> result.addObject().put("file", it.source()).put("reason", it.reason()));
        return result;
    }

    /** A title and the first of some lines, and how many more there are; nothing if there are none. */
    public static Stream<String> listed(String title, List<String> lines) {
        if (lines.isEmpty()) {
            return Stream.empty();
        }
        int more = lines.size() - MAX_LISTED;
        return Stream.of(
                Stream.of("", title),
                lines.stream().limit(MAX_LISTED).map(line -> "  " + line),
                more > 0 ? Stream.of("  and " + more + " more") : Stream.<String>empty())
                .flatMap(part -> part);
    }

    public static Stream<String> listed(List<LeftOut> leftOut) {
        return listed("Left out (" + leftOut.size() + "):",
                leftOut.stream().map(it -> it.source() + ": " + it.reason()).toList());
    }
}
