package io.flinkvision.tools.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.teach.LeftOut;
import io.flinkvision.core.teach.Mistake;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A report as one HTML file, with its style sheet and pictures in it: it needs neither network nor scripts. The parts
 * that the reports on teaching and on checking have in common.
 */
final class ReportPage {

    /** So many pictures at most, so that the file stays at some megabytes. */
    private static final int MAX_PICTURES = 60;

    private static final int MAX_ROWS = 200;

    /** Nothing is loaded, and no script of a label could run, should one get past the escapes. */
    private static final String POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    /** A column of numbers. */
    static final String NUMBER = "#";

    private static final String STYLE = "/teach/report.css";

    private final HtmlWriter html = new HtmlWriter();
    private final ReportPictures pictures;

    /**
     * @param title what the page is about
     * @param name of the head, which ends the title
     * @param sections what its table of contents names: identifiers and titles, in their order
     */
    ReportPage(String title, String name, Map<String, String> sections, ReportPictures pictures) {
        this.pictures = pictures;
        html.open("html", "lang", "en").open("head")
                .single("meta", "charset", "UTF-8")
                .single("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
                .single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .single("link", "rel", "icon", "href", "data:,")
                .element("title", title + ": " + name)
                .open("style").own(style()).close()
                .close()
                .open("body").open("main").open("h1").text(title + ": ").foreign(name).close()
                .open("nav", "aria-label", "Sections").open("ul");
        sections.forEach((id, section) -> html.open("li").element("a", section, "href", "#" + id).close());
        html.close().close();
    }

    private static String style() {
        try (InputStream style = ReportPage.class.getResourceAsStream(STYLE)) {
            return new String(style.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HtmlWriter html() {
        return html;
    }

    /** Begins a section, which the next call of {@link HtmlWriter#close} on this level ends. */
    HtmlWriter section(String id, String title) {
        return html.open("section", "aria-labelledby", id).element("h2", title, "id", id);
    }

    /**
     * Begins a table within a frame that scrolls where the table is too wide; both are to be closed.
     *
     * @param id of its title, unique in the page
     * @param title what it shows
     */
    HtmlWriter table(String id, String style, String title) {
        return html.element("p", title, "class", "remark", "id", id)
                .open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-labelledby", id)
                .open("table", "class", style, "aria-labelledby", id);
    }

    /** A row of column headers; those of numbers begin with a {@code #}, which is not shown. */
    void columns(String... titles) {
        html.open("thead").open("tr");
        for (String title : titles) {
            if (title.startsWith(NUMBER)) {
                html.element("th", title.substring(NUMBER.length()), "scope", "col", "class", "number");
            } else {
                html.element("th", title, "scope", "col");
            }
        }
        html.close().close();
    }

    /** A title and a value in a list of such. */
    void figure(String title, String value) {
        html.open("div").element("dt", title).element("dd", value).close();
    }

    /** The same, with a remark. */
    void figure(String title, String value, String remark) {
        html.open("div").element("dt", title).element("dd", value).element("dd", remark, "class", "range").close();
    }

    void warning(String text) {
        html.element("p", text, "class", "warning");
    }

    /** The matrix; of many labels, those that are confused most often. */
    void confusion(ConfusionMatrix matrix, String id) {
        section(id, "Confusion");
        if (matrix.isReadable()) {
            table("of-confusion", "confusion",
                    "Pictures of each row's label that got each column's; on the diagonal the right ones");
            html.open("thead").open("tr").element("th", "Label", "scope", "col");
            matrix.labels().forEach(label -> html.open("th", "scope", "col", "title", label).foreign(label).close());
            html.close().close().open("tbody");
            for (int row = 0; row < matrix.labels().size(); row++) {
                html.open("tr").open("th", "scope", "row").foreign(matrix.labels().get(row)).close();
                cells(matrix.counts().get(row), row);
                html.close();
            }
        } else {
            table("of-confusion", "wide", "The labels that are confused most often");
            columns("Label", "Taken for", NUMBER + "Pictures");
            html.open("tbody");
            matrix.confused().stream().limit(MAX_ROWS).forEach(cell -> html.open("tr")
                    .open("th", "scope", "row").foreign(cell.label()).close()
                    .open("td", "class", "text").foreign(cell.taken()).close()
                    .element("td", "" + cell.count(), "class", "number").close());
        }
        html.close().close().close().close();
    }

    /** Shaded by the share of the row, in steps of a quarter. */
    private void cells(List<Integer> counts, int diagonal) {
        int sum = counts.stream().mapToInt(Integer::intValue).sum();
        for (int column = 0; column < counts.size(); column++) {
            int count = counts.get(column);
            List<String> styles = new ArrayList<>();
            if (column == diagonal) {
                styles.add("right");
            }
            styles.add(count == 0 ? "zero" : "share-" + Math.max(1, (4 * count + sum - 1) / sum));
            html.element("td", "" + count, "class", String.join(" ", styles));
        }
    }

    /** Pictures that got another label than theirs, if there are any; of many the first. */
    void mistakes(String id, String title, String remark, List<Mistake> mistakes) {
        if (mistakes.isEmpty()) {
            return;
        }
        section(id, title + " (" + mistakes.size() + ")").element("p", remark, "class", "remark")
                .open("ul", "class", "pictures");
        mistakes.stream().limit(MAX_PICTURES).forEach(this::picture);
        html.close();
        more(mistakes.size() - MAX_PICTURES);
        html.close();
    }

    private void picture(Mistake mistake) {
        html.open("li").open("figure").open("div", "class", "picture");
        Optional<Thumbnail> thumbnail = pictures.thumbnail(mistake.source());
        thumbnail.ifPresentOrElse(it -> html.single("img",
                        "src", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(it.jpeg()),
                        "width", "" + it.width(), "height", "" + it.height(), "alt", "Picture " + mistake.source()),
                () -> html.text("no picture"));
        html.close().open("figcaption")
                .open("span").open("b").foreign(mistake.predicted()).close()
                .text(String.format(Locale.ROOT, " %.1f %%", 100 * mistake.probability())).close()
                .open("span").text("labelled ").foreign(mistake.label()).close()
                .open("span", "class", "path").foreign(mistake.source()).close()
                .close().close().close();
    }

    /** Files with a reason each, if there are any; of many the first. */
    void files(String id, String title, String remark, List<LeftOut> files) {
        if (files.isEmpty()) {
            return;
        }
        section(id, title + " (" + files.size() + ")");
        table("of-" + id, "wide", remark);
        columns("File", "Reason");
        html.open("tbody");
        files.stream().limit(MAX_ROWS).forEach(it -> html.open("tr")
                .open("th", "scope", "row").foreign(it.source()).close()
                .open("td", "class", "text").foreign(it.reason()).close().close());
        html.close().close().close();
        more(files.size() - MAX_ROWS);
        html.close();
    }

    private void more(int count) {
        if (count > 0) {
            html.element("p", "and " + count + " more, which --json lists", "class", "more remark");
        }
    }

    /** The page, complete. */
    String page() {
        return html.page();
    }
}
