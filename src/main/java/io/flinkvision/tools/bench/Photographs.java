package io.flinkvision.tools.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * The pictures of a folder, cut to a shape, scaled and encoded anew: what a camera of that size would send of the same
 * scene. Encoder and decoder are not of the same maker: this is the JDK's.
 */
final class Photographs {

    /** The quality of the JPEGs, of 1. */
    static final float QUALITY = 0.85f;

    private static final String JPEG = "jpeg";
    private static final String PNG = "png";

    /** More would take memory and tell nothing new. */
    private static final int MOST = 12;

    private final List<Path> files;

    private Photographs(List<Path> files) {
        this.files = files;
    }

    /**
     * Looks into a folder, and takes its files or, where there are many, some evenly from all.
     *
     * @throws BenchException if it has no files
     */
    static Photographs in(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> all = entries.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("(?i)[^.].*\\.(jpe?g|png|bmp|webp|tiff?)"))
                    .sorted().toList();
            if (all.isEmpty()) {
                throw new BenchException(folder + " has no pictures in it");
            }
            int taken = Math.min(MOST, all.size());
            return new Photographs(IntStream.range(0, taken).mapToObj(i -> all.get(i * all.size() / taken)).toList());
        }
    }

    /** The files' own bytes. */
    PictureSet asTheyAre() throws IOException {
        List<byte[]> encoded = new ArrayList<>();
        for (Path file : files) {
            encoded.add(Files.readAllBytes(file));
        }
        return new PictureSet("as they are", encoded);
    }

    /**
     * Scales and encodes them.
     *
     * @param remark is told of each file that the JDK cannot read
     * @return a set of each size as JPEG, and of each as PNG
     * @throws BenchException if it can read none
     */
    List<PictureSet> scaled(List<Size> sizes, Consumer<String> remark) throws IOException {
        return scaled(sizes, List.of(JPEG, PNG), remark);
    }

    /** The same, without the PNGs. */
    List<PictureSet> jpegs(List<Size> sizes, Consumer<String> remark) throws IOException {
        return scaled(sizes, List.of(JPEG), remark);
    }

    private List<PictureSet> scaled(List<Size> sizes, List<String> formats, Consumer<String> remark)
            throws IOException {
        List<BufferedImage> pictures = read(remark);
        List<PictureSet> sets = new ArrayList<>();
        for (String format : formats) {
            for (Size size : sizes) {
                List<byte[]> encoded = new ArrayList<>();
                for (BufferedImage picture : pictures) {
                    encoded.add(encode(scale(picture, size), format));
                }
                sets.add(new PictureSet(size + " " + format, encoded));
            }
        }
        return List.copyOf(sets);
    }

    private List<BufferedImage> read(Consumer<String> remark) throws IOException {
        List<BufferedImage> pictures = new ArrayList<>();
        for (Path file : files) {
            try {
                BufferedImage picture = ImageIO.read(file.toFile());
                if (picture == null) {
                    remark.accept(file + " is left out: the JDK knows no such format");
                } else {
                    pictures.add(picture);
                }
            } catch (IOException e) {
                remark.accept(file + " is left out: " + e.getMessage());
            }
        }
        if (pictures.isEmpty()) {
            throw new BenchException("None of the pictures can be read: " + files);
        }
        return pictures;
    }

    /** Cuts the middle to the size's shape first, so that nothing is distorted. */
    private static BufferedImage scale(BufferedImage picture, Size size) {
        double scale = Math.max(
                (double) size.width() / picture.getWidth(), (double) size.height() / picture.getHeight());
        int width = (int) Math.ceil(picture.getWidth() * scale);
        int height = (int) Math.ceil(picture.getHeight() * scale);
        BufferedImage result = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(
                picture, (size.width() - width) / 2, (size.height() - height) / 2, width, height, null);
        graphics.dispose();
        return result;
    }

    private static byte[] encode(BufferedImage picture, String format) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        if (format.equals(JPEG)) {
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
        }
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
