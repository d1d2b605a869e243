package io.flinkvision.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A service of docker-compose.yml.
 *
 * @param name its name, which is its host's name for the other services too
 * @param definition what the file says of it
 */
public record ComposeService(String name, JsonNode definition) {

    /**
     * A port of the container that is a port of this machine too.
     *
     * @param address of this machine, at which it is open
     */
    public record PublishedPort(String address, int published, int target) {}

    /**
     * A folder or file of this machine, or a volume, in the container.
     *
     * @param source a path, which begins with a dot, or a volume's name
     */
    public record Mount(String source, String target, boolean readOnly) {

        /** Whether it is a path of the project, and no volume. */
        public boolean isPath() {
            return source.startsWith(".");
        }
    }

    /** The image, with its tag. */
    public String image() {
        return definition.path("image").asText();
    }

    /** The Dockerfile's stage that makes the image, where this project makes it. */
    public Optional<String> buildTarget() {
        return Optional.ofNullable(definition.path("build").path("target").textValue());
    }

    /** The profiles that start it; without any, it always starts. */
    public List<String> profiles() {
        return texts(definition.path("profiles"));
    }

    /** What its container is started with, after the image's entry point. */
    public List<String> command() {
        return texts(definition.path("command"));
    }

    /** The command of the health check, without the word CMD; empty where there is no check. */
    public List<String> healthCheck() {
        List<String> test = texts(definition.path("healthcheck").path("test"));
        return test.isEmpty() ? test : test.subList(1, test.size());
    }

    /** The variables that the file gives a value. */
    public Map<String, String> environment() {
        Map<String, String> result = new LinkedHashMap<>();
        definition.path("environment").properties().stream()
                .filter(entry -> !entry.getValue().isNull())
                .forEach(entry -> result.put(entry.getKey(), entry.getValue().asText()));
        return result;
    }

    /** The variables that come from the environment of Compose itself, if they are set there. */
    public List<String> inheritedVariables() {
        return definition.path("environment").properties().stream()
                .filter(entry -> entry.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Flink's options in the variable {@code FLINK_PROPERTIES}, by which the image's entry point changes them. */
    public Properties flinkProperties() {
        Properties result = new Properties();
        environment().getOrDefault("FLINK_PROPERTIES", "").lines().filter(line -> !line.isBlank()).forEach(line -> {
            int colon = line.indexOf(':');
            result.setProperty(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        });
        return result;
    }

    /** The ports of this machine. */
    public List<PublishedPort> ports() {
        return texts(definition.path("ports")).stream().map(text -> {
            String[] parts = text.split(":");
            if (parts.length != 3) {
                throw new AssertionError(name + ": the port " + text + " is not ADDRESS:PUBLISHED:TARGET");
            }
            return new PublishedPort(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }).toList();
    }

    /** What is mounted. */
    public List<Mount> mounts() {
        return texts(definition.path("volumes")).stream().map(text -> {
            List<String> parts = new ArrayList<>(List.of(text.split(":")));
            return new Mount(parts.get(0), parts.get(1), parts.size() > 2 && parts.get(2).equals("ro"));
        }).toList();
    }

    /** The services that are started before it. */
    public List<String> dependencies() {
        JsonNode node = definition.path("depends_on");
        return node.isObject() ? node.properties().stream().map(Map.Entry::getKey).toList() : texts(node);
    }

    private static List<String> texts(JsonNode list) {
        Stream<JsonNode> elements = StreamSupport.stream(list.spliterator(), false);
        return elements.map(JsonNode::asText).toList();
    }
}
