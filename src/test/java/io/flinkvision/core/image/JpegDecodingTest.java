package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegDecodingTest {

    private static final int[] RED = {255, 0, 0};
    private static final int[] GREEN = {0, 255, 0};
    private static final int[] BLUE = {0, 0, 255};
    private static final int[] WHITE = {255, 255, 255};

    /** What the limited precision of a JPEG's colours takes off. */
    private static final int LOSS = 3;

    @Test
    void showsBaselinePictures() {
        Pixels.assertQuarters(decoded(JpegFile.quarters(32, 32)), LOSS, RED, GREEN, BLUE, WHITE);
    }

    @Test
    void showsProgressivePictures() {
        Pixels.assertQuarters(decoded(JpegFile.progressiveQuarters(32, 32)), LOSS, RED, GREEN, BLUE, WHITE);
    }

    @Test
    void showsGreyPictures() {
        int[] red = at(decoded(JpegFile.greyQuarters(32, 32)), 8, 8);
        int[] green = at(decoded(JpegFile.greyQuarters(32, 32)), 24, 8);

        assertThat(red[0]).isBetween(40, 140);
        assertThat(green[0]).isGreaterThan(red[0] + 50);
        assertThat(at(decoded(JpegFile.greyQuarters(32, 32)), 24, 24)).containsExactly(255, 255, 255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmyk.jpg", "ycck.jpg"})
    void showsPrintersColoursAsABrowserDoes(String name) {
        Pixels.assertQuarters(
                decoded(Pixels.fixture(name)), LOSS, RED, GREEN, BLUE, new int[] {100, 90, 80});
    }

    @Test
    void showsPrintersColoursWithoutAdobesMarkerLikewise() {
        byte[] unmarked = JpegFile.withoutSegment(Pixels.fixture("cmyk.jpg"), 0xee);

        Pixels.assertQuarters(decoded(unmarked), LOSS, RED, GREEN, BLUE, new int[] {100, 90, 80});
    }

    @Test
    void heedsAdobesMarkerThatSaysRedGreenAndBlue() {
        Pixels.assertQuarters(
                decoded(Pixels.fixture("adobe-rgb.jpg")), LOSS, RED, GREEN, BLUE, new int[] {200, 180, 160});
    }

    @ParameterizedTest
    @CsvSource({
        "1, RGBW", "2, GRWB", "3, WBGR", "4, BWRG", "5, RBGW", "6, BRWG", "7, WGBR", "8, GWRB"
    })
    void honoursAllOrientations(int orientation, String quarters) {
        byte[] stored = JpegFile.withExif(
                JpegFile.quarters(32, 16), Exif.orientation(orientation, ByteOrder.LITTLE_ENDIAN));

        Decoded decoded = decoded(stored);

        assertThat(decoded.width()).isEqualTo(orientation < 5 ? 32 : 16);
        assertThat(decoded.height()).isEqualTo(orientation < 5 ? 16 : 32);
        Pixels.assertQuarters(decoded, LOSS, quarters.chars().mapToObj(JpegDecodingTest::colour).toArray(int[][]::new));
    }

    @Test
    void refusesAPictureWithoutEndMarker() {
        byte[] jpeg = JpegFile.quarters(32, 32);

        assertThat(Pixels.rejected(Arrays.copyOf(jpeg, jpeg.length - 2), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void acceptsAPictureWithoutEndMarkerWhereTheJobDoes(int missing) {
        byte[] jpeg = JpegFile.quarters(32, 32);

        Decoded decoded = Pixels.decoded(Arrays.copyOf(jpeg, jpeg.length - missing), Pixels.TRUNCATED_TOO);

        assertThat(decoded).usingRecursiveComparison().isEqualTo(decoded(jpeg));
    }

    @Test
    void decodesWhatIsThereOfAnAcceptedPictureTheSameEveryTime() {
        byte[] jpeg = JpegFile.quarters(512, 512);
        byte[] half = Arrays.copyOf(jpeg, JpegFile.find(jpeg, 0xda) + (jpeg.length - JpegFile.find(jpeg, 0xda)) / 2);

        Decoded first = Pixels.decoded(half, Pixels.TRUNCATED_TOO);
        Pixels.decoded(JpegFile.greyQuarters(512, 512), Pixels.EVERY_FORMAT);
        Decoded second = Pixels.decoded(half, Pixels.TRUNCATED_TOO);

        assertThat(second).usingRecursiveComparison().isEqualTo(first);
        assertThat(at(first, 128, 128)[0]).isGreaterThan(250);
    }

    @Test
    void allowsPaddingBehindTheEnd() {
        byte[] jpeg = JpegFile.quarters(32, 32);

        assertThat(decoded(Arrays.copyOf(jpeg, jpeg.length + 1000))).usingRecursiveComparison()
                .isEqualTo(decoded(jpeg));
    }

    @Test
    void showsTheSamePictureWhereBytesStandBetweenItsSegments() {
        byte[] jpeg = JpegFile.progressiveQuarters(32, 32);

        for (int marker : new int[] {0xdb, 0xc2, 0xc4, 0xda}) {
            for (String bytes : List.of("00", "ff00", "0a0a0a0a0a0a0a", "ff00ff000102", "ff01", "ffd3")) {
                byte[] other = JpegFile.insert(jpeg, JpegFile.find(jpeg, marker), HexFormat.of().parseHex(bytes));
                assertThat(decoded(other)).as("%s before %x", bytes, marker).usingRecursiveComparison()
                        .isEqualTo(decoded(jpeg));
            }
        }
    }

    @Test
    void theFirstOfSeveralOrientationsCounts() {
        byte[] second = JpegFile.withExif(JpegFile.quarters(32, 16), Exif.orientation(1, ByteOrder.LITTLE_ENDIAN));

        Decoded decoded = decoded(JpegFile.withExif(second, Exif.orientation(6, ByteOrder.BIG_ENDIAN)));

        assertThat(decoded.width()).isEqualTo(16);
        Pixels.assertQuarters(decoded, LOSS, BLUE, RED, WHITE, GREEN);
    }

    private static Decoded decoded(byte[] jpeg) {
        return Pixels.decoded(jpeg, Pixels.EVERY_FORMAT);
    }

    private static int[] at(Decoded decoded, int x, int y) {
        return Pixels.colour(decoded, x, y);
    }

    private static int[] colour(int letter) {
        return switch (letter) {
            case 'R' -> RED;
            case 'G' -> GREEN;
            case 'B' -> BLUE;
            default -> WHITE;
        };
    }
}
