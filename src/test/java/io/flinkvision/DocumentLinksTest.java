package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentLinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @Test
    void everyLinkWithinTheProjectLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
                if (!link.group(1).contains("://") && !leadsSomewhere(document, link)) {
                    broken.add(document + ": " + link.group());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        String index = Files.readString(Path.of("docs/README.md"));
        try (Stream<Path> pages = Files.list(Path.of("docs"))) {
            assertThat(pages.map(page -> page.getFileName().toString())
                    .filter(name -> name.endsWith(".md") && !name.equals("README.md")))
                    .allSatisfy(name -> assertThat(index).contains("](" + name + ")"));
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md"), Path.of("SECURITY.md")));
        for (String folder : List.of("docs", "bench")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        return documents;
    }

    private static boolean leadsSomewhere(Path document, MatchResult link) throws IOException {
        Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return link.group(2) == null || HEADING.matcher(Files.readString(target)).results()
                .anyMatch(heading -> anchor(heading.group(1)).equals(link.group(2)));
    }

    /** The anchor that GitHub gives a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
    }
}
