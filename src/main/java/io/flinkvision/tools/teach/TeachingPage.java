package io.flinkvision.tools.teach;

import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The report on what was taught as one HTML file, with the pictures that were wrong.
 *
 * @param taught the head, and how good it is
 * @param pictures of what was taught
 */
public record TeachingPage(Taught taught, ReportPictures pictures) {

    private static final String LABELS = "labels";
    private static final String CONFUSION = "confusion";
    private static final String SUSPECTS = "suspects";
    private static final String WRONG = "wrong";
    private static final String UNKNOWN = "unknown";
    private static final String LEFT_OUT = "left-out";
    private static final String METHOD = "method";

    /** The file's text. */
    public String html() {
        TeachingReport report = taught.report();
        ReportPage page =
                new ReportPage("What was taught", taught.head().description().name(), sections(), pictures);
        figures(page);
        labels(page);
        report.measured().ifPresent(measured -> {
            page.confusion(new TeachingText(taught).confusion(measured), CONFUSION);
            page.mistakes(SUSPECTS, "Perhaps in the wrong folder", "Another label fits these better than their own."
                    + " If the picture shows the other label, move it there and teach again.", measured.suspects());
            page.mistakes(WRONG, "Wrong", "These got another label than their folder's while they were held out, the"
                    + " most certain first. More pictures like them help.", measured.wrong());
            unknown(page, measured);
        });
        page.files(LEFT_OUT, "Left out", "Files that nothing was taught from", report.leftOut());
        method(page);
        return page.page();
    }

    private Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put(LABELS, "Labels");
        taught.report().measured().ifPresent(measured -> {
            sections.put(CONFUSION, "Confusion");
            if (!measured.suspects().isEmpty()) {
                sections.put(SUSPECTS, "Perhaps in the wrong folder");
            }
            if (!measured.wrong().isEmpty()) {
                sections.put(WRONG, "Wrong");
            }
            sections.put(UNKNOWN, "Unknown");
        });
        if (!taught.report().leftOut().isEmpty()) {
            sections.put(LEFT_OUT, "Left out");
        }
        sections.put(METHOD, "How it was taught");
        return sections;
    }

    private void figures(ReportPage page) {
        TeachingReport report = taught.report();
        page.html().open("dl", "class", "figures");
        report.measured().ifPresent(measured -> {
            share(page, "Accuracy", measured.accuracy(), "of the pictures that were held out");
            share(page, "Balanced accuracy", measured.balancedAccuracy(), "the mean of the labels");
            page.figure("Calibration error", String.format(Locale.ROOT, "%.1f %%", 100 * measured.calibrationError()),
                    "between the answers' probabilities and the share that is right");
        });
        page.figure("Pictures", "" + report.pictures(), report.different() + " different, as near-duplicates count"
                + " once" + (report.copies() > 0 ? "; " + report.copies() + " more files of the same pictures" : ""));
        page.html().close();
        if (report.measured().isEmpty()) {
            page.warning(TeachingText.NOT_MEASURED);
        }
        report.measured().filter(Measured::flatters)
                .ifPresent(measured -> page.warning(String.join(" ", TeachingText.flatters(measured))));
    }

    private static void share(ReportPage page, String title, Interval share, String remark) {
        page.figure(title, String.format(Locale.ROOT, "%.1f %%", 100 * share.estimate()),
                String.format(Locale.ROOT, "%.1f to %.1f %%, %s", 100 * share.low(), 100 * share.high(), remark));
    }

    private void labels(ReportPage page) {
        HtmlWriter html = page.section(LABELS, "Labels");
        page.table("of-labels", "wide", "Pictures of each label, and the share of those that were held out which got it");
        page.columns("Label", "Recognised", ReportPage.NUMBER + "Pictures", ReportPage.NUMBER + "Different",
                "Needs more pictures");
        html.open("tbody");
        for (OfLabel label : taught.report().labels()) {
            html.open("tr").open("th", "scope", "row").foreign(label.label()).close()
                    .open("td", "class", "measure")
                    .text(label.recall().map(TeachingText::percent).orElse("not known"));
            label.recall().ifPresent(recall -> bar(html, recall));
            html.close()
                    .element("td", "" + label.pictures(), "class", "number")
                    .element("td", "" + label.different(), "class", "number")
                    .element("td", label.needs().stream().map(TeachingText::reason)
                    .collect(Collectors.joining(", ")), "class", "text").close();
        }
        html.close().close().close();
        if (taught.report().isImbalanced()) {
            page.warning(TeachingText.imbalance(taught.report()));
        }
        html.close();
    }

    /** The figure beside it says the same. */
    private static void bar(HtmlWriter html, Interval share) {
        html.open("svg", "class", "bar", "viewBox", "0 0 100 10", "preserveAspectRatio", "none", "aria-hidden", "true");
        rectangle(html, "track", 0, 100);
        rectangle(html, "range", 100 * share.low(), 100 * (share.high() - share.low()));
        rectangle(html, "estimate", Math.min(98.5, 100 * share.estimate()), 1.5);
        html.close();
    }

    private static void rectangle(HtmlWriter html, String style, double x, double width) {
        html.open("rect", "class", style, "x", String.format(Locale.ROOT, "%.1f", x),
                "width", String.format(Locale.ROOT, "%.1f", width), "height", "10").close();
    }

    private void unknown(ReportPage page, Measured measured) {
        HtmlWriter html = page.section(UNKNOWN, "Unknown");
        html.element("p", String.join(" ", new TeachingText(taught).unknown(measured.unknown())) + ".");
        page.table("of-unknown", "narrow",
                "The share of each label's pictures that would be taken for another label if theirs had not been taught");
        page.columns("Label", ReportPage.NUMBER + "Taken for another");
        html.open("tbody");
        List<Double> accepted = measured.unknown().acceptedSiblings();
        for (int label = 0; label < accepted.size(); label++) {
            html.open("tr").open("th", "scope", "row").foreign(taught.report().labels().get(label).label()).close()
                    .element("td", String.format(Locale.ROOT, "%.0f %%", 100 * accepted.get(label)), "class", "number")
                    .close();
        }
        html.close().close().close().close();
    }

    private void method(ReportPage page) {
        HeadDescription head = taught.head().description();
        TeachingReport report = taught.report();
        HtmlWriter html = page.section(METHOD, "How it was taught").open("dl");
        page.figure("Taught at", head.taughtAt().toString());
        page.figure("SHA-256 of the head", taught.head().digest());
        page.figure("SHA-256 of the network's weights", head.backboneDigest());
        page.figure("Inverse regularisation", String.format(Locale.ROOT, "%.4g", report.inverseRegularisation()));
        page.figure("Temperature", String.format(Locale.ROOT, "%.2f", report.temperature()));
        report.measured().ifPresent(measured -> {
            page.figure("Folds", "" + measured.folds());
            page.figure("Negative log-likelihood",
                    String.format(Locale.ROOT, "%.3f nats per picture", measured.negativeLogLikelihood()));
            page.figure("Pictures with a near twin in another fold",
                    String.format(Locale.ROOT, "%.0f %%", 100 * measured.twins()));
        });
        html.close().close();
    }
}
