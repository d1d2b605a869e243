package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ViewMeterTest {

    private static final int SIDE = 256;
    private static final View CORNER = new View.Region(new RegionBox(0, 0, 0.25, 0.25));

    private final ImageDecoder decoder = new ImageDecoder(
            DecodeLimits.DEFAULTS, Pixels.UNMIXED, Reduction.NONE, Measuring.STATISTICS);

    /** The grey level or the colour of a pixel. */
    @FunctionalInterface
    private interface Drawing {
        int[] blueGreenRed(int x, int y);
    }

    @AfterEach
    void close() {
        decoder.close();
    }

    @Test
    void aPictureOfOneColourHasNeitherContrastNorDetail() {
        ViewStatistics red = measured((x, y) -> new int[] {0, 0, 200});

        assertThat(red.brightness()).isCloseTo(200 * 0.299, within(0.5));
        assertThat(red.contrast()).isZero();
        assertThat(red.detail()).isZero();
        assertThat(red.colour()).isEqualTo(200);
    }

    @Test
    void contrastIsTheStandardDeviationAndDetailTheDifferenceOfNeighbours() {
        ViewStatistics halves = measured((x, y) -> grey(x < SIDE / 2 ? 50 : 150));
        ViewStatistics columns = measured((x, y) -> grey(x / 8 % 2 == 0 ? 50 : 150));

        assertThat(halves.brightness()).isEqualTo(100);
        assertThat(halves.contrast()).isEqualTo(50);
        assertThat(columns.contrast()).isEqualTo(50);
        assertThat(halves.colour()).isZero();
        // One of 31 steps to the right is 100 levels high, or all are; none downwards is.
        assertThat(halves.detail()).isCloseTo(100 / 31.0 / 2, within(0.001));
        assertThat(columns.detail()).isCloseTo(50, within(0.001));
    }

    @Test
    void theNoiseOfASensorCountsLittle() {
        Random noise = new Random(1);
        ViewStatistics dark = measured((x, y) -> grey(20 + (int) (4 * noise.nextGaussian())));

        assertThat(dark.contrast()).isLessThan(1.5);
        assertThat(dark.detail()).isLessThan(2);
    }

    @Test
    void theFingerprintSaysWhichNeighbourIsDarker() {
        ViewStatistics brighterToTheRight = measured((x, y) -> grey(x / 2));
        ViewStatistics brighterBelow = measured((x, y) -> grey(40 + y / 2));

        // But the last column, whose neighbour is the first.
        assertThat(brighterToTheRight.fingerprint()).isEqualTo("fe".repeat(8) + "00".repeat(8));
        assertThat(brighterBelow.fingerprint()).isEqualTo("00".repeat(8) + "ff".repeat(7) + "00");
    }

    @Test
    void aDimmerPictureHasTheSameFingerprint() {
        ViewStatistics bright = measured((x, y) -> grey((x * 7 + y * 13) % 200));
        ViewStatistics dim = measured((x, y) -> grey((x * 7 + y * 13) % 200 / 2 + 10));

        assertThat(Long.bitCount(bright.across() ^ dim.across()) + Long.bitCount(bright.down() ^ dim.down()))
                .isLessThanOrEqualTo(6);
        assertThat(dim.brightness()).isLessThan(bright.brightness());
    }

    @Test
    void theWholePictureIsMeasuredWhateverIsShown() {
        byte[] pixels = pixels((x, y) -> grey(x));

        Decoded whole = (Decoded) decoder.decodeRaw(pixels, SIDE, SIDE, RawFormat.BGR24);
        Decoded corner = (Decoded) decoder.decodeRaw(pixels, SIDE, SIDE, RawFormat.BGR24, List.of(CORNER));
        Decoded nothing = (Decoded) decoder.decodeRaw(pixels, SIDE, SIDE, RawFormat.BGR24, List.of());

        assertThat(corner.statistics()).isEqualTo(whole.statistics()).isPresent();
        assertThat(nothing.statistics()).isEmpty();
    }

    @Test
    void anEncodedPictureIsMeasuredByItsPixelsAndItsDigestIsOfItsBytes() {
        byte[] pixels = pixels((x, y) -> grey(x));
        byte[] jpeg;
        try (PixelEncoder encoder = new PixelEncoder(95)) {
            jpeg = encoder.encode(new RawPicture(pixels, SIDE, SIDE, RawFormat.BGR24)).orElseThrow();
        }
        ViewStatistics raw = measured((x, y) -> grey(x));
        ViewStatistics decoded = statistics(decoder.decode(jpeg));

        assertThat(decoded.brightness()).isCloseTo(raw.brightness(), within(1.0));
        assertThat(decoded.digest()).isNotEqualTo(raw.digest());
        assertThat(statistics(decoder.decode(jpeg.clone()))).isEqualTo(decoded);
    }

    @Test
    void largePicturesHaveADigestOfPartsFromTheFirstByteToTheLast() {
        byte[] pixels = pixels(512, (x, y) -> grey(x / 4));
        long digest = statistics(decoder.decodeRaw(pixels, 512, 512, RawFormat.BGR24)).digest();
        byte[] first = pixels.clone();
        first[0]++;
        byte[] last = pixels.clone();
        last[last.length - 1]++;

        assertThat(statistics(decoder.decodeRaw(first, 512, 512, RawFormat.BGR24)).digest()).isNotEqualTo(digest);
        assertThat(statistics(decoder.decodeRaw(last, 512, 512, RawFormat.BGR24)).digest()).isNotEqualTo(digest);
    }

    @Test
    void aPictureOfOnePixelCanBeMeasured() {
        assertThat(statistics(decoder.decodeRaw(new byte[] {7}, 1, 1, RawFormat.GRAY8)).brightness()).isEqualTo(7);
    }

    @Test
    void aDecoderThatShallMeasureNothingDoesNot() {
        try (ImageDecoder other = new ImageDecoder(DecodeLimits.DEFAULTS, Pixels.UNMIXED)) {
            assertThat(((Decoded) other.decodeRaw(new byte[] {7}, 1, 1, RawFormat.GRAY8)).statistics())
                    .isEqualTo(Optional.empty());
        }
    }

    private ViewStatistics measured(Drawing drawing) {
        return statistics(decoder.decodeRaw(pixels(drawing), SIDE, SIDE, RawFormat.BGR24));
    }

    private static ViewStatistics statistics(DecodeOutcome outcome) {
        return ((Decoded) outcome).statistics().orElseThrow();
    }

    private static byte[] pixels(Drawing drawing) {
        return pixels(SIDE, drawing);
    }

    private static byte[] pixels(int side, Drawing drawing) {
        byte[] pixels = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int[] pixel = drawing.blueGreenRed(x, y);
                for (int channel = 0; channel < 3; channel++) {
                    pixels[3 * (side * y + x) + channel] = (byte) pixel[channel];
                }
            }
        }
        return pixels;
    }

    private static int[] grey(int level) {
        return new int[] {level, level, level};
    }
}
