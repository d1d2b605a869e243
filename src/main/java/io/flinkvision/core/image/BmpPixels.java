package io.flinkvision.core.image;

import io.flinkvision.core.image.BmpHeader.BitFields;
import java.util.Arrays;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

/**
 * Unpacks the pixels of a bitmap, whatever its header, depth and compression. OpenCV 4.9 is not asked: it refuses most
 * bit fields, takes others for something else, and wraps run lengths that are longer than a row. That it reads some
 * bitmaps well would be a second path to the same pixels, and native code that strangers' bytes reach for nothing.
 */
final class BmpPixels {

    private static final int COLOURS = 256;

    private final byte[] bmp;
    private final BmpHeader header;

    /** Blue, green and red of each colour; an index that the palette does not have is black. */
    private final byte[] palette;

    private BmpPixels(byte[] bmp, BmpHeader header) {
        this.bmp = bmp;
        this.header = header;
        this.palette = palette(bmp, header.palette());
    }

    /**
     * Unpacks a bitmap.
     *
     * @param bmp a whole file
     * @param pixels becomes {@code [height, width]} of 8-bit BGR, or BGRA if the bitmap has a mask for alpha
     * @throws MalformedImageException if it breaks the format's rules, or ends too early
     */
    static void unpack(byte[] bmp, Mat pixels) throws MalformedImageException {
        BmpHeader header = BmpHeader.read(bmp);
        pixels.create(header.height(), header.width(), header.bitFields().hasAlpha() ? CvType.CV_8UC4 : CvType.CV_8UC3);
        BmpPixels unpacking = new BmpPixels(bmp, header);
        if (header.compression().isRunLength()) {
            new Runs(bmp, header, unpacking.palette).unpack(pixels);
        } else {
            unpacking.unpackRows(pixels);
        }
    }

    private static byte[] palette(byte[] bmp, BmpHeader.Palette place) {
        byte[] palette = new byte[COLOURS * 3];
        for (int i = 0; i < place.entries(); i++) {
            System.arraycopy(bmp, place.start() + i * place.entryBytes(), palette, 3 * i, 3);
        }
        return palette;
    }

    private void unpackRows(Mat pixels) {
        byte[] row = new byte[header.width() * pixels.channels()];
        for (int y = 0; y < header.height(); y++) {
            int start = header.dataStart() + y * header.rowBytes();
            int target = header.isTopDown() ? y : header.height() - 1 - y;
            if (header.bitsPerPixel() == 24 && header.bitFields().areBytes()) {
                pixels.put(target, 0, bmp, start, row.length);
                continue;
            }
            if (header.bitsPerPixel() <= 8) {
                unpackIndices(start, row);
            } else {
                unpackSamples(start, row, pixels.channels());
            }
            pixels.put(target, 0, row);
        }
    }

    /** The first pixel is in the upper bits of a byte. */
    private void unpackIndices(int start, byte[] row) {
        int bits = header.bitsPerPixel();
        int largest = (1 << bits) - 1;
        for (int x = 0; x < header.width(); x++) {
            int bit = x * bits;
            int index = bmp[start + bit / 8] >> 8 - bits - bit % 8 & largest;
            System.arraycopy(palette, 3 * index, row, 3 * x, 3);
        }
    }

    private void unpackSamples(int start, byte[] row, int channels) {
        BitFields fields = header.bitFields();
        int pixelBytes = header.bitsPerPixel() / 8;
        int position = start;
        for (int target = 0; target < row.length; target += channels) {
            int pixel = 0;
            for (int i = 0; i < pixelBytes; i++) {
                pixel |= (bmp[position++] & 0xff) << 8 * i;
            }
            row[target] = fields.blue().of(pixel);
            row[target + 1] = fields.green().of(pixel);
            row[target + 2] = fields.red().of(pixel);
            if (channels == 4) {
                row[target + 3] = fields.alpha().of(pixel);
            }
        }
    }

    /**
     * Unpacks a bitmap's run lengths: pairs of a count and a pixel, and escapes for the end of a row, the end of the
     * bitmap, a jump to the right and up, and literal pixels. Skipped pixels are
     * transparent, as in browsers, so they are white. Pixels beyond a row's width are dropped, as viewers do: some
     * writers pad rows to four bytes before they encode them.
     */
    private static final class Runs {

