package io.flinkvision.tools.cli;

import java.nio.file.Path;

/** Where the commands keep what they must remember, by the XDG Base Directory Specification 0.8. */
final class StateFolder {

    private StateFolder() {}

    /** {@code $XDG_STATE_HOME/flink-vision}, else {@code ~/.local/state/flink-vision}. */
    static Path current() {
        // A property goes before the environment, which a JVM cannot change for its tests.
        String named = System.getProperty("vision.state", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String variable = System.getenv().getOrDefault("XDG_STATE_HOME", "");
        // The specification wants relative paths ignored.
        Path home = variable.startsWith("/")
                ? Path.of(variable)
                : Path.of(System.getProperty("user.home"), ".local", "state");
        return home.resolve("flink-vision");
    }
}
