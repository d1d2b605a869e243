package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.teach.LeftOut;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How often a head was right about labelled pictures, as one HTML file with the pictures that were wrong.
 *
 * @param pictures of what was judged
 */
public record HeadTrialPage(Head head, HeadTrial trial, List<LeftOut> leftOut, ReportPictures pictures) {

    private static final String CONFUSION = "confusion";
    private static final String WRONG = "wrong";
    private static final String UNLABELLED = "unlabelled";
    private static final String LEFT_OUT = "left-out";

    public HeadTrialPage {
        leftOut = List.copyOf(leftOut);
    }

    /** The file's text. */
    public String html() {
        ReportPage page = new ReportPage("How good it is", head.description().name(), sections(), pictures);
        page.html().open("dl", "class", "figures");
        share(page, "Right", trial.right(), trial.judged().size(), "pictures with a label of the head");
        share(page, "Unknown", trial.unknown(), trial.judged().size(), "of them, whether right or not");
        share(page, "Unknown among others", trial.unknownOfNone(), trial.none().size(),
                "pictures of nothing in particular (none)");
        page.html().close();
        if (!trial.judged().isEmpty()) {
            page.confusion(trial.confusion(), CONFUSION);
        }
        page.mistakes(WRONG, "Wrong", "These got another label than their folder's, the most certain first.",
                trial.wrong());
        page.files(UNLABELLED, "No label of the head", "Pictures that could not be judged", trial.unlabelled().stream()
                .map(picture -> new LeftOut(picture.source(), "the head has no label '" + picture.label() + "'"))
                .toList());
        page.files(LEFT_OUT, "Left out", "Files that could not be judged", leftOut);
        page.html().open("footer").text("The head's SHA-256 is " + head.digest() + ".").close();
        return page.page();
    }

    private Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        if (!trial.judged().isEmpty()) {
            sections.put(CONFUSION, "Confusion");
        }
        if (trial.right() < trial.judged().size()) {
            sections.put(WRONG, "Wrong");
        }
        if (!trial.unlabelled().isEmpty()) {
            sections.put(UNLABELLED, "No label of the head");
        }
        if (!leftOut.isEmpty()) {
            sections.put(LEFT_OUT, "Left out");
        }
        return sections;
    }

    private static void share(ReportPage page, String title, long part, int count, String remark) {
        if (count > 0) {
            page.figure(title, String.format(Locale.ROOT, "%.1f %%", 100.0 * part / count),
                    part + " of " + count + " " + remark);
        }
    }
}
