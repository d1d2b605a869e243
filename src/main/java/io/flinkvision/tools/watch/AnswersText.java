package io.flinkvision.tools.watch;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RegionAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The labels and regions of a picture, as far as a line has room for them. */
final class AnswersText {

    private static final int BAR_COLUMNS = 8;

    /** Of a picture that nothing was asked of: no region was due, and its whole is not classified. */
    private static final String NOT_CLASSIFIED = "(no region was due)";

    private final LineStyle style;
    private final StringBuilder text = new StringBuilder();
    private int left;

    private AnswersText(LineStyle style, int room) {
        this.style = style;
        this.left = room;
    }

    /**
     * The labels with bars, such as {@code ██████▌  food 81.0 %}. Where there are regions, only the first label and then
     * each region: {@code gate: open 93.0 %  bay: taken 81.2 % (unknown)  +2 regions}.
     *
     * @param room in columns
     */
    static String of(Classification classification, LineStyle style, int room) {
        AnswersText answers = new AnswersText(style, room);
        List<RegionAnswer> regions = classification.regions();
        if (regions.isEmpty()) {
            answers.addLabels(classification.labels(), room);
        } else {
            // A long label must leave room for the regions.
            answers.addLabels(classification.topLabel().stream().toList(), room / 2);
        }
        answers.addRegions(regions);
        return classification.labels().isEmpty() && regions.isEmpty()
                ? style.cut(NOT_CLASSIFIED, room)
                : answers.text.toString();
    }

    /** @param firstRoom columns that the first label may take, and is cut to */
    private void addLabels(List<Label> labels, int firstRoom) {
        for (Label label : labels) {
            String bar = style.bar(label.score(), BAR_COLUMNS);
            String name = scored(label);
            boolean isFirst = text.isEmpty();
            if (isFirst) {
                name = style.cut(name, firstRoom - BAR_COLUMNS - 1);
            }
            if (!add(bar + ' ' + name, style.good(bar) + ' ' + (isFirst ? style.strong(name) : name), 0)) {
                return;
            }
        }
    }

    private void addRegions(List<RegionAnswer> regions) {
        for (int i = 0; i < regions.size(); i++) {
            RegionAnswer region = regions.get(i);
            String name = style.escaped(region.name()) + ": ";
            String answer = scored(region.labels().get(0));
            String marks = marks(region);
            int after = regions.size() - i - 1;
            if (!add(name + answer + marks, name + (region.unknown() ? answer : style.strong(answer)) + marks,
                    after == 0 ? 0 : TextLines.GAP.length() + omitted(after).length())) {
                add(omitted(after + 1), omitted(after + 1), 0);
                return;
            }
        }
    }

    private String scored(Label label) {
        return String.format(Locale.ROOT, "%s %.1f %%", style.escaped(label.label()), 100 * label.score());
    }

    private static String marks(RegionAnswer region) {
        List<String> marks = new ArrayList<>();
        if (region.unknown()) {
            marks.add("unknown");
        }
        if (region.small()) {
            marks.add("small");
        }
        if (region.reused().isPresent()) {
            marks.add("reused");
        }
        return marks.isEmpty() ? "" : " (" + String.join(", ", marks) + ")";
    }

    private static String omitted(int regions) {
        return regions == 1 ? "+1 region" : "+" + regions + " regions";
    }

    /**
     * Adds a text if there is room for it.
     *
     * @param plain the text without colours
     * @param reserved columns that must be left after it
     */
    private boolean add(String plain, String coloured, int reserved) {
        String gap = text.isEmpty() ? "" : TextLines.GAP;
        int needed = gap.length() + LineStyle.columns(plain);
        if (needed + reserved > left) {
            return false;
        }
        text.append(gap).append(coloured);
        left -= needed;
        return true;
    }
}
