package io.flinkvision.tools.teach;

import io.flinkvision.job.record.PrintableText;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML. Tags and attributes' names are this program's; texts and attributes' values may be anyone's and are
 * escaped: labels and paths can hold markup, and what turns the direction of writing.
 */
final class HtmlWriter {

    private final StringBuilder html = new StringBuilder("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names, each followed by its value */
    HtmlWriter open(String tag, String... attributes) {
        begin(tag, attributes);
        html.append('>');
        open.push(tag);
        return this;
    }

    /** Ends the last element that is open. */
    HtmlWriter close() {
        html.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** An element that has no end tag. */
    HtmlWriter single(String tag, String... attributes) {
        begin(tag, attributes);
        html.append("/>\n");
        return this;
    }

    private void begin(String tag, String... attributes) {
        html.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            html.append(' ').append(attributes[i]).append("=\"").append(escaped(attributes[i + 1])).append('"');
        }
    }

    HtmlWriter text(String text) {
        html.append(escaped(text));
        return this;
    }

    /** An element with a text in it. */
    HtmlWriter element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** A label, a name or a path: its direction of writing has no influence on its neighbours. */
    HtmlWriter foreign(String text) {
        html.append("<bdi>").append(escaped(text)).append("</bdi>");
        return this;
    }

    /**
     * Content that is markup for the reader of the page, such as a style sheet of this program.
     *
     * @param markup never from elsewhere
     */
    HtmlWriter own(String markup) {
        html.append(markup);
        return this;
    }

    private static String escaped(String text) {
        return PrintableText.escaped(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The page, with all that was open closed. */
    String page() {
        while (!open.isEmpty()) {
            close();
        }
        return html.toString();
    }
}
