package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeLimitsTest {

    @Test
    void allowsTheFormatsOfTheWebUnlessToldOtherwise() {
        assertThat(DecodeLimits.DEFAULTS.formats()).containsExactlyInAnyOrder(
                ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP, ImageFormat.BMP);
        assertThat(DecodeLimits.DEFAULTS.truncation()).isEqualTo(Truncation.REFUSE);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, 0", "-5, 1, 1"})
    void refusesLimitsThatAreNotPositive(long bytes, long pixels, int side) {
        assertThatThrownBy(() -> new DecodeLimits(bytes, pixels, side, ImageFormat.DEFAULTS, Truncation.REFUSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(bytes + " bytes, " + pixels + " pixels and a side of " + side);
    }

    @Test
    void refusesToAllowNoFormat() {
        assertThatThrownBy(() -> new DecodeLimits(1, 1, 1, Set.of(), Truncation.REFUSE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one format");
    }

    @Test
    void doesNotChangeWithTheSetThatItWasGiven() {
        Set<ImageFormat> formats = EnumSet.of(ImageFormat.PNG);
        DecodeLimits limits = new DecodeLimits(1, 1, 1, formats, Truncation.REFUSE);
        formats.add(ImageFormat.TIFF);

        assertThat(limits.formats()).containsExactly(ImageFormat.PNG);
    }

    @Test
    void replacesTheBytesAlone() {
        assertThat(DecodeLimits.DEFAULTS.withMaxBytes(7)).usingRecursiveComparison().ignoringFields("maxBytes")
                .isEqualTo(DecodeLimits.DEFAULTS);
        assertThat(DecodeLimits.DEFAULTS.withMaxBytes(7).maxBytes()).isEqualTo(7);
    }
}
