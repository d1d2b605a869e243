package io.flinkvision.peers;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** The pictures of a folder, in the order of their names. */
final class PictureFiles {

    private static final float QUALITY = 0.85f;

    private PictureFiles() {}

    /** The files' bytes. */
    static List<byte[]> read(Path folder) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        for (Path file : files(folder)) {
            pictures.add(Files.readAllBytes(file));
        }
        return List.copyOf(pictures);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries
                    .filter(file -> file.getFileName().toString().matches("(?i)[^.].*\\.jpe?g")).sorted().toList();
            if (files.isEmpty()) {
                throw new IllegalArgumentException(folder + " has no files in it that end in .jpg or .jpeg");
            }
            return files;
        }
    }

    /**
     * Cuts photographs to a shape, scales them and encodes them as JPEG of quality 85.
     *
     * @param most how many are taken, evenly from all
     */
    static void scale(Path from, Path to, int width, int height, int most) throws IOException {
        List<Path> files = files(from);
        int taken = Math.min(most, files.size());
        for (int i = 0; i < taken; i++) {
            Path file = files.get(i * files.size() / taken);
            BufferedImage picture = ImageIO.read(file.toFile());
            if (picture == null) {
                throw new IllegalArgumentException("The JDK cannot read " + file);
            }
            Files.write(to.resolve(String.format("%04d.jpg", i)), encode(scale(picture, width, height)));
        }
    }

    private static BufferedImage scale(BufferedImage picture, int width, int height) {
        double scale = Math.max((double) width / picture.getWidth(), (double) height / picture.getHeight());
        int wide = (int) Math.ceil(picture.getWidth() * scale);
        int high = (int) Math.ceil(picture.getHeight() * scale);
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high, null);
        graphics.dispose();
        return result;
    }

    private static byte[] encode(BufferedImage picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(QUALITY);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
