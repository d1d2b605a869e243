package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class JpegPixelSegmentsTest {

    private static final int QUANTISATION_TABLES = 0xdb;
    private static final int RESTART_INTERVAL = 0xdd;
    private static final int START_OF_SCAN = 0xda;

    private final byte[] jpeg = JpegFile.quarters(48, 32);

    @Test
    void keepsAPictureWithNothingElseWholeAndInOnePiece() throws MalformedImageException {
        assertThat(JpegPixelSegments.of(jpeg)).containsExactly(new ByteRange(0, jpeg.length));
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
        assertThat(JpegPixelSegments.of(withGaps(999))).hasSize(1000);
        assertThat(catchThrowableOfType(MalformedImageException.class,
                () -> JpegPixelSegments.of(withGaps(1000))).code()).isEqualTo(ErrorCode.CORRUPT);
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
        for (ByteRange part : JpegPixelSegments.of(jpeg)) {
            kept.write(jpeg, part.start(), part.length());
        }
        return kept.toByteArray();
    }
}