        private static final int END_OF_ROW = 0;
        private static final int END_OF_BITMAP = 1;
        private static final int JUMP = 2;
        private static final byte WHITE = (byte) 0xff;

        private final byte[] bmp;
        private final BmpHeader header;
        private final byte[] palette;
        private final byte[] row;
        private int position;
        private int x;
        private int y;

        /** @param palette blue, green and red of 256 colours */
        Runs(byte[] bmp, BmpHeader header, byte[] palette) {
            this.bmp = bmp;
            this.header = header;
            this.palette = palette;
            this.row = new byte[3 * header.width()];
            this.position = header.dataStart();
        }

        /**
         * Unpacks all rows.
         *
         * @param pixels {@code [height, width]}, 8-bit BGR
         * @throws MalformedImageException if the bytes end before the last pixel, and without an end of the bitmap
         */
        void unpack(Mat pixels) throws MalformedImageException {
            // It returns another reference to the same memory, which would keep it until a garbage collection.
            pixels.setTo(Scalar.all(255)).release();
            Arrays.fill(row, WHITE);
            boolean isDone = false;
            while (!isDone && y < header.height()) {
                if (position == bmp.length && y == header.height() - 1 && x >= header.width()) {
                    // All pixels are there; only the end of the bitmap is missing.
                    break;
                }
                int count = next();
                if (count > 0) {
                    run(count);
                    continue;
                }
                int escape = next();
                switch (escape) {
                    case END_OF_ROW -> advance(pixels, 1, -x);
                    case END_OF_BITMAP -> isDone = true;
                    case JUMP -> {
                        int right = next();
                        advance(pixels, next(), right);
                    }
                    default -> literals(escape);
                }
            }
            put(pixels);
        }

        private int next() throws MalformedImageException {
            if (position == bmp.length) {
                throw MalformedImageException.truncated("The BMP's run lengths end in row " + (y + 1) + " of "
                        + header.height() + ": it was cut off");
            }
            return bmp[position++] & 0xff;
        }

        /** Rows only ever follow each other, so one row at a time is kept. */
        private void advance(Mat pixels, int rows, int columns) {
            x = Math.min(header.width(), x + columns);
            if (rows > 0) {
                put(pixels);
                Arrays.fill(row, WHITE);
                y += rows;
            }
        }

        private void put(Mat pixels) {
            if (y < header.height()) {
                pixels.put(header.isTopDown() ? y : header.height() - 1 - y, 0, row);
            }
        }

        private void run(int count) throws MalformedImageException {
            int visible = Math.min(count, header.width() - x);
            switch (header.compression()) {
                case RUNS_OF_4_BITS -> {
                    int pair = next();
                    for (int i = 0; i < visible; i++) {
                        colour(i % 2 == 0 ? pair >> 4 : pair & 0xf);
                    }
                }
                case RUNS_OF_8_BITS -> {
                    int index = next();
                    for (int i = 0; i < visible; i++) {
                        colour(index);
                    }
                }
                default -> {
                    int blue = next();
                    int green = next();
                    int red = next();
                    for (int i = 0; i < visible; i++) {
                        pixel(blue, green, red);
                    }
                }
            }
        }

        /** Pixels are padded to an even number of bytes; the last padding may be missing. */
        private void literals(int count) throws MalformedImageException {
            int start = position;
            int pair = 0;
            for (int i = 0; i < count; i++) {
                switch (header.compression()) {
                    case RUNS_OF_4_BITS -> {
                        pair = i % 2 == 0 ? next() : pair << 4;
                        colour(pair >> 4 & 0xf);
                    }
                    case RUNS_OF_8_BITS -> colour(next());
                    default -> pixel(next(), next(), next());
                }
            }
            if ((position - start) % 2 == 1 && position < bmp.length) {
                position++;
            }
        }

        private void colour(int index) {
            pixel(palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]);
        }

        private void pixel(int blue, int green, int red) {
            if (x < header.width()) {
                row[3 * x] = (byte) blue;
                row[3 * x + 1] = (byte) green;
                row[3 * x + 2] = (byte) red;
                x++;
            }
        }
    }
}
