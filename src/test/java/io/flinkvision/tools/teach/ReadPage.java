package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A page as a browser has it: its tags are balanced, so that an XML parser reads it. */
record ReadPage(Element root) {

    static ReadPage of(String html) {
        assertThat(html).startsWith("<!DOCTYPE html>\n");
        try {
            return new ReadPage(DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(html))).getDocumentElement());
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError("The page's tags are not balanced:\n" + html, e);
        }
    }

    /** All elements of a name, in their order. */
    List<Element> all(String tag) {
        return all(root, tag);
    }

    private static List<Element> all(Element within, String tag) {
        NodeList found = within.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
    }

    /** The texts of all elements of a name. */
    List<String> texts(String tag) {
        return all(tag).stream().map(ReadPage::text).toList();
    }

    /** The cells of a table's rows, the headers among them. */
    List<List<String>> rows(String titleId) {
        Element table = all("table").stream()
                .filter(it -> it.getAttribute("aria-labelledby").equals(titleId)).findFirst().orElseThrow();
        List<List<String>> rows = new ArrayList<>();
        for (Element row : all(table, "tr")) {
            List<String> cells = new ArrayList<>();
            for (var child = row.getFirstChild(); child != null; child = child.getNextSibling()) {
                if (child instanceof Element cell) {
                    cells.add(text(cell));
                }
            }
            rows.add(cells);
        }
        return rows;
    }

    /** A section's text; empty if the page has none of this name. */
    String section(String id) {
        return all("section").stream().filter(it -> it.getAttribute("aria-labelledby").equals(id))
                .map(ReadPage::text).findFirst().orElse("");
    }

    static String text(Element element) {
        return element.getTextContent().strip().replaceAll("\\s+", " ");
    }

    /** Fails if something of the page cannot be reached, is not named, or is loaded from elsewhere. */
    void assertUsable() {
        assertThat(root.getAttribute("lang")).isEqualTo("en");
        assertThat(texts("h1")).hasSize(1);
        List<String> ids = all("*").stream().map(it -> it.getAttribute("id")).filter(id -> !id.isEmpty()).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).containsAll(all("*").stream().map(it -> it.getAttribute("aria-labelledby"))
                .filter(id -> !id.isEmpty()).toList());
        assertThat(all("th")).allSatisfy(it -> assertThat(it.getAttribute("scope")).isIn("row", "col"));
        assertThat(all("th")).allSatisfy(it -> assertThat(text(it)).isNotEmpty());
        assertThat(all("img")).allSatisfy(it -> {
            assertThat(it.getAttribute("alt")).isNotBlank();
            assertThat(it.getAttribute("src")).startsWith("data:image/jpeg;base64,");
        });
        assertThat(all("a")).allSatisfy(it -> assertThat(ids).contains(it.getAttribute("href").substring(1)));
        assertThat(all("script")).isEmpty();
        assertThat(all("meta")).filteredOn(it -> it.getAttribute("http-equiv").equals("Content-Security-Policy"))
                .extracting(it -> it.getAttribute("content"))
                .containsExactly("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
        assertThat(texts("style").get(0)).doesNotContain("url(", "@import");
    }
}
