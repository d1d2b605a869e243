package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"gate-3/bay 1", "site/7/gate", "*/door", "Zürich/Tür"})
    void isReadFromTheTextThatItIsWrittenAs(String text) {
        assertThat(RegionKey.parse(text)).hasToString(text);
        assertThat(RegionKey.parse(text).toBytes()).isEqualTo(text.getBytes(UTF_8));
    }

    @Test
    void aSlashMayBeInACamerasNameButNotInARegions() {
        assertThat(RegionKey.parse("site/7/gate")).isEqualTo(new RegionKey("site/7", "gate"));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RegionKey("site", "7/gate"))
                .withMessage("The name of a region must have no /, unlike '7/gate'");
    }

    @Test
    void theRegionsOfACameraStandTogether() {
        assertThat(Stream.of("b/a", "a/b", "a-/c", "a/a").map(RegionKey::parse).sorted().map(RegionKey::toString))
                .containsExactly("a/a", "a/b", "a-/c", "b/a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gate    | must be camera/region, or */region for all cameras, not 'gate'",
        "/gate   | The name of a camera must have from 1 to 300 characters",
        "camera/ | The name of a region must have from 1 to 100 characters",
        "camera/a\\u0007 | not 'a\\u0007'"
    })
    void refusesWhatIsNoKeyAndNamesThePart(String text, String message) {
        String unescaped = text.replace("\\u0007", "\u0007");

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> RegionKey.parse(unescaped))
                .withMessageContaining(message);
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThat(new RegionKey("c".repeat(300), "r".repeat(100)).toBytes()).hasSize(401);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RegionKey("c".repeat(301), "r")).withMessageContaining("camera");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new RegionKey("c", "r".repeat(101))).withMessageContaining("region");
    }
}
