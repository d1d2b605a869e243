package io.flinkvision.core.image;

import org.opencv.core.CvType;
import org.opencv.core.Mat;

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
            new BmpRuns(bmp, header, unpacking.palette).unpack(pixels);
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
        BmpBitFields fields = header.bitFields();
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
}
