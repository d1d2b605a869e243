package io.flinkvision.tools.wall;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the page, which are few and small, in memory. */
final class PageFiles {

    private static final String FOLDER = "/wall/";

    /** Under the address that each has; a page has a short one. */
    private static final Map<String, String> PAGES =
            Map.of("/", "index.html", "/camera", "camera.html", "/dead-letters", "dead-letters.html");

    private static final List<String> PARTS = List.of(
            "wall.css", "icon.svg", "stream.js", "format.js", "strip.js", "wall.js", "tile.js", "events.js",
            "camera.js", "dead-letters.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, PageFile> files = new HashMap<>();

    /**
     * A file.
     *
     * @param type its content type
     * @param tag changes with its bytes
     * @param bytes not copied, so nobody may change them
     */
    record PageFile(String type, String tag, byte[] bytes) {}

    PageFiles() {
        PAGES.forEach((address, name) -> files.put(address, read(name)));
        PARTS.forEach(name -> files.put("/" + name, read(name)));
    }

    private static PageFile read(String name) {
        try (InputStream stream = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("The class path lacks " + FOLDER + name);
            }
            byte[] bytes = stream.readAllBytes();
            return new PageFile(TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
                    Integer.toHexString(Arrays.hashCode(bytes)), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Not readable: " + FOLDER + name, e);
        }
    }

    /** The file at an address. */
    Optional<PageFile> at(String address) {
        return Optional.ofNullable(files.get(address));
    }
}
