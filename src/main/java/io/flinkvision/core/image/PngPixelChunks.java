package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG that its pixels are made of: IHDR, PLTE, tRNS and one run of IDAT (W3C, Portable Network
 * Graphics, chapter 5). The decoder sees nothing else, because libpng inflates texts and profiles, up to 1,000 chunks
 * of up to 8 MB each, for no use, and prints a line on standard error for each chunk that it rejects.
 *
 * <p>It also inflates data beyond the last pixel to its end, up to a thousand times the bytes that were sent. So the
 * inflated length of long data is counted before libpng sees it.
 *
 * <p>A PNG without IEND is complete if its data is: deflated data marks its own end.
 */
final class PngPixelChunks {

    /** The chunk IEND: no data, and the sum of its type. */
    static final byte[] END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82};

    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_OVERHEAD = 12;

    /**
     * Deflate makes at most 1,032 bytes from one, so this many cost no more time than the largest picture of 16 bits.
     * Counting the data of every picture would double the decoding time of a photograph.
     */
    private static final int MAX_UNCOUNTED_BYTES = 3 << 20;

    /** Four samples of 16 bits. */
    private static final int MAX_BYTES_PER_PIXEL = 8;

    /** For the numbers of the rows' filters, in all passes of an interlaced picture, and for writers' mistakes. */
    private static final int TOLERATED_BYTES = 1 << 20;

    private final byte[] png;
    private final List<ByteRange> kept = new ArrayList<>();

    private PngPixelChunks(byte[] png) {
        this.png = png;
    }

    /**
     * The positions of the chunks that the pixels need.
     *
     * @param png one that {@link PngHeader} has walked through
     * @param header what that found
     * @throws MalformedImageException if there is far more data than the pixels need, or the PNG was cut off in it
     */
    static List<ByteRange> of(byte[] png, ImageHeader header) throws MalformedImageException {
        PngPixelChunks chunks = new PngPixelChunks(png);
        ByteRange.append(chunks.kept, 0, SIGNATURE_BYTES);
        int data = chunks.keepUpToTheData();
        int dataEnd = chunks.endOfTheData(data);
        chunks.requireEndOfData(
                (long) header.width() * header.height() * MAX_BYTES_PER_PIXEL + TOLERATED_BYTES, data, dataEnd);
        ByteRange.append(chunks.kept, data, dataEnd);
        return chunks.kept;
    }

    /** Keeps the critical chunks before the data, and the first transparency; returns where the data starts. */
    private int keepUpToTheData() {
        int position = SIGNATURE_BYTES;
        boolean transparent = false;
        while (!type(position).equals("IDAT")) {
            boolean isTransparency = type(position).equals("tRNS");
            if (Character.isUpperCase(type(position).charAt(0)) || isTransparency && !transparent) {
                ByteRange.append(kept, position, end(position));
            }
            transparent |= isTransparency;
            position = end(position);
        }
        return position;
    }

    /** The end of the run of chunks with data; libpng reads no second one. */
    private int endOfTheData(int start) {
        int position = start;
        while (isWhole(position) && type(position).equals("IDAT")) {
            position = end(position);
        }
        return position;
    }

    private boolean hasEnd(int dataEnd) {
        int position = dataEnd;
        while (isWhole(position) && !type(position).equals("IEND")) {
            position = end(position);
        }
        return isWhole(position);
    }

    /** Counts until the rest is too short to cost much time; to the end of the data if the PNG has no IEND. */
    private void requireEndOfData(long most, int start, int end) throws MalformedImageException {
        boolean isCut = !hasEnd(end);
        int uncounted = isCut ? -1 : MAX_UNCOUNTED_BYTES;
        if (end - start <= uncounted) {
            return;
        }
        byte[] inflated = new byte[1 << 16];
        long length = 0;
        Inflater inflater = new Inflater();
        try {
            for (int chunk = start; chunk < end && end - chunk > uncounted; chunk = end(chunk)) {
                int rest = end - end(chunk);
                inflater.setInput(png, chunk + 8, end(chunk) - chunk - CHUNK_OVERHEAD);
                int count = 1;
                while (count > 0 && inflater.getRemaining() + rest > uncounted) {
                    count = inflater.inflate(inflated);
                    length += count;
                    if (length > most) {
                        throw new MalformedImageException(ErrorCode.TOO_LARGE, "The PNG's data inflates to more than "
                                + most + " bytes, which is more than its pixels take");
                    }
                }
            }
            if (isCut && !inflater.finished()) {
                throw MalformedImageException.truncated("The PNG of " + png.length
                        + " bytes ends within its pixels' data, without an IEND chunk: it was cut off");
            }
        } catch (DataFormatException e) {
            // The decoder gets no further either, and judges whether all pixels came before.
        } finally {
            inflater.end();
        }
    }

    private boolean isWhole(int position) {
        if (png.length - position < CHUNK_OVERHEAD) {
            return false;
        }
        int length = ByteBuffer.wrap(png).getInt(position);
        return length >= 0 && length <= png.length - position - CHUNK_OVERHEAD;
    }

    private String type(int position) {
        return new String(png, position + 4, 4, StandardCharsets.ISO_8859_1);
    }

    private int end(int position) {
        return position + CHUNK_OVERHEAD + ByteBuffer.wrap(png).getInt(position);
    }
}
