package io.flinkvision.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What of a PNG its pixels are made of: IHDR, PLTE, tRNS, one run of IDAT and IEND (W3C, Portable Network Graphics,
 * chapter 5). The decoder is shown nothing else, because libpng inflates the texts and profiles that it meets, 1,000
 * chunks of up to 8 MB each, for nobody, and prints a line on standard error for each chunk that it does not like.
 *
 * <p>It also inflates to its end data that goes on behind the last pixel, a thousand times as much as a sender paid
 * for. So the length of long data is counted before libpng sees it.
 */
final class PngPixelChunks {

    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_OVERHEAD = 12;

    /**
     * Deflate makes at most 1,032 bytes of one, and so few can waste no more time than the largest picture of 16 bits
     * takes. To count the data of every picture would make the decoding of a photograph twice as long.
     */
    private static final int UNCOUNTED_BYTES = 3 << 20;

    /** Four samples of 16 bits. */
    private static final int MOST_BYTES_A_PIXEL = 8;

    /** For the numbers of the rows' filters, in all passes of an interlaced picture, and for writers' mistakes. */
    private static final int TOLERATED_BYTES = 1 << 20;

    private final byte[] png;
    private final List<ByteRange> kept = new ArrayList<>();

    private PngPixelChunks(byte[] png) {
        this.png = png;
    }

    /**
     * Where the PNG has what its pixels need.
     *
     * @param png one that {@link PngHeader} has walked through
     * @param header what that found
     * @throws MalformedImageException if there is far more data than so many pixels take
     */
    static List<ByteRange> of(byte[] png, ImageHeader header) throws MalformedImageException {
        PngPixelChunks chunks = new PngPixelChunks(png);
        chunks.keep(0, SIGNATURE_BYTES);
        int data = chunks.keepUpToTheData();
        int dataEnd = chunks.endOfTheData(data);
        chunks.requireNoMoreDataThan(
                (long) header.width() * header.height() * MOST_BYTES_A_PIXEL + TOLERATED_BYTES, data, dataEnd);
        chunks.keep(data, dataEnd);
        int last = chunks.lastChunk(dataEnd);
        chunks.keep(last, chunks.end(last));
        return chunks.kept;
    }

    private void keep(int start, int end) {
        int last = kept.size() - 1;
        if (last >= 0 && kept.get(last).end() == start) {
            kept.set(last, new ByteRange(kept.get(last).start(), end));
        } else {
            kept.add(new ByteRange(start, end));
        }
    }

    /** Keeps the critical chunks before the data, and the first transparency; returns where the data starts. */
    private int keepUpToTheData() {
        int position = SIGNATURE_BYTES;
        boolean transparent = false;
        while (!type(position).equals("IDAT")) {
            boolean isTransparency = type(position).equals("tRNS");
            if (Character.isUpperCase(type(position).charAt(0)) || isTransparency && !transparent) {
                keep(position, end(position));
            }
            transparent |= isTransparency;
            position = end(position);
        }
        return position;
    }

    /** The end of the run of chunks with data; libpng reads no second one. */
    private int endOfTheData(int start) {
        int position = start;
        while (type(position).equals("IDAT")) {
            position = end(position);
        }
        return position;
    }

    private int lastChunk(int start) {
        int position = start;
        while (!type(position).equals("IEND")) {
            position = end(position);
        }
        return position;
    }

    /** Counts until the rest is too short to waste much. */
    private void requireNoMoreDataThan(long most, int start, int end) throws MalformedImageException {
        if (end - start <= UNCOUNTED_BYTES) {
            return;
        }
        byte[] inflated = new byte[1 << 16];
        long length = 0;
        Inflater inflater = new Inflater();
        try {
            for (int chunk = start; end - chunk > UNCOUNTED_BYTES && !inflater.finished(); chunk = end(chunk)) {
                int rest = end - end(chunk);
                inflater.setInput(png, chunk + 8, end(chunk) - chunk - CHUNK_OVERHEAD);
                while (!inflater.needsInput() && !inflater.finished() && !inflater.needsDictionary()
                        && inflater.getRemaining() + rest > UNCOUNTED_BYTES) {
                    length += inflater.inflate(inflated);
                    if (length > most) {
                        throw new MalformedImageException(ErrorCode.TOO_LARGE, "The PNG's data inflates to more than "
                                + most + " bytes, which is more than its pixels take");
                    }
                }
            }
        } catch (DataFormatException e) {
            // The decoder gets no further either, and judges whether all pixels came before.
        } finally {
            inflater.end();
        }
    }

    private String type(int position) {
        return new String(png, position + 4, 4, StandardCharsets.ISO_8859_1);
    }

    private int end(int position) {
        return position + CHUNK_OVERHEAD + ByteBuffer.wrap(png).getInt(position);
    }
}
