package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegHeaderTest {

    private static final int START_OF_FRAME = 0xc0;
    private static final int START_OF_SCAN = 0xda;
    private static final int QUANTISATION_TABLES = 0xdb;
    private static final int RESTART_INTERVAL = 0xdd;

    private final byte[] jpeg = JpegFile.quarters(48, 32);

    @Test
    void readsTheDimensions() throws MalformedImageException {
        assertThat(read(jpeg)).isEqualTo(new ImageHeader(48, 32));
    }

    @Test
    void readsTheDimensionsOfAProgressivePicture() throws MalformedImageException {
        assertThat(read(JpegFile.progressiveQuarters(48, 32))).isEqualTo(new ImageHeader(48, 32));
    }

    @Test
    void readsTheOrientation() throws MalformedImageException {
        byte[] turned = JpegFile.withExif(jpeg, Exif.orientation(6, ByteOrder.BIG_ENDIAN));

        assertThat(read(turned).orientation()).isEqualTo(Orientation.TURN_CLOCKWISE);
    }

    @Test
    void doesNotTakeAThumbnailsMarkersForItsOwn() throws MalformedImageException {
        byte[] outer = JpegFile.withSegment(jpeg, 0xe1, JpegFile.quarters(8, 8));

        assertThat(read(outer)).isEqualTo(new ImageHeader(48, 32));
        assertCode(Arrays.copyOf(outer, outer.length - 2), ErrorCode.TRUNCATED);
    }

    @Test
    void refusesEveryCut() {
        for (int length = 3; length < jpeg.length; length++) {
            assertCode(Arrays.copyOf(jpeg, length), ErrorCode.TRUNCATED);
        }
    }

    @Test
    void acceptsACutBehindTheFirstScansStartOnly() throws MalformedImageException {
        int scan = JpegFile.find(jpeg, START_OF_SCAN);
        int data = scan + 2 + ByteBuffer.wrap(jpeg).getShort(scan + 2);

        assertThat(JpegHeader.read(Arrays.copyOf(jpeg, data), Truncation.ACCEPT)).isEqualTo(new ImageHeader(48, 32));
        assertThat(malformed(Arrays.copyOf(jpeg, data - 1), Truncation.ACCEPT).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 512})
    void allowsPaddingBehindTheEnd(int padding) throws MalformedImageException {
        assertThat(read(Arrays.copyOf(jpeg, jpeg.length + padding))).isEqualTo(new ImageHeader(48, 32));
    }

    @Test
    void allowsFillBytesBeforeAMarker() throws MalformedImageException {
        byte[] filled = JpegFile.insert(jpeg, 2, PngFile.bytes(0xff, 0xff, 0xff));

        assertThat(read(filled)).isEqualTo(new ImageHeader(48, 32));
    }

    @Test
    void walksThroughRestartMarkers() throws MalformedImageException {
        byte[] restarted = JpegFile.insert(jpeg, jpeg.length - 2, PngFile.bytes(0xff, 0xd0, 1, 0xff, 0, 0xff, 0xd7));

        assertThat(read(restarted)).isEqualTo(new ImageHeader(48, 32));
    }

    @Test
    void takes100ScansAndRefusesOneMore() throws MalformedImageException {
        assertThat(read(withScans(100))).isEqualTo(new ImageHeader(48, 32));
        assertThat(malformed(withScans(101), Truncation.REFUSE)).hasMessageContaining("more than 100 scans");
        assertCode(withScans(101), ErrorCode.CORRUPT);
    }

    @Test
    void refusesAPictureWithoutScans() {
        assertCode(JpegFile.withoutSegment(jpeg, START_OF_SCAN), ErrorCode.CORRUPT);
        assertCode(PngFile.bytes(0xff, 0xd8, 0xff, 0xd9), ErrorCode.CORRUPT);
    }

    @Test
    void refusesAScanBeforeTheFrame() {
        assertCode(JpegFile.withoutSegment(jpeg, START_OF_FRAME), ErrorCode.CORRUPT);
    }

    @Test
    void refusesASecondFrame() {
        byte[] frame = JpegFile.segment(START_OF_FRAME, PngFile.bytes(8, 0, 1, 0, 1, 1, 1, 0x11, 0));

        assertCode(JpegFile.insert(jpeg, JpegFile.find(jpeg, START_OF_SCAN), frame), ErrorCode.CORRUPT);
    }

    @Test
    void refusesASecondStart() {
        assertCode(JpegFile.insert(jpeg, 2, PngFile.bytes(0xff, 0xd8)), ErrorCode.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf})
    void refusesLosslessHierarchicalAndArithmeticFrames(int marker) {
        byte[] other = jpeg.clone();
        other[JpegFile.find(jpeg, START_OF_FRAME) + 1] = (byte) marker;

        assertThat(malformed(other, Truncation.REFUSE)).hasMessageContaining("SOF" + (marker - 0xc0));
    }

    @ParameterizedTest
    @CsvSource({"4, 12, 12 bits", "6, 0, 48 x 0", "8, 0, 0 x 32"})
    void refusesFramesThatCannotBeDecoded(int offset, byte value, String message) {
        byte[] other = jpeg.clone();
        other[JpegFile.find(jpeg, START_OF_FRAME) + offset] = value;

        assertThat(malformed(other, Truncation.REFUSE)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void refusesTablesShorterThanTheirLength(int length) {
        byte[] other = JpegFile.insert(jpeg, 2, PngFile.bytes(0xff, 0xdb, 0, length));

        assertCode(other, ErrorCode.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xe0, 0xe5, 0xee, 0xfe})
    void takesALengthBelowItsOwnBytesForTwoWhereNothingIsReadFromTheSegment(int marker)
            throws MalformedImageException {
        for (int length = 0; length < 2; length++) {
            assertThat(read(JpegFile.insert(jpeg, 2, PngFile.bytes(0xff, marker, 0, length))))
                    .isEqualTo(new ImageHeader(48, 32));
        }
    }

    @Test
    void readsTheFirstOfSeveralOrientations() throws MalformedImageException {
        byte[] second = JpegFile.withExif(jpeg, Exif.orientation(1, ByteOrder.LITTLE_ENDIAN));
        byte[] both = JpegFile.withExif(second, Exif.orientation(6, ByteOrder.BIG_ENDIAN));
        byte[] damagedFirst = JpegFile.withExif(both, new byte[10]);

        assertThat(read(both).orientation()).isEqualTo(Orientation.TURN_CLOCKWISE);
        assertThat(read(damagedFirst).orientation()).isEqualTo(Orientation.UPRIGHT);
    }

    @Test
    void readsNoOrientationBehindTheFirstScan() throws MalformedImageException {
        byte[] exif = JpegFile.withExif(PngFile.bytes(0xff, 0xd8), Exif.orientation(6, ByteOrder.BIG_ENDIAN));

        assertThat(read(JpegFile.insert(jpeg, jpeg.length - 2, Arrays.copyOfRange(exif, 2, exif.length)))
                .orientation()).isEqualTo(Orientation.UPRIGHT);
    }

    @ParameterizedTest
    @CsvSource({"'07', 2", "0a0a0a0a0a0a0a, 20", "ff00, 20", "ff000002, 20", "00ff00ff00ff, 20", "'0011ffff', 2"})
    void passesOverBytesThatBelongToNoSegment(String bytes, int position) throws MalformedImageException {
        byte[] other = JpegFile.insert(jpeg, position, HexFormat.of().parseHex(bytes));

        assertThat(read(other)).isEqualTo(new ImageHeader(48, 32));
        assertCode(Arrays.copyOf(other, other.length - 2), ErrorCode.TRUNCATED);
    }

    @Test
    void readsTheFrameThatStandsInSuchBytes() {
        byte[] frame = JpegFile.segment(START_OF_FRAME, PngFile.bytes(8, 0, 1, 0, 1, 1, 1, 0x11, 0));
        byte[] hidden = JpegFile.insert(jpeg, 2, JpegFile.insert(PngFile.bytes(0xff, 0, 0, frame.length), 4, frame));

        assertThat(malformed(hidden, Truncation.REFUSE)).hasMessageContaining("second frame");
    }

    @Test
    void findsTheNextMarkerBehindASegmentThatIsTooShort() throws MalformedImageException {
        byte[] other = JpegFile.withSegment(jpeg, 0xee, "Adobe\0d\0\0\0\0\1".getBytes(StandardCharsets.ISO_8859_1));
        other[5] -= 1;

        assertThat(read(other)).isEqualTo(new ImageHeader(48, 32));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fffe000207", "fffe0002ff00", "ff01000102"})
    void refusesSuchBytesAmongTheScans(String bytes) {
        assertCode(JpegFile.insert(jpeg, jpeg.length - 2, HexFormat.of().parseHex(bytes)), ErrorCode.CORRUPT);
    }

    @Test
    void allowsFillBytesInAScan() throws MalformedImageException {
        byte[] filled = JpegFile.insert(jpeg, jpeg.length - 2,
                PngFile.bytes(0xff, 0xff, 0xd0, 1, 0xff, 0xff, 0xff, 0, 2, 0xff, 0xff, 0xff, 0xd7, 3, 0xff, 0xff));

        assertThat(read(filled)).isEqualTo(new ImageHeader(48, 32));
        assertCode(Arrays.copyOf(filled, filled.length - 2), ErrorCode.TRUNCATED);
    }

    @Test
    void saysHowAPictureWithoutAnEndMarkerIsDecoded() {
        int scan = JpegFile.find(jpeg, START_OF_SCAN);

        assertThat(malformed(Arrays.copyOf(jpeg, jpeg.length - 2), Truncation.REFUSE))
                .hasMessageContaining("decode.truncated: accept");
        assertThat(malformed(Arrays.copyOf(jpeg, scan), Truncation.REFUSE).getMessage())
                .contains("before its picture").doesNotContain("accept");
    }

    @Test
    void callsJpegLsByItsName() {
        byte[] other = jpeg.clone();
        other[JpegFile.find(jpeg, START_OF_FRAME) + 1] = (byte) 0xf7;

        assertThat(malformed(other, Truncation.REFUSE)).hasMessageContaining("JPEG-LS");
        assertCode(other, ErrorCode.UNSUPPORTED);
    }

    private byte[] withScans(int scans) {
        int start = JpegFile.find(jpeg, START_OF_SCAN);
        byte[] result = jpeg;
        for (int i = 1; i < scans; i++) {
            result = JpegFile.insert(result, start, JpegFile.segment(START_OF_SCAN, PngFile.bytes(1, 1, 0, 0, 63, 0)));
        }
        return result;
    }

    @Test
    void keepsAPictureWithNothingElseWholeAndInOnePiece() throws MalformedImageException {
        assertThat(JpegHeader.pixelSegments(jpeg)).containsExactly(new ByteRange(0, jpeg.length));
        assertThat(kept(JpegFile.progressiveQuarters(48, 32))).isEqualTo(JpegFile.progressiveQuarters(48, 32));
    }

    @Test
    void leavesOutTextsProfilesAndThumbnails() throws MalformedImageException {
        byte[] other = JpegFile.withExif(jpeg, Exif.orientation(6, ByteOrder.BIG_ENDIAN));
        other = JpegFile.withSegment(other, 0xe2, JpegFile.quarters(8, 8));
        other = JpegFile.withSegment(other, 0xfe, new byte[100]);

        assertThat(kept(other)).isEqualTo(jpeg);
    }

    @Test
    void keepsWhatTellsTheColours() throws MalformedImageException {
        byte[] marked = JpegFile.withSegment(JpegFile.withSegment(jpeg, 0xee, new byte[12]), 0xe0, new byte[14]);

        assertThat(kept(marked)).isEqualTo(marked);
    }

    @Test
    void keepsSegmentsThatTheDecoderRefuses() throws MalformedImageException {
        byte[] reserved = JpegFile.withSegment(JpegFile.withSegment(jpeg, 0xf0, new byte[1]), 0xde, new byte[1]);

        assertThat(kept(reserved)).isEqualTo(reserved);
    }

    @Test
    void leavesOutWhatStandsBetweenSegments() throws MalformedImageException {
        byte[] other = JpegFile.insert(jpeg, JpegFile.find(jpeg, START_OF_SCAN), PngFile.bytes(0xff, 0, 7, 0xff, 1));
        other = JpegFile.insert(other, JpegFile.find(jpeg, QUANTISATION_TABLES), PngFile.bytes(1, 2, 0xff, 0xff, 0xff));

        assertThat(kept(other)).isEqualTo(jpeg);
    }

    @Test
    void changesNothingBehindTheFirstScansStart() throws MalformedImageException {
        byte[] other = JpegFile.insert(jpeg, jpeg.length - 2, PngFile.bytes(0xff, 0xff, 0xd0, 0xff, 0xfe, 0, 2));

        assertThat(kept(other)).isEqualTo(other);
    }

    @Test
    void refusesAPictureInMoreThanAThousandParts() throws MalformedImageException {
        assertThat(JpegHeader.pixelSegments(withGaps(999))).hasSize(1000);
        assertThat(catchThrowableOfType(MalformedImageException.class,
                () -> JpegHeader.pixelSegments(withGaps(1000))).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    private static ImageHeader read(byte[] bytes) throws MalformedImageException {
        return JpegHeader.read(bytes, Truncation.REFUSE);
    }

    private static void assertCode(byte[] bytes, ErrorCode code) {
        assertThat(malformed(bytes, Truncation.REFUSE).code()).as("%d bytes", bytes.length).isEqualTo(code);
    }

    private static MalformedImageException malformed(byte[] bytes, Truncation truncation) {
        return catchThrowableOfType(MalformedImageException.class, () -> JpegHeader.read(bytes, truncation));
    }

    /** The part before each gap has a segment that the decoder must see. */
    private byte[] withGaps(int gaps) {
        byte[] result = jpeg;
        byte[] gap = JpegFile.insert(JpegFile.segment(RESTART_INTERVAL, PngFile.bytes(0, 0)), 0, PngFile.bytes(7));
        for (int i = 0; i < gaps; i++) {
            result = JpegFile.insert(result, 2, gap);
        }
        return result;
    }

    private static byte[] kept(byte[] jpeg) throws MalformedImageException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (ByteRange part : JpegHeader.pixelSegments(jpeg)) {
            kept.write(jpeg, part.start(), part.length());
        }
        return kept.toByteArray();
    }
}
