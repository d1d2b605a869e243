package io.flinkvision.tools.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The user's own folders, by the XDG Base Directory Specification 0.8, which wants relative paths ignored. */
final class UserFolders {

    private static final String NAME = "flink-vision";

    private UserFolders() {}

    /** Downloads: {@code $XDG_CACHE_HOME/flink-vision}, else {@code ~/.cache/flink-vision}. */
    static Path cache() {
        return cache(System.getenv(), home());
    }

    static Path cache(Map<String, String> environment, Path home) {
        return folder(environment, "XDG_CACHE_HOME", home.resolve(".cache"));
    }

    /** What must survive a restart: {@code $XDG_STATE_HOME/flink-vision}, else {@code ~/.local/state/flink-vision}. */
    static Path state() {
        // The property overrides the environment, which a JVM cannot change for its tests.
        String named = System.getProperty("vision.state", "");
        return named.isEmpty()
                ? folder(System.getenv(), "XDG_STATE_HOME", home().resolve(".local").resolve("state"))
                : Path.of(named);
    }

    private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
        return Optional.ofNullable(environment.get(variable))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(otherwise)
                .resolve(NAME);
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }
}
