package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFoldersTest {

    private static final Path HOME = Path.of("/home/somebody");

    @Test
    void isWhereTheEnvironmentSays() {
        assertThat(UserFolders.cache(Map.of("XDG_CACHE_HOME", "/var/cache"), HOME)).hasToString("/var/cache/flink-vision");
    }

    @Test
    void isInTheHomeFolderOtherwise() {
        for (Map<String, String> environment : List.of(
                Map.<String, String>of(), Map.of("XDG_CACHE_HOME", ""), Map.of("XDG_CACHE_HOME", "cache"))) {
            assertThat(UserFolders.cache(environment, HOME)).hasToString("/home/somebody/.cache/flink-vision");
        }
    }
}
