package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawPictureTest {

    @ParameterizedTest
    @EnumSource(RawFormat.class)
    void aPngOfPixelsLooksToTheNetworkAsThePixelsDo(RawFormat format) {
        byte[] pixels = new byte[37 * 23 * format.channels()];
        new Random(7).nextBytes(pixels);
        RawPicture picture = new RawPicture(pixels, 37, 23, format);

        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, Pixels.UNMIXED)) {
            Decoded ofPixels = (Decoded) decoder.decodeRaw(pixels, 37, 23, format);
            Decoded ofFile = (Decoded) decoder.decode(picture.toPng());

            assertThat(ofFile.format()).isEqualTo("png");
            assertThat(ofFile.width()).isEqualTo(37);
            assertThat(ofFile.height()).isEqualTo(23);
            assertThat(ofFile.input().samples()).isEqualTo(ofPixels.input().samples());
        }
    }

    @Test
    void pixelsOfAnotherNumberAreRefusedWithTheirNumber() {
        assertThatThrownBy(() -> new RawPicture(new byte[11], 2, 2, RawFormat.RGB24))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 x 2").hasMessageContaining("11");
        assertThatThrownBy(() -> new RawPicture(new byte[0], 0, 7, RawFormat.GRAY8))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 x 7");
    }
}
