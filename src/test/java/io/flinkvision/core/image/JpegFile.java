package io.flinkvision.core.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Writes JPEGs with the JDK's own writer, and puts other segments into them. */
final class JpegFile {

    private JpegFile() {}

    /** A baseline picture of four quarters: red, green, blue and white. */
    static byte[] quarters(int width, int height) {
        return write(picture(width, height, BufferedImage.TYPE_INT_RGB), false);
    }

    static byte[] progressiveQuarters(int width, int height) {
        return write(picture(width, height, BufferedImage.TYPE_INT_RGB), true);
    }

    /** A baseline picture of one component, as light as the colours are. */
    static byte[] greyQuarters(int width, int height) {
        return write(picture(width, height, BufferedImage.TYPE_BYTE_GRAY), false);
    }

    static byte[] write(BufferedImage picture, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(file)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(1);
            parameters.setProgressiveMode(
                    progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    static BufferedImage picture(int width, int height, int type) {
        BufferedImage picture = new BufferedImage(width, height, type);
        Graphics2D graphics = picture.createGraphics();
        Color[] colours = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
        for (int i = 0; i < colours.length; i++) {
            graphics.setColor(colours[i]);
            graphics.fillRect(i % 2 * width / 2, i / 2 * height / 2, width / 2, height / 2);
        }
        graphics.dispose();
        return picture;
    }

    /** Puts a segment right behind the start marker. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        return insert(jpeg, 2, segment(marker, data));
    }

    static byte[] withExif(byte[] jpeg, byte[] exif) {
        byte[] prefix = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
        return withSegment(jpeg, 0xe1,
                ByteBuffer.allocate(prefix.length + exif.length).put(prefix).put(exif).array());
    }

    static byte[] segment(int marker, byte[] data) {
        return ByteBuffer.allocate(4 + data.length).put((byte) 0xff).put((byte) marker)
                .putShort((short) (2 + data.length)).put(data).array();
    }

    /** Without the first segment of a marker. */
    static byte[] withoutSegment(byte[] jpeg, int marker) {
        int start = find(jpeg, marker);
        int end = start + 2 + ByteBuffer.wrap(jpeg).getShort(start + 2);
        byte[] result = new byte[jpeg.length - (end - start)];
        System.arraycopy(jpeg, 0, result, 0, start);
        System.arraycopy(jpeg, end, result, start, jpeg.length - end);
        return result;
    }

    /** The first position of a marker among the segments before the first scan. */
    static int find(byte[] jpeg, int marker) {
        int position = 2;
        while ((jpeg[position + 1] & 0xff) != marker) {
            position += 2 + (ByteBuffer.wrap(jpeg).getShort(position + 2) & 0xffff);
        }
        return position;
    }

    static byte[] insert(byte[] bytes, int position, byte[] more) {
        return ByteBuffer.allocate(bytes.length + more.length)
                .put(bytes, 0, position).put(more).put(bytes, position, bytes.length - position).array();
    }
}
