package io.flinkvision.tools.wall;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the pages, which are few and small, in memory. */
final class PageFiles {

    private static final String FOLDER = "/wall/";

    private static final List<Page> PAGES = List.of(
            new Page("/", "Cameras", "wall.js", "index.html"),
            new Page("/camera", "Camera", "camera.js", "camera.html"),
            new Page("/dead-letters", "Dead letters", "dead-letters.js", "dead-letters.html"));

    private static final List<String> PARTS = List.of(
            "wall.css", "icon.svg", "stream.js", "format.js", "strip.js", "wall.js", "tile.js", "events.js",
            "comparison.js", "regions.js", "present.js", "camera.js", "dead-letters.js");

    /** Only where the wall teaches. */
    private static final List<Page> TEACHING_PAGES = List.of(
            new Page("/teach", "Teach", "teach.js", "teach.html"),
            new Page("/review", "Review", "review.js", "review.html"));

    private static final List<String> TEACHING_PARTS = List.of(
            "teach.css", "api.js", "question.js", "region-box.js", "region-editor.js", "tabs.js", "picture-grid.js",
            "labelling.js", "collect.js", "taught.js", "teaching.js", "report.js", "heat-map.js", "why.js", "teach.js",
            "review.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, PageFile> files = new HashMap<>();

    /**
     * A page: {@code layout.html} with its main element.
     *
     * @param main file of the main element
     */
    private record Page(String address, String title, String script, String main) {

        PageFile file() {
            String link = "<a href=\"" + address + "\"";
            return PageFile.of("layout.html", text("layout.html")
                    .replace("{{title}}", title)
                    .replace("{{script}}", script)
                    .replace("{{main}}", text(main))
                    .replace(link, link + " aria-current=\"page\""));
        }
    }

    /**
     * A file.
     *
     * @param type its content type
     * @param tag changes with its bytes
     * @param bytes not copied, so nobody may change them
     */
    record PageFile(String type, String tag, byte[] bytes) {

        static PageFile of(String name, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new PageFile(TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
                    Integer.toHexString(Arrays.hashCode(bytes)), bytes);
        }
    }

    /** @param isTeaching whether the pages that teach are among them */
    PageFiles(boolean isTeaching) {
        add(PAGES, PARTS);
        if (isTeaching) {
            add(TEACHING_PAGES, TEACHING_PARTS);
        }
    }

    private void add(List<Page> pages, List<String> parts) {
        pages.forEach(page -> files.put(page.address(), page.file()));
        parts.forEach(name -> files.put("/" + name, PageFile.of(name, text(name))));
    }

    private static String text(String name) {
        try (InputStream stream = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("The class path lacks " + FOLDER + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name + " cannot be read", e);
        }
    }

    Optional<PageFile> at(String address) {
        return Optional.ofNullable(files.get(address));
    }
}
