package io.flinkvision.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/**
 * The project's docker-compose.yml as Compose reads it where no variable is set: aliases followed, defaults put in.
 *
 * @param services by name
 * @param volumes the names of the volumes that it declares
 */
public record ComposeFile(Map<String, ComposeService> services, Set<String> volumes) {

    /** Where it lies. */
    public static final Path PATH = Path.of("docker-compose.yml");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\$|\\$\\{([A-Z_]+)(?::-([^}]*))?}|\\$");

    /** Reads the project's. */
    public static ComposeFile read() throws IOException {
        JsonNode root = new ObjectMapper().valueToTree(new Yaml().load(interpolate(Files.readString(PATH))));
        Map<String, ComposeService> services = new LinkedHashMap<>();
        root.get("services").properties().forEach(entry ->
                services.put(entry.getKey(), new ComposeService(entry.getKey(), entry.getValue())));
        Set<String> volumes = new TreeSet<>();
        root.get("volumes").fieldNames().forEachRemaining(volumes::add);
        return new ComposeFile(services, volumes);
    }

    /** One of the services. */
    public ComposeService service(String name) {
        ComposeService service = services.get(name);
        if (service == null) {
            throw new AssertionError("There is no service " + name + " in " + PATH + ": " + services.keySet());
        }
        return service;
    }

    /** {@code ${NAME:-default}} becomes the default, {@code ${NAME}} nothing, and {@code $$} one dollar. */
    private static String interpolate(String text) {
        return VARIABLE.matcher(text).replaceAll(match -> switch (match.group()) {
            case "$$" -> Matcher.quoteReplacement("$");
            case "$" -> throw new AssertionError("Compose refuses this $: "
                    + text.substring(match.start(), Math.min(text.length(), match.start() + 20)));
            default -> Matcher.quoteReplacement(match.group(2) == null ? "" : match.group(2));
        });
    }
}
