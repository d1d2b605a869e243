package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.UprightDecoder.Upright;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Java reads the segments before the picture as libjpeg does: from whole files with all sorts of bytes between their
 * segments, libjpeg by itself makes the same pixels as of the segments that it is shown. {@code -Dfuzz.structures=N}
 * tries more of them.
 */
class JpegMarkersTest {

    private static final int STRUCTURES = Integer.getInteger("fuzz.structures", 1_500);

    @ParameterizedTest
    @MethodSource("pictures")
    void libjpegReadsTheSamePictureFromTheWholeFile(byte[] picture) {
        Random random = new Random(20_261_128);
        List<byte[]> pieces = pieces(picture);
        int shown = 0;
        try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT, Optional::empty)) {
            for (int i = 0; i < STRUCTURES; i++) {
                byte[] jpeg = withJunk(pieces, random);
                shown += requireSame(decoder, jpeg) ? 1 : 0;
            }
        }
        assertThat(shown).isGreaterThan(STRUCTURES / 10);
    }

    static Stream<byte[]> pictures() {
        return Stream.of(JpegFile.quarters(24, 16), JpegFile.progressiveQuarters(24, 16), Pixels.fixture("cmyk.jpg"),
                JpegFile.greyQuarters(16, 16));
    }

    /** Whether there is a picture. */
    private static boolean requireSame(UprightDecoder decoder, byte[] jpeg) {
        byte[] ours;
        try {
            Upright upright = decoder.decode(jpeg, (width, height) -> JpegScale.WHOLE);
            ours = Pixels.of(upright.bgr());
            assertThat(libjpegs(jpeg)).as(() -> HexFormat.of().formatHex(jpeg)).hasValue(
                    upright.width() + " x " + upright.height() + " " + Arrays.hashCode(ours));
            return true;
        } catch (MalformedImageException e) {
            if (e.code() == ErrorCode.CORRUPT) {
                assertThat(libjpegs(jpeg)).as(() -> e.getMessage() + ": " + HexFormat.of().formatHex(jpeg)).isEmpty();
            }
            return false;
        }
    }

    private static Optional<String> libjpegs(byte[] jpeg) {
        Mat encoded = new MatOfByte(jpeg);
        Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
        try {
            return decoded.empty()
                    ? Optional.empty()
                    : Optional.of(decoded.cols() + " x " + decoded.rows() + " " + Arrays.hashCode(Pixels.of(decoded)));
        } finally {
            encoded.release();
            decoded.release();
        }
    }

    /** SOI, each segment, and everything from the first scan on. */
    private static List<byte[]> pieces(byte[] jpeg) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(Arrays.copyOf(jpeg, 2));
        int position = 2;
        while ((jpeg[position + 1] & 0xff) != JpegMarkers.SOS) {
            int end = position + 2 + ((jpeg[position + 2] & 0xff) << 8 | jpeg[position + 3] & 0xff);
            pieces.add(Arrays.copyOfRange(jpeg, position, end));
            position = end;
        }
        pieces.add(Arrays.copyOfRange(jpeg, position, jpeg.length));
        return pieces;
    }

    private static byte[] withJunk(List<byte[]> pieces, Random random) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(pieces.get(0));
        for (int i = 1; i < pieces.size(); i++) {
            while (random.nextInt(3) == 0) {
                file.writeBytes(junk(pieces, random));
            }
            byte[] piece = pieces.get(i);
            if (i < pieces.size() - 1 && random.nextInt(20) == 0) {
                piece = Damage.of(piece, random);
            }
            file.writeBytes(piece);
        }
        return file.toByteArray();
    }

    private static byte[] junk(List<byte[]> pieces, Random random) {
        byte[] noise = new byte[1 + random.nextInt(6)];
        random.nextBytes(noise);
        return switch (random.nextInt(12)) {
            case 0, 1 -> noise;
            case 2 -> PngFile.bytes(0xff, 0);
            case 3 -> PngFile.bytes(0xff, 0xff, 0xff);
            case 4 -> PngFile.bytes(0xff, 0xd0 + random.nextInt(8));
            case 5 -> PngFile.bytes(0xff, 1);
            case 6 -> PngFile.bytes(0xff, 0xe0 + random.nextInt(16), 0, random.nextInt(2));
            case 7 -> withLengthOff(JpegFile.segment(0xe0 + random.nextInt(16), noise), random);
            case 8 -> withLengthOff(JpegFile.segment(0xfe, noise), random);
            case 9 -> withLengthOff(JpegFile.segment(0xdd, PngFile.bytes(0, random.nextInt(3))), random);
            case 10 -> random.nextInt(8) == 0
                    ? JpegFile.segment(0xc0 + random.nextInt(64), noise)
                    : PngFile.bytes(0, 0xff, 0, 0xff);
            default -> random.nextInt(8) == 0
                    ? pieces.get(1 + random.nextInt(pieces.size() - 1))
                    : PngFile.bytes(0xff, 0xdc, 0, 4, 0, 9);
        };
    }

    private static byte[] withLengthOff(byte[] segment, Random random) {
        segment[3] = (byte) Math.max(0, segment[3] + random.nextInt(5) - 2);
        return segment;
    }
}
