package io.flinkvision.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Pictures that somebody made in order to harm, and files that are no pictures but are called so. */
final class HostilePictures {

    /**
     * One of them.
     *
     * @param name what it is
     * @param bytes the file
     * @param refusal with which code it is refused; empty if it is a picture
     */
    record Hostile(String name, byte[] bytes, Optional<ErrorCode> refusal) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final int START_OF_FRAME = 0xc0;
    private static final int PROGRESSIVE_FRAME = 0xc2;
    private static final int START_OF_SCAN = 0xda;
    private static final byte[] ZIP = zip();

    private HostilePictures() {}

    static List<Hostile> all() {
        byte[] jpeg = JpegFile.quarters(16, 16);
        byte[] png = PngFile.of(2, 1, 8, PngFile.TRUE_COLOUR).rows(0, 1, 2, 3, 4, 5, 6).end();
        return List.of(
                refused("a PNG whose data inflate to 8 GB", ErrorCode.TOO_LARGE, PngFile.of(10, 10, 8, 2)
                        .chunk("IDAT", deflatedZeros(8_000)).end()),
                shown("a PNG whose texts inflate to 1 GB", withTexts(100)),
                refused("a PNG of 16,384 x 16,384 pixels in no data", ErrorCode.TOO_LARGE,
                        PngFile.of(16_384, 16_384, 8, PngFile.TRUE_COLOUR).rows(0).end()),
                refused("a PNG of 2^31 - 1 pixels a side", ErrorCode.TOO_LARGE,
                        PngFile.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, PngFile.GREY).rows(0).end()),
                refused("a PNG of 2,000 x 2,000 pixels in no data", ErrorCode.CORRUPT,
                        PngFile.of(2_000, 2_000, 16, PngFile.TRUE_COLOUR_ALPHA).rows(0).end()),
                refused("a strip of a million pixels in a PNG", ErrorCode.TOO_LARGE,
                        PngFile.of(1_000_000, 1, 8, PngFile.GREY).chunk("IDAT", deflatedZeros(1)).end()),
                refused("a strip of a million pixels in a BMP", ErrorCode.TOO_LARGE,
                        new BmpFile().bitsPerPixel(8).palette(new int[1024]).pixels(1_000_000, 1, new int[1_000_000])),
                refused("a strip of 65,535 pixels in a JPEG", ErrorCode.TOO_LARGE, withSize(jpeg, 65_535, 1)),
                refused("a JPEG of 65,500 x 65,500 pixels in no data", ErrorCode.TOO_LARGE,
                        withSize(jpeg, 65_500, 65_500)),
                shown("a JPEG of 2,000 x 2,000 pixels in the data of 16 x 16", withSize(jpeg, 2_000, 2_000)),
                refused("a JPEG of thousands of scans", ErrorCode.CORRUPT, withScans(5_000, 16, 16)),
                refused("a JPEG of 90 scans of a large picture", ErrorCode.TOO_LARGE, withScans(90, 5_000, 3_000)),
                refused("a JPEG hidden in a segment without a marker", ErrorCode.TOO_LARGE, hidden(jpeg, 0x00)),
                refused("a JPEG hidden in a segment of a reserved marker", ErrorCode.CORRUPT, hidden(jpeg, 0x02)),
                refused("a JPEG of two million gaps between its segments", ErrorCode.CORRUPT,
                        withGaps(jpeg, 2_000_000)),
                shown("a JPEG with 10 MB of bytes that belong to no segment",
                        JpegFile.insert(jpeg, JpegFile.find(jpeg, START_OF_SCAN), new byte[10_000_000])),
                refused("a JPEG with arithmetic coding", ErrorCode.UNSUPPORTED, withFrameMarker(jpeg, 0xc9)),
                refused("a WebP whose canvas has 16,384 x 16,384 pixels", ErrorCode.TOO_LARGE, hugeCanvas()),
                refused("a WebP whose picture stands in no chunk", ErrorCode.CORRUPT, withoutChunk()),
                refused("a BMP of 30,000 x 30,000 pixels in six bytes", ErrorCode.TRUNCATED,
                        new BmpFile().pixels(30_000, 30_000, 1, 2, 3, 4, 5, 6)),
                refused("a BMP of 2^31 - 1 pixels a side in run lengths", ErrorCode.TOO_LARGE, new BmpFile()
                        .bitsPerPixel(8).compression(1).palette(new int[1024])
                        .pixels(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 1)),
                refused("a BMP of -2^31 rows", ErrorCode.CORRUPT, new BmpFile().pixels(1, Integer.MIN_VALUE, 1, 2, 3)),
                shown("a BMP of run lengths that leave it in all directions", new BmpFile().bitsPerPixel(8)
                        .compression(1).palette(new int[1024])
                        .pixels(2, 2, 255, 0, 0, 2, 255, 1, 255, 0, 0, 2, 255, 255, 9)),
                refused("a BMP of two billion colours", ErrorCode.TRUNCATED, new BmpFile().bitsPerPixel(8).dataStart(0)
                        .colours(0x7fffffff).pixels(1, 1, 0)),
                refused("an animated WebP of 2^24 pixels a side", ErrorCode.TOO_LARGE,
                        WebPFile.animated(1 << 24, 1 << 24, 0, 0, Pixels.fixture("lossy-alpha.webp"))),
                refused("an animated WebP whose frame is larger than its canvas", ErrorCode.CORRUPT,
                        WebPFile.animated(16, 16, 0, 0, Pixels.fixture("lossless.webp"))),
                refused("an animated WebP whose frame has a larger picture", ErrorCode.CORRUPT,
                        WebPFile.animated(16, 16, 0, 0, 16, 16, Pixels.fixture("lossless.webp"))),
                shown("a JPEG that is a ZIP file too", concatenated(jpeg, ZIP)),
                refused("a PNG without an end whose data inflate to 8 GB", ErrorCode.TOO_LARGE,
                        PngFile.of(10, 10, 8, 2).chunk("IDAT", deflatedZeros(8_000)).withoutEnd()),
                shown("a PNG that is a ZIP file too", concatenated(png, ZIP)),
                shown("a JPEG with a page in its comment",
                        JpegFile.withSegment(jpeg, 0xfe, text("--><script>alert(1)</script>"))),
                refused("a ZIP file", ErrorCode.UNKNOWN_FORMAT, ZIP),
                refused("a page of an error, saved as a picture", ErrorCode.UNKNOWN_FORMAT,
                        text("<!DOCTYPE html>\n<html><title>404 Not Found</title></html>\n")),
                refused("a page behind a blank line", ErrorCode.UNKNOWN_FORMAT, text("\r\n<html></html>")),
                refused("an error in JSON", ErrorCode.UNKNOWN_FORMAT, text("{\"error\": \"not found\"}")),
                refused("a GIF that is a script too", ErrorCode.FORMAT_NOT_ALLOWED, text("GIF89a/*...*/=1;alert(1)")),
                refused("a program", ErrorCode.UNKNOWN_FORMAT, text("\u007fELF\u0002\u0001\u0001")),
                refused("a document", ErrorCode.UNKNOWN_FORMAT, text("%PDF-1.7\n")));
    }

    /** Those that cost the most of what the limits let through: a side is the square root of the pixels allowed. */
    static List<Hostile> costly(int side) {
        byte[] rows = deflatedZeros((int) ((side * (side * 8L + 1) >> 20) + 1));
        return List.of(
                shown("a PNG of 16-bit RGBA", PngFile.of(side, side, 16, PngFile.TRUE_COLOUR_ALPHA)
                        .chunk("IDAT", rows).end()),
                shown("an interlaced PNG", PngFile.of(side, side, 8, PngFile.TRUE_COLOUR_ALPHA, 1)
                        .chunk("IDAT", rows).end()),
                shown("a BMP of no run lengths", new BmpFile().bitsPerPixel(8).compression(1).palette(new int[1024])
                        .pixels(side, side, 0, 1)),
                shown("a BMP of a million runs behind the width", longRow(side)),
                shown("a GIF of one pixel on a large canvas", GifFile.of(side, side).frame(0, 0, 1, 1).indices(0)),
                shown("an animated WebP of a small frame with opacity on a large canvas",
                        WebPFile.animated(side, side, 0, 0, Pixels.fixture("lossy-alpha.webp"))),
                shown("a PNG with 3 MB of data behind its pixels", PngFile.of(10, 10, 8, 2)
                        .chunk("IDAT", deflatedZeros(3_000)).end()),
                shown("a JPEG of 16 scans", withScans(16, side, side)),
                shown("a turned JPEG", JpegFile.withExif(withSize(JpegFile.quarters(16, 16), side, side),
                        Exif.orientation(5, ByteOrder.BIG_ENDIAN))));
    }

    private static byte[] longRow(int side) {
        int[] runs = new int[2 << 20];
        Arrays.fill(runs, 255);
        byte[] bmp = new BmpFile().bitsPerPixel(8).compression(1).palette(new int[1024]).pixels(side, side, runs);
        bmp[bmp.length - 2] = 0;
        bmp[bmp.length - 1] = 1;
        return bmp;
    }

    private static Hostile refused(String name, ErrorCode code, byte[] bytes) {
        return new Hostile(name, bytes, Optional.of(code));
    }

    private static Hostile shown(String name, byte[] bytes) {
        return new Hostile(name, bytes, Optional.empty());
    }

    /** Deflated zeros, each megabyte a block that repeats, so that gigabytes of it are quickly made. */
    private static byte[] deflatedZeros(int megabytes) {
        byte[] block = new byte[4096];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[1 << 20]);
        int length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
        deflater.end();
        ByteBuffer data = ByteBuffer.allocate(2 + megabytes * length + 9).put((byte) 0x78).put((byte) 0xda);
        for (int i = 0; i < megabytes; i++) {
            data.put(block, 0, length);
        }
        // The last block, an empty one; of zeros, Adler's sum is their number and 1 (RFC 1950).
        int sum = (int) (((long) megabytes << 20) % 65_521 << 16 | 1);
        return data.put(PngFile.bytes(1, 0, 0, 0xff, 0xff)).putInt(sum).array();
    }

    private static byte[] withTexts(int count) {
        PngFile file = PngFile.of(2, 1, 8, PngFile.TRUE_COLOUR);
        byte[] data = concatenated(text("Comment\0\0"), deflatedZeros(10));
        for (int i = 0; i < count; i++) {
            file.chunk("zTXt", data);
        }
        return file.rows(0, 1, 2, 3, 4, 5, 6).end();
    }

    private static byte[] withSize(byte[] jpeg, int width, int height) {
        return withSize(jpeg, START_OF_FRAME, width, height);
    }

    private static byte[] withSize(byte[] jpeg, int frame, int width, int height) {
        byte[] result = jpeg.clone();
        ByteBuffer.wrap(result).putShort(JpegFile.find(jpeg, frame) + 5, (short) height)
                .putShort(JpegFile.find(jpeg, frame) + 7, (short) width);
        return result;
    }

    private static byte[] withFrameMarker(byte[] jpeg, int marker) {
        byte[] result = jpeg.clone();
        result[JpegFile.find(jpeg, START_OF_FRAME) + 1] = (byte) marker;
        return result;
    }

    /** The first scan of a progressive picture, which has the coarsest of all blocks, over and over. */
    private static byte[] withScans(int scans, int width, int height) {
        byte[] jpeg = withSize(JpegFile.progressiveQuarters(16, 16), PROGRESSIVE_FRAME, width, height);
        int start = JpegFile.find(jpeg, START_OF_SCAN);
        int end = start + 2;
        while (jpeg[end] != (byte) 0xff || jpeg[end + 1] == 0) {
            end++;
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, start);
        for (int i = 0; i < scans; i++) {
            file.write(jpeg, start, end - start);
        }
        file.writeBytes(PngFile.bytes(0xff, 0xd9));
        return file.toByteArray();
    }

    /** A picture of 1 GB in what looks like a segment of the small one, but not to libjpeg. */
    private static byte[] hidden(byte[] jpeg, int marker) {
        byte[] huge = withSize(jpeg, 32_767, 32_767);
        return JpegFile.withSegment(jpeg, marker, Arrays.copyOfRange(huge, 2, huge.length));
    }

    /** Segments that the decoder must see, each behind a byte that it must not. */
    private static byte[] withGaps(byte[] jpeg, int gaps) {
        ByteBuffer segments = ByteBuffer.allocate(7 * gaps);
        for (int i = 0; i < gaps; i++) {
            segments.put((byte) 0).put(JpegFile.segment(0xdd, new byte[2]));
        }
        return JpegFile.insert(jpeg, JpegFile.find(jpeg, START_OF_SCAN), segments.array());
    }

    private static byte[] hugeCanvas() {
        byte[] webp = Pixels.fixture("lossy-alpha.webp");
        int canvas = new String(webp, ISO_8859_1).indexOf("VP8X") + 12;
        Arrays.fill(webp, canvas, canvas + 6, (byte) 0xff);
        return webp;
    }

    /** To libwebp 16,383 x 16,383 pixels of a lossless picture, whose first bytes look like an unknown chunk. */
    private static byte[] withoutChunk() {
        byte[] webp = Pixels.fixture("lossless.webp");
        byte[] chunks = Arrays.copyOfRange(webp, 12, webp.length);
        byte[] raw = Arrays.copyOf(PngFile.bytes(0x2f, 0xfe, 0xbf, 0xff, 0x0f, 0, 0, 0), 8 + 0x10);
        byte[] body = concatenated(text("WEBP"), concatenated(raw, chunks));
        return concatenated(text("RIFF"), concatenated(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(body.length).array(), body));
    }

    private static byte[] zip() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("picture.jpg"));
            zip.write(JpegFile.quarters(16, 16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        return JpegFile.insert(first, first.length, second);
    }

    private static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
