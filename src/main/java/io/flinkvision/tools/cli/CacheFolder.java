package io.flinkvision.tools.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where downloads are kept (XDG Base Directory Specification 0.8). */
final class CacheFolder {

    private CacheFolder() {}

    /** {@code $XDG_CACHE_HOME/flink-vision}; where that is unset or no absolute path, {@code ~/.cache/flink-vision}. */
    static Path of(Map<String, String> environment, Path home) {
        return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(home.resolve(".cache"))
                .resolve("flink-vision");
    }
}
