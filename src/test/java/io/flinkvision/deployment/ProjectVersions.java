package io.flinkvision.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions as the POM has them. */
final class ProjectVersions {

    private ProjectVersions() {}

    /** The project's own. */
    static String project() throws IOException {
        return element("version");
    }

    /** The text of the first element of a name, such as {@code flink.version}. */
    static String element(String name) throws IOException {
        Matcher matcher = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</")
                .matcher(Files.readString(Path.of("pom.xml")));
        if (!matcher.find()) {
            throw new AssertionError("The POM has no element " + name);
        }
        return matcher.group(1);
    }
}
