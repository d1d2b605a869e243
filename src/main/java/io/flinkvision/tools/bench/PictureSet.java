package io.flinkvision.tools.bench;

import io.flinkvision.tools.ToolException;
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
 * Encoded pictures of one kind, all in memory, used in turn.
 *
 * @param name such as {@code 640x480 jpeg}
 * @param encoded the bytes of each file; not copied
 */
public record PictureSet(String name, List<byte[]> encoded) {

    /** JPEG quality, from 0 to 1. */
    static final float QUALITY = 0.85f;

    private static final String JPEG = "jpeg";
    private static final String PNG = "png";

    /** More would take memory, and not change the results. */
    private static final int MAX_FILES = 12;

    public PictureSet {
        encoded = List.copyOf(encoded);
        if (encoded.isEmpty()) {
            throw new IllegalArgumentException("The set of pictures '" + name + "' is empty");
        }
    }

    /**
     * The files of a folder, or some of many, evenly spaced.
     *
     * @throws ToolException if there are no pictures
     */
    public static PictureSet asTheyAre(Path folder) throws IOException {
        List<byte[]> encoded = new ArrayList<>();
        for (Path file : files(folder)) {
            encoded.add(Files.readAllBytes(file));
        }
        return new PictureSet("as they are", encoded);
    }

    /**
     * Photographs of a folder as cameras of other sizes would send them: cropped to the shape, scaled and encoded.
     * The encoder is the JDK's, so it is not by the maker of the decoder.
     *
     * @param remark receives each file that the JDK cannot read
     * @return a JPEG set of each size, then a PNG set of each size
     * @throws ToolException if no picture can be read
     */
    static List<PictureSet> scaled(Path folder, List<Size> sizes, Consumer<String> remark) throws IOException {
        return scaled(folder, sizes, List.of(JPEG, PNG), remark);
    }

    /** Like {@link #scaled}, without the PNG sets. */
    public static List<PictureSet> jpegs(Path folder, List<Size> sizes, Consumer<String> remark) throws IOException {
        return scaled(folder, sizes, List.of(JPEG), remark);
    }

    /** One black JPEG of 64 x 48, which costs little besides the network. */
    static PictureSet blank() throws IOException {
        return new PictureSet("blank", List.of(encode(new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR), JPEG)));
    }

    /** The picture of a number from 0 on; the set repeats. */
    public byte[] get(int number) {
        return encoded.get(number % encoded.size());
    }

    public long meanBytes() {
        return encoded.stream().mapToLong(bytes -> bytes.length).sum() / encoded.size();
    }

    int maxBytes() {
        return encoded.stream().mapToInt(bytes -> bytes.length).max().orElseThrow();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> all = entries.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("(?i)[^.].*\\.(jpe?g|png|bmp|webp|tiff?)"))
                    .sorted().toList();
            if (all.isEmpty()) {
                throw new ToolException(folder + " contains no pictures");
            }
            int taken = Math.min(MAX_FILES, all.size());
            return IntStream.range(0, taken).mapToObj(i -> all.get(i * all.size() / taken)).toList();
        }
    }

    private static List<PictureSet> scaled(Path folder, List<Size> sizes, List<String> formats,
            Consumer<String> remark) throws IOException {
        List<BufferedImage> pictures = read(files(folder), remark);
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

    private static List<BufferedImage> read(List<Path> files, Consumer<String> remark) throws IOException {
        List<BufferedImage> pictures = new ArrayList<>();
        for (Path file : files) {
            try {
                BufferedImage picture = ImageIO.read(file.toFile());
                if (picture == null) {
                    remark.accept(file + ": skipped, as the JDK does not know its format");
                } else {
                    pictures.add(picture);
                }
            } catch (IOException e) {
                remark.accept(file + ": skipped: " + e.getMessage());
            }
        }
        if (pictures.isEmpty()) {
            throw new ToolException("None of the pictures can be read: " + files);
        }
        return pictures;
    }

    /** Crops the centre to the size's shape, so that nothing is distorted. */
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
