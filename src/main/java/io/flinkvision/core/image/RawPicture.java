package io.flinkvision.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A picture that is not encoded.
 *
 * @param pixels {@code [height, width, channels]}, rows from the top, without padding; not copied, so nobody may change
 *     them
 * @param width pixels a row
 * @param height rows
 * @param format the layout of a pixel
 */
public record RawPicture(byte[] pixels, int width, int height, RawFormat format) {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte GREY = 0;
    private static final byte TRUE_COLOUR = 2;

    /** The filter that replaces a sample by its difference to the one above it. */
    private static final byte UP = 2;

    /** @throws IllegalArgumentException if there are not as many samples as the picture has */
    public RawPicture {
        Objects.requireNonNull(format, "format");
        if (width < 1 || height < 1 || pixels.length != (long) width * height * format.channels()) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels of " + format.id()
                    + " does not have " + pixels.length + " samples");
        }
    }

    /** A file with the same pixels, by the PNG specification (W3C, second edition). */
    public byte[] toPng() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        writeChunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8)
                .put(format == RawFormat.GRAY8 ? GREY : TRUE_COLOUR).put(new byte[3]).array(), file);
        writeChunk("IDAT", compressed(), file);
        writeChunk("IEND", new byte[0], file);
        return file.toByteArray();
    }

    private byte[] compressed() {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream rows = new DeflaterOutputStream(data, deflater)) {
            int length = width * format.channels();
            byte[] filtered = new byte[1 + length];
            filtered[0] = UP;
            for (int row = 0; row < height; row++) {
                for (int i = 0; i < length; i++) {
                    int above = row == 0 ? 0 : sample((row - 1) * length + i);
                    filtered[1 + i] = (byte) (sample(row * length + i) - above);
                }
                rows.write(filtered);
            }
        } catch (IOException e) {
            throw new IllegalStateException("An array of bytes was not written", e);
        } finally {
            deflater.end();
        }
        return data.toByteArray();
    }

    /** The sample of a PNG, which has red first. */
    private byte sample(int index) {
        return format == RawFormat.BGR24 ? pixels[index + 2 - 2 * (index % 3)] : pixels[index];
    }

    private static void writeChunk(String type, byte[] data, ByteArrayOutputStream file) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
