package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFingerprintTest {

    private static final int SIZE = 224;
    private static final int CELL = SIZE / ImageFingerprint.SIDE;

    @ParameterizedTest
    @CsvSource({
        "0,   0,   0,   0",
        "255, 255, 255, 255",
        "128, 128, 128, 128",
        "255, 0,   0,   77",
        "0,   255, 0,   149",
        "0,   0,   255, 29"
    })
    void aCellIsTheLumaOfItsPixels(int red, int green, int blue, int grey) {
        assertThat(ImageFingerprint.of(plain(SIZE, SIZE, red, green, blue)).cells())
                .containsOnly((byte) grey);
    }

    @Test
    void aCellIsTheMeanOfItsPixelsAndOfNoOthers() {
        RgbImage image = plain(SIZE, SIZE, 0, 0, 0);
        // The cell of the third row and the sixth column is half white, half black.
        for (int y = 2 * CELL; y < 3 * CELL; y++) {
            for (int x = 5 * CELL; x < 5 * CELL + CELL / 2; x++) {
                Arrays.fill(image.samples(), 3 * (SIZE * y + x), 3 * (SIZE * y + x) + 3, (byte) 255);
            }
        }

        byte[] cells = ImageFingerprint.of(image).cells();

        assertThat(cells[2 * ImageFingerprint.SIDE + 5] & 0xff).isEqualTo(128);
        cells[2 * ImageFingerprint.SIDE + 5] = 0;
        assertThat(cells).containsOnly((byte) 0);
    }

    @ParameterizedTest
    @CsvSource({"225, 225", "17, 300", "16, 16", "512, 512"})
    void everySizeIsCoveredToItsLastPixel(int width, int height) {
        RgbImage image = plain(width, height, 90, 90, 90);
        ImageFingerprint before = ImageFingerprint.of(image);
        assertThat(before.cells()).containsOnly((byte) 90);

        Arrays.fill(image.samples(), image.samples().length - 3 * (width / 16), image.samples().length, (byte) 255);
        byte[] after = ImageFingerprint.of(image).cells();

        assertThat(after[after.length - 1] & 0xff).isGreaterThan(90);
        assertThat(Arrays.copyOf(after, after.length - 2)).containsOnly((byte) 90);
    }

    @ParameterizedTest
    @CsvSource({"225, 225, 225", "17, 300, 32", "640, 480, 704", "1920, 1080, 1920"})
    void aGreyPictureHasTheFingerprintOfItsColourfulTwin(int width, int height, int stride) {
        RgbImage image = plain(width, height, 0, 0, 0);
        byte[] grey = new byte[stride * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                byte level = (byte) (255 * (x + 2 * y) / (width + 2 * height));
                Arrays.fill(image.samples(), 3 * (width * y + x), 3 * (width * y + x) + 3, level);
                grey[stride * y + x] = level;
            }
        }

        ImageFingerprint fingerprint = ImageFingerprint.ofGrey(ByteBuffer.wrap(grey), stride, width, height);

        assertThat(fingerprint.largestDifference(ImageFingerprint.of(image))).isLessThanOrEqualTo(1);
    }

    @Test
    void aGreyPictureOfFewerPixelsThanCellsHasAFingerprintToo() {
        assertThat(ImageFingerprint.ofGrey(ByteBuffer.wrap(new byte[] {9, 9, 9, 9}), 2, 2, 2).cells())
                .contains((byte) 9).contains((byte) 0);
    }

    @Test
    void aPictureOfFewerPixelsThanCellsHasAFingerprintToo() {
        assertThat(ImageFingerprint.of(plain(3, 3, 9, 9, 9)).cells()).contains((byte) 9).contains((byte) 0);
    }

    @Test
    void theLargestDifferenceIsThatOfTheCellThatDiffersMostInEitherDirection() {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        ImageFingerprint black = new ImageFingerprint(cells.clone());
        cells[7] = 3;
        cells[200] = (byte) 250;
        ImageFingerprint other = new ImageFingerprint(cells);

        assertThat(black.largestDifference(other)).isEqualTo(250);
        assertThat(other.largestDifference(black)).isEqualTo(250);
        assertThat(other.largestDifference(other)).isZero();
    }

    @Test
    void noiseOfEachPixelNearlyCancelsOutInACell() {
        RgbImage still = plain(SIZE, SIZE, 120, 120, 120);
        RgbImage noisy = plain(SIZE, SIZE, 120, 120, 120);
        Random random = new Random(1);
        for (int i = 0; i < noisy.samples().length; i++) {
            noisy.samples()[i] = (byte) (120 + 10 * random.nextGaussian());
        }

        assertThat(ImageFingerprint.of(still).largestDifference(ImageFingerprint.of(noisy))).isLessThan(4);
    }

    @Test
    void isOfAllItsCells() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ImageFingerprint(new byte[255]))
                .withMessageContaining("256").withMessageContaining("255");
    }

    private static RgbImage plain(int width, int height, int red, int green, int blue) {
        byte[] samples = new byte[3 * width * height];
        for (int i = 0; i < samples.length; i += 3) {
            samples[i] = (byte) red;
            samples[i + 1] = (byte) green;
            samples[i + 2] = (byte) blue;
        }
        return new RgbImage(width, height, samples);
    }
}
