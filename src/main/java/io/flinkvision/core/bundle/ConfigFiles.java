package io.flinkvision.core.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The files of a Hugging Face repository that describe its weights. */
final class ConfigFiles {

    private static final List<String> NAMES = List.of("config.json", "preprocessor_config.json");

    /** Labels of tens of thousands of classes take some. */
    private static final long MAX_BYTES = 16 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ConfigFiles() {}

    /**
     * What the files beside a file of weights say of it.
     *
     * @param remarks is told of a file that cannot be read
     * @return empty where there is none of use
     */
    static Optional<PublishedConfig> beside(Path weights, Consumer<String> remarks) {
        List<String> found = new ArrayList<>();
        List<JsonNode> roots = new ArrayList<>();
        for (String name : NAMES) {
            Path file = weights.resolveSibling(name);
            if (Files.isRegularFile(file)) {
                read(file, remarks).ifPresent(root -> {
                    found.add(file.toString());
                    roots.add(root);
                });
            }
        }
        return roots.isEmpty()
                ? Optional.empty()
                : Optional.of(PublishedConfig.of(String.join(" and ", found), roots.toArray(JsonNode[]::new)));
    }

    private static Optional<JsonNode> read(Path file, Consumer<String> remarks) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                remarks.accept(file + " has more than " + MAX_BYTES + " bytes, and was left alone");
                return Optional.empty();
            }
            return Optional.of(JSON.readTree(Files.readAllBytes(file))).filter(JsonNode::isObject);
        } catch (IOException e) {
            remarks.accept(file + " is no sound JSON, and was left alone");
            return Optional.empty();
        }
    }
}
