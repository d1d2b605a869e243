package io.flinkvision.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class PngPixelChunksTest {

    private static final int WIDTH = 1_200;
    private static final int HEIGHT = 1_000;

    @Test
    void keepsAPictureWithNothingElseWholeAndInOnePiece() throws MalformedImageException {
        byte[] png = picture().withoutEnd();

        assertThat(PngPixelChunks.of(png, PngHeader.read(png))).containsExactly(new ByteRange(0, png.length));
        assertThat(kept(picture().end())).isEqualTo(new String(png, ISO_8859_1));
    }

    @Test
    void leavesOutWhatThePixelsDoNotNeed() throws MalformedImageException {
        byte[] plain = picture().withoutEnd();
        byte[] png = PngFile.of(1, 1, 8, PngFile.PALETTE).chunk("iCCP", 1, 2).chunk("PLTE", 1, 2, 3)
                .chunk("zTXt", 3, 4).chunk("tRNS", 9).chunk("tRNS", 8).rows(0, 0).chunk("tEXt", 5).rows(0, 0).end();

        assertThat(kept(png)).isEqualTo(new String(plain, ISO_8859_1));
    }

    @Test
    void refusesDataThatGoOnFarBehindTheLastPixel() {
        byte[] noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);
        byte[] png = PngFile.of(10, 10, 8, PngFile.GREY).chunk("IDAT", stored(noise)).end();

        MalformedImageException refusal = catchThrowableOfType(MalformedImageException.class, () -> kept(png));

        assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void keepsAsMuchDataAsThePixelsNeed() throws MalformedImageException {
        byte[] noise = new byte[HEIGHT * (WIDTH * 4 + 1)];
        new Random(1).nextBytes(noise);
        byte[] png = PngFile.of(WIDTH, HEIGHT, 8, PngFile.TRUE_COLOUR_ALPHA).chunk("IDAT", stored(noise)).end();

        assertThat(kept(png)).hasSize(png.length - PngPixelChunks.END.length);
    }

    @Test
    void refusesAPictureWithoutEndWhoseDataHasNone() {
        byte[] data = stored(new byte[100]);
        for (int length = 1; length < data.length; length++) {
            byte[] first = Arrays.copyOf(data, length);
            byte[] rest = Arrays.copyOfRange(data, length, data.length);
            byte[] png = PngFile.of(99, 1, 8, PngFile.GREY).chunk("IDAT", first).withoutEnd();

            assertThat(catchThrowableOfType(MalformedImageException.class, () -> kept(png)).code())
                    .as("%d bytes", length).isEqualTo(ErrorCode.TRUNCATED);
            assertThatCode(() -> kept(PngFile.of(99, 1, 8, PngFile.GREY).chunk("IDAT", first).chunk("IDAT", rest)
                    .withoutEnd())).doesNotThrowAnyException();
        }
    }

    @Test
    void countsTheDataOfAPictureWithoutEndToTheirEnd() throws MalformedImageException {
        byte[] zeros = deflated(new byte[HEIGHT * (WIDTH * 4 + 1)]);
        byte[] png = PngFile.of(WIDTH, HEIGHT, 8, PngFile.TRUE_COLOUR_ALPHA).chunk("IDAT", zeros).withoutEnd();
        byte[] bomb = PngFile.of(10, 10, 8, PngFile.TRUE_COLOUR_ALPHA).chunk("IDAT", zeros).withoutEnd();

        assertThat(kept(png)).hasSize(png.length);
        assertThat(catchThrowableOfType(MalformedImageException.class, () -> kept(bomb)).code())
                .isEqualTo(ErrorCode.TOO_LARGE);
    }

    private static PngFile picture() {
        return PngFile.of(1, 1, 8, PngFile.PALETTE).chunk("PLTE", 1, 2, 3).chunk("tRNS", 9).rows(0, 0);
    }

    private static byte[] stored(byte[] data) {
        return deflated(data, Deflater.NO_COMPRESSION);
    }

    private static byte[] deflated(byte[] data) {
        return deflated(data, Deflater.BEST_COMPRESSION);
    }

    private static byte[] deflated(byte[] data, int level) {
        Deflater deflater = new Deflater(level);
        deflater.setInput(data);
        deflater.finish();
        byte[] result = new byte[data.length + data.length / 1000 + 64];
        int length = deflater.deflate(result);
        deflater.end();
        return Arrays.copyOf(result, length);
    }

    private static String kept(byte[] png) throws MalformedImageException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (ByteRange part : PngPixelChunks.of(png, PngHeader.read(png))) {
            kept.write(png, part.start(), part.length());
        }
        return kept.toString(ISO_8859_1);
    }
}
