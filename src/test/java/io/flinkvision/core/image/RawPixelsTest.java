package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawPixelsTest {

    private static final DecodeLimits LIMITS =
            new DecodeLimits(60, 12, 6, EnumSet.of(ImageFormat.PNG), Truncation.REFUSE);

    private final ImageDecoder decoder = new ImageDecoder(LIMITS, Pixels.UNMIXED);

    @AfterEach
    void close() {
        decoder.close();
    }

    @ParameterizedTest
    @CsvSource({"BGR24, 030201, 060504", "RGB24, 010203, 040506"})
    void takesColoursInTheirOrder(RawFormat format, String first, String second) {
        Decoded decoded = (Decoded) decoder.decodeRaw(PngFile.bytes(1, 2, 3, 4, 5, 6), 2, 1, format);

        assertThat(Pixels.colours(decoded)).containsExactly(first, second);
        assertThat(decoded.format()).isEqualTo(format.id());
    }

    @Test
    void takesGreysFromTheTop() {
        Decoded decoded = (Decoded) decoder.decodeRaw(PngFile.bytes(1, 2, 255, 0), 2, 2, RawFormat.GRAY8);

        assertThat(Pixels.colours(decoded)).containsExactly("010101", "020202", "ffffff", "000000");
    }

    @Test
    void doesNotChangeThePixelsThatItWasGiven() {
        byte[] pixels = PngFile.bytes(1, 2, 3);
        decoder.decodeRaw(pixels, 1, 1, RawFormat.RGB24);

        assertThat(pixels).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "6, 2, 2, BGR24", "5, 2, 1, BGR24", "7, 2, 1, BGR24", "6, 2, 1, GRAY8", "6, 0, 0, GRAY8", "6, -2, -3, GRAY8",
        "6, -2, -1, BGR24", "1, 0, 6, GRAY8"
    })
    void refusesPixelsThatAreNotThoseOfTheirDimensions(int bytes, int width, int height, RawFormat format) {
        assertThat(rejected(bytes, width, height, format).code()).isEqualTo(ErrorCode.INVALID_HEADERS);
    }

    @Test
    void refusesNoPixels() {
        assertThat(rejected(0, 1, 1, RawFormat.GRAY8).code()).isEqualTo(ErrorCode.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({"6, 2", "2, 6", "4, 3"})
    void takesPicturesAtTheLimits(int width, int height) {
        assertThat(decoder.decodeRaw(new byte[width * height], width, height, RawFormat.GRAY8))
                .isInstanceOf(Decoded.class);
    }

    @ParameterizedTest
    @CsvSource({"7, 1", "1, 7", "13, 1", "3, 5"})
    void refusesPicturesAboveTheLimits(int width, int height) {
        assertThat(rejected(width * height, width, height, RawFormat.GRAY8).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void refusesDimensionsOfWhichTheProductOverflows() {
        assertThat(rejected(1, Integer.MAX_VALUE, Integer.MAX_VALUE, RawFormat.BGR24).code())
                .isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void refusesMoreBytesThanTheLimit() {
        assertThat(rejected(61, 1, 1, RawFormat.GRAY8).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void saysThatItIsClosed() {
        decoder.close();

        assertThatThrownBy(() -> decoder.decodeRaw(new byte[1], 1, 1, RawFormat.GRAY8))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    private Rejected rejected(int bytes, int width, int height, RawFormat format) {
        return (Rejected) decoder.decodeRaw(new byte[bytes], width, height, format);
    }
}
