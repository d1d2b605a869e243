package io.flinkvision.tools.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.tools.catalogue.CatalogueEntry.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {

    /** Of the empty text. */
    private static final String SHA_256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void comparesAsManyDigitsAsItHas() {
        assertThat(new Checksum(SHA_256).matches(SHA_256)).isTrue();
        assertThat(new Checksum("E3B0C442").matches(SHA_256)).isTrue();
        assertThat(new Checksum("e3b0c443").matches(SHA_256)).isFalse();
        assertThat(new Checksum(SHA_256.substring(0, 63) + "6").matches(SHA_256)).isFalse();
    }

    @Test
    void saysWhetherItIsWhole() {
        assertThat(new Checksum(SHA_256)).hasToString("SHA-256 " + SHA_256);
        assertThat(new Checksum("e3b0c442")).hasToString("SHA-256 that begins with e3b0c442");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "e3b0c44", "e3b0c44x", SHA_256 + "0"})
    void refusesWhatIsNone(String digits) {
        assertThatThrownBy(() -> new Checksum(digits)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + digits + "'");
    }
}
