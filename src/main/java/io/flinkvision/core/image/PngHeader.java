package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.ImageHeader.Transparency.TransparentGrey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Walks the chunks of a PNG (W3C, Portable Network Graphics, chapter 5) from the first to the last. A wrong sum is an
 * error in a chunk that the picture needs; another chunk is passed over for it, as viewers do.
 *
 * <p>Missing or broken chunks after the data are not an error: viewers show the picture. {@link PngPixelChunks} checks
 * that the data itself is complete.
 */
final class PngHeader {

    private static final int SIGNATURE_BYTES = 8;

    /** Length, type and sum. */
    private static final int CHUNK_OVERHEAD = 12;

    private static final int GREY = 0;

    private final ByteBuffer png;
    private final CRC32 crc = new CRC32();
    private int width;
    private int height;
    private int bitDepth;
    private int colourType;
    private boolean hasData;
    private boolean hasExif;
    private Orientation orientation = Orientation.UPRIGHT;
    private Transparency transparency = Transparency.ALPHA_CHANNEL;

    private PngHeader(ByteBuffer png) {
        this.png = png;
    }

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        PngHeader reader = new PngHeader(ByteBuffer.wrap(bytes));
        reader.walk();
        return new ImageHeader(reader.width, reader.height, reader.orientation, reader.transparency);
    }

    private void walk() throws MalformedImageException {
        int position = SIGNATURE_BYTES;
        String type = "";
        while (!type.equals("IEND") && (!hasData || isWhole(position))) {
            requireWhole(position);
            int length = png.getInt(position);
            type = new String(png.array(), position + 4, 4, StandardCharsets.ISO_8859_1);
            if (hasRightSum(position, length)) {
                chunk(type, position + 8, length);
            } else if (Character.isUpperCase(type.charAt(0)) && (!hasData || type.equals("IDAT"))) {
                throw MalformedImageException.corrupt("The PNG's chunk at byte " + position + " has a wrong sum");
            }
            position += CHUNK_OVERHEAD + length;
        }
        if (!hasData) {
            throw MalformedImageException.corrupt("The PNG has no IDAT chunk");
        }
    }

    private boolean isWhole(int position) {
        int rest = png.limit() - position - CHUNK_OVERHEAD;
        return rest >= 0 && png.getInt(position) >= 0 && png.getInt(position) <= rest;
    }

    private void requireWhole(int position) throws MalformedImageException {
        if (isWhole(position)) {
            return;
        }
        if (png.limit() - position < CHUNK_OVERHEAD) {
            throw MalformedImageException.truncated(
                    "The PNG of " + png.limit() + " bytes ends before its pixels: it was cut off");
        }
        int length = png.getInt(position);
        if (length < 0) {
            throw MalformedImageException.corrupt("The PNG's chunk at byte " + position + " has the length "
                    + Integer.toUnsignedString(length));
        }
        throw MalformedImageException.truncated(
                "The PNG ends inside its chunk at byte " + position + ": it was cut off");
    }

    private boolean hasRightSum(int position, int length) {
        crc.reset();
        crc.update(png.array(), position + 4, length + 4);
        return (int) crc.getValue() == png.getInt(position + 8 + length);
    }

    private void chunk(String type, int start, int length) throws MalformedImageException {
        if (width == 0 && !type.equals("IHDR")) {
            throw MalformedImageException.corrupt("The PNG does not start with its IHDR chunk");
        }
        switch (type) {
            case "IHDR" -> imageHeader(start, length);
            case "IDAT" -> hasData = true;
            case "eXIf" -> {
                // Of several the first counts, as in browsers.
                if (!hasExif) {
                    orientation = Orientation.ofExif(png.array(), start, start + length);
                }
                hasExif = true;
            }
            case "tRNS" -> transparency(start, length);
            default -> {
                // The decoder's concern. Of an animated PNG its default picture is decoded.
            }
        }
    }

    private void imageHeader(int start, int length) throws MalformedImageException {
        if (width != 0 || length != 13) {
            throw MalformedImageException.corrupt("The PNG has a second IHDR, or one of " + length + " bytes");
        }
        width = png.getInt(start);
        height = png.getInt(start + 4);
        bitDepth = png.get(start + 8);
        colourType = png.get(start + 9);
        if (width < 1 || height < 1) {
            throw MalformedImageException.corrupt("The PNG declares " + Integer.toUnsignedString(width)
                    + " x " + Integer.toUnsignedString(height) + " pixels");
        }
        if (bitDepth < 1 || bitDepth > 16 || Integer.bitCount(bitDepth) != 1) {
            throw MalformedImageException.corrupt("The PNG declares " + bitDepth + " bits per sample");
        }
    }

    /** The decoder makes an alpha channel for palettes and true colours, but not for greys. */
    private void transparency(int start, int length) {
        if (colourType != GREY || length < 2) {
            return;
        }
        int largest = (1 << bitDepth) - 1;
        int sample = png.getShort(start) & largest;
        // The decoder spreads samples of less than 8 bits over the whole range.
        transparency = new TransparentGrey(bitDepth < 8 ? sample * 255 / largest : sample);
    }
}
