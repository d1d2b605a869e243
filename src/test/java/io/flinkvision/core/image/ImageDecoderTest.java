package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderTest {

    @Test
    void tellsTheFormatAndTheDimensions() {
        Decoded decoded = Pixels.decoded(JpegFile.quarters(48, 32), DecodeLimits.DEFAULTS);

        assertThat(decoded.format()).isEqualTo("jpeg");
        assertThat(decoded.width()).isEqualTo(48);
        assertThat(decoded.height()).isEqualTo(32);
        assertThat(decoded.input().width()).isEqualTo(32);
        assertThat(decoded.input().height()).isEqualTo(32);
    }

    @ParameterizedTest
    @MethodSource("onePictureOfEachFormat")
    void takesEachFormatOnlyWhereItIsAllowed(ImageFormat format, byte[] picture) {
        EnumSet<ImageFormat> others = EnumSet.complementOf(EnumSet.of(format));

        assertThat(Pixels.decoded(picture, limits(EnumSet.of(format))).format()).isEqualTo(format.id());
        Rejected rejected = Pixels.rejected(picture, limits(others));
        assertThat(rejected.code()).isEqualTo(ErrorCode.FORMAT_NOT_ALLOWED);
        assertThat(rejected.message()).contains(format.name()).contains(others.iterator().next().name());
    }

    @ParameterizedTest
    @CsvSource({
        "....ftypheic...., HEIC",
        "....ftypavif...., AVIF",
        "<!DOCTYPE html>, web page",
        "PK..zip, no picture",
        "some text, no picture",
        "RIFF....WAVEfmt, no picture",
        "P3 1 1 255 1 2 3, no picture",
        "B, no picture"
    })
    void saysWhatOtherBytesAre(String text, String message) {
        Rejected rejected = Pixels.rejected(text.getBytes(StandardCharsets.ISO_8859_1), Pixels.EVERY_FORMAT);

        assertThat(rejected.code()).isEqualTo(ErrorCode.UNKNOWN_FORMAT);
        assertThat(rejected.message()).contains(message);
    }

    @Test
    void refusesNoBytes() {
        assertThat(Pixels.rejected(new byte[0], Pixels.EVERY_FORMAT).code()).isEqualTo(ErrorCode.EMPTY);
    }

    @Test
    void takesAPictureOfAsManyBytesAsTheLimitAndRefusesOneMore() {
        byte[] png = PngFile.of(2, 1, 8, PngFile.GREY).rows(0, 1, 2).end();

        assertThat(Pixels.decode(png, DecodeLimits.DEFAULTS.withMaxBytes(png.length))).isInstanceOf(Decoded.class);
        Rejected rejected = Pixels.rejected(png, DecodeLimits.DEFAULTS.withMaxBytes(png.length - 1));
        assertThat(rejected.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(rejected.message()).contains(png.length + " bytes", "limit of " + (png.length - 1));
    }

    @ParameterizedTest
    @CsvSource({"12, 4, true", "11, 4, false", "12, 3, false"})
    void takesAPictureAtTheLimitsAndRefusesOneAbove(long pixels, int side, boolean taken) {
        byte[] png = PngFile.of(4, 3, 8, PngFile.GREY).rows(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4).end();
        DecodeLimits limits = new DecodeLimits(1000, pixels, side, ImageFormat.DEFAULTS, Truncation.REFUSE);

        if (taken) {
            assertThat(Pixels.decode(png, limits)).isInstanceOf(Decoded.class);
        } else {
            assertThat(Pixels.rejected(png, limits).code()).isEqualTo(ErrorCode.TOO_LARGE);
            assertThat(Pixels.rejected(png, limits).message()).contains("4 x 3");
        }
    }

    /** The data of these pictures is no picture: whoever tries to decode it finds them corrupt, not too large. */
    @ParameterizedTest
    @MethodSource("bombs")
    void refusesPicturesAboveTheLimitsBeforeDecodingThem(byte[] bomb) {
        assertThat(Pixels.rejected(bomb, DecodeLimits.DEFAULTS).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void decodesOnAfterAPictureThatItRefused() {
        byte[] jpeg = JpegFile.quarters(32, 32);
        byte[] corrupt = PngFile.of(2, 2, 8, PngFile.GREY).rows(0, 1).end();
        try (ImageDecoder decoder = new ImageDecoder(Pixels.EVERY_FORMAT, Pixels.UNMIXED)) {
            DecodeOutcome before = decoder.decode(jpeg);
            assertThat(decoder.decode(corrupt)).isInstanceOf(Rejected.class);

            assertThat(decoder.decode(jpeg)).usingRecursiveComparison().isEqualTo(before);
        }
    }

    @Test
    void anInputOutlivesTheNextPicture() {
        try (ImageDecoder decoder = new ImageDecoder(Pixels.EVERY_FORMAT, Pixels.UNMIXED)) {
            RgbImage first = ((Decoded) decoder.decode(JpegFile.quarters(32, 32))).input();
            byte[] samples = first.samples().clone();
            decoder.decode(JpegFile.greyQuarters(32, 32));

            assertThat(first.samples()).isEqualTo(samples);
        }
    }

    @Test
    void fillsWhatALetterboxLeaves() {
        byte[] png = PngFile.of(2, 1, 8, PngFile.GREY).rows(0, 10, 20).end();
        try (ImageDecoder decoder = new ImageDecoder(
                Pixels.EVERY_FORMAT, preprocessing(new ResizeRule.Letterbox(114), Interpolation.NEAREST))) {
            RgbImage input = ((Decoded) decoder.decode(png)).input();

            for (int y = 0; y < 32; y++) {
                int expected = y < 8 || y >= 24 ? 114 : 10;
                assertThat(input.samples()[y * 32 * 3]).as("row %d", y).isEqualTo((byte) expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rulesAndFilters")
    void takesStripsAsLongAsTheLimitAllows(ResizeRule rule, Interpolation interpolation) {
        byte[] row = new byte[16_384];
        Arrays.fill(row, (byte) 200);
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing(rule, interpolation))) {
            Decoded wide = (Decoded) decoder.decodeRaw(row, row.length, 1, RawFormat.GRAY8);
            Decoded tall = (Decoded) decoder.decodeRaw(row, 1, row.length, RawFormat.GRAY8);

            int middle = (15 * 32 + 15) * 3;
            assertThat(wide.input().samples()[middle]).isEqualTo((byte) 200);
            assertThat(tall.input().samples()[middle]).isEqualTo((byte) 200);
        }
    }

    @Test
    void saysThatItIsClosed() {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, Pixels.UNMIXED);
        decoder.close();
        decoder.close();

        assertThatThrownBy(() -> decoder.decode(new byte[1]))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    static Stream<Arguments> onePictureOfEachFormat() {
        return Stream.of(
                Arguments.of(ImageFormat.JPEG, JpegFile.quarters(16, 16)),
                Arguments.of(ImageFormat.PNG, PngFile.of(1, 1, 8, PngFile.GREY).rows(0, 1).end()),
                Arguments.of(ImageFormat.WEBP, Pixels.fixture("lossless.webp")),
                Arguments.of(ImageFormat.BMP, new BmpFile().pixels(1, 1, 1, 2, 3, 0)),
                Arguments.of(ImageFormat.TIFF, TiffFile.grey(1, 1, 8, 1, ByteOrder.BIG_ENDIAN, 1)),
                Arguments.of(ImageFormat.PNM, "P5 1 1 255 x".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of(ImageFormat.GIF, GifFile.of(1, 1).indices(0)));
    }

    static Stream<byte[]> bombs() {
        byte[] jpeg = JpegFile.quarters(16, 16);
        ByteBuffer.wrap(jpeg).putShort(JpegFile.find(jpeg, 0xc0) + 5, (short) 20_000);
        byte[] webp = Pixels.fixture("orientation-6.webp");
        webp[new String(webp, StandardCharsets.ISO_8859_1).indexOf("VP8X") + 8 + 6] = 1;
        return Stream.of(
                jpeg,
                PngFile.of(16_385, 1, 8, PngFile.GREY).chunk("IDAT", 1, 2, 3).end(),
                PngFile.of(16_000, 16_000, 8, PngFile.GREY).chunk("IDAT", 1, 2, 3).end(),
                PngFile.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, PngFile.GREY).chunk("IDAT", 1, 2, 3).end(),
                webp,
                new BmpFile().bitsPerPixel(8).compression(1).palette(new int[1024]).pixels(20_000, 20_000, 0, 1));
    }

    static Stream<Arguments> rulesAndFilters() {
        return Stream.of(new ResizeRule.Stretch(), new ResizeRule.ShorterSide(36), new ResizeRule.Letterbox(0))
                .flatMap(rule -> Arrays.stream(Interpolation.values()).map(filter -> Arguments.of(rule, filter)));
    }

    private static DecodeLimits limits(EnumSet<ImageFormat> formats) {
        return new DecodeLimits(1 << 20, 1 << 20, 4096, formats, Truncation.REFUSE);
    }

    private static Preprocessing preprocessing(ResizeRule rule, Interpolation interpolation) {
        return new Preprocessing(32, rule, interpolation, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }
}
