package io.flinkvision.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.MemorySize;
import org.yaml.snakeyaml.Yaml;

/** The options of conf/flink/config.yaml, nested keys joined by dots as Flink does it. */
final class FlinkConfiguration {

    private static final Path FILE = Path.of("conf/flink/config.yaml");

    private FlinkConfiguration() {}

    static Map<String, String> read() throws IOException {
        assertThat(FILE).isRegularFile();
        return flatten(new Yaml().load(Files.readString(FILE)));
    }

    /** Values by their whole keys. */
    static Map<String, String> flatten(Map<?, ?> options) {
        Map<String, String> result = new TreeMap<>();
        options.forEach((key, value) -> {
            if (value instanceof Map<?, ?> nested) {
                flatten(nested).forEach((inner, text) -> result.put(key + "." + inner, text));
            } else {
                result.put(key.toString(), String.valueOf(value));
            }
        });
        return result;
    }

    /** How many bytes an amount of memory is, as Flink, Compose and the operator write it: {@code 2g}, {@code 512m}. */
    static long bytes(String size) {
        return MemorySize.parse(size).getBytes();
    }
}
