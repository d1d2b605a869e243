package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

class OrientationTest {

    @BeforeAll
    static void loadOpenCv() {
        OpenCvLibrary.load();
    }

    /** CIPA DC-008: the value tells which sides of the scene the stored first row and first column are. */
    @ParameterizedTest
    @CsvSource({
        "UPRIGHT, ABC/DEF",
        "MIRRORED, CBA/FED",
        "TURNED_180, FED/CBA",
        "FLIPPED, DEF/ABC",
        "TRANSPOSED, AD/BE/CF",
        "TURN_CLOCKWISE, DA/EB/FC",
        "TRANSVERSED, FC/EB/DA",
        "TURN_ANTICLOCKWISE, CF/BE/AD"
    })
    void makesAStoredPictureUpright(Orientation orientation, String expected) {
        assertThat(upright(orientation)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void itsValuesAreThoseOfExif(Orientation orientation) {
        byte[] exif = Exif.orientation(orientation.ordinal() + 1, ByteOrder.BIG_ENDIAN);

        assertThat(Orientation.ofExif(exif, 0, exif.length)).isEqualTo(orientation);
    }

    @Test
    void readsLittleEndianExif() {
        byte[] exif = Exif.orientation(8, ByteOrder.LITTLE_ENDIAN);

        assertThat(Orientation.ofExif(exif, 0, exif.length)).isEqualTo(Orientation.TURN_ANTICLOCKWISE);
    }

    @Test
    void readsExifInTheMiddleOfOtherBytes() {
        byte[] exif = Exif.orientation(3, ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = new byte[exif.length + 20];
        System.arraycopy("Exif\0\0".getBytes(StandardCharsets.US_ASCII), 0, bytes, 5, 6);
        System.arraycopy(exif, 0, bytes, 11, exif.length);

        assertThat(Orientation.ofExif(bytes, 5, 11 + exif.length)).isEqualTo(Orientation.TURNED_180);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255, 65_535})
    void passesOverValuesThatExifDoesNotKnow(int value) {
        byte[] exif = Exif.orientation(value, ByteOrder.BIG_ENDIAN);

        assertThat(Orientation.ofExif(exif, 0, exif.length)).isEqualTo(Orientation.UPRIGHT);
    }

    @Test
    void passesOverExifThatIsCutOff() {
        byte[] exif = Exif.orientation(6, ByteOrder.BIG_ENDIAN);

        for (int length = 0; length < 22; length++) {
            byte[] cut = Arrays.copyOf(exif, length);
            assertThat(Orientation.ofExif(cut, 0, length)).as("%d bytes", length).isEqualTo(Orientation.UPRIGHT);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 88", "3, 43", "4, 127", "7, 0", "7, 27", "13, 4"})
    void passesOverDamagedExif(int index, byte value) {
        byte[] exif = Exif.orientation(6, ByteOrder.BIG_ENDIAN);
        exif[index] = value;

        assertThat(Orientation.ofExif(exif, 0, exif.length)).isEqualTo(Orientation.UPRIGHT);
    }

    private static String upright(Orientation orientation) {
        Mat stored = new Mat(2, 3, CvType.CV_8UC1);
        Mat upright = new Mat();
        try {
            stored.put(0, 0, "ABCDEF".getBytes(StandardCharsets.US_ASCII));
            orientation.apply(stored, upright);
            byte[] letters = new byte[6];
            upright.get(0, 0, letters);
            String text = new String(letters, StandardCharsets.US_ASCII);
            return upright.cols() == 3
                    ? text.substring(0, 3) + "/" + text.substring(3)
                    : text.substring(0, 2) + "/" + text.substring(2, 4) + "/" + text.substring(4);
        } finally {
            stored.release();
            upright.release();
        }
    }
}
