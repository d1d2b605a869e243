package io.flinkvision.tools.wall;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures as cameras send them. */
final class SamplePictures {

    private static final Path PHOTOGRAPHS = Path.of("conf", "models", "triage", "images");

    private SamplePictures() {}

    /** A JPEG that differs with its number. */
    static byte[] drawn(int width, int height, int number) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.getHSBColor(number * 0.381966f, 0.6f, 0.9f), width, height,
                Color.getHSBColor(number * 0.381966f + 0.3f, 0.7f, 0.4f)));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.WHITE);
        graphics.fillOval(width * (number % 10) / 12, height / 3, width / 6, width / 6);
        graphics.dispose();
        return jpeg(picture);
    }

    /** A gate in the middle of a yard, green where it is open and red where it is shut; all differ with their numbers. */
    static byte[] gate(boolean isOpen, int number) {
        Random random = new Random(31L * number + (isOpen ? 1 : 0));
        BufferedImage picture = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.getHSBColor(random.nextFloat(), 0.3f, 0.8f), 640, 480,
                Color.getHSBColor(random.nextFloat(), 0.3f, 0.4f)));
        graphics.fillRect(0, 0, 640, 480);
        graphics.setColor(Color.getHSBColor(isOpen ? 0.35f : 0, 0.9f, 0.5f + 0.4f * random.nextFloat()));
        graphics.fillRect(160 + random.nextInt(40), 120 + random.nextInt(40), 280, 200);
        graphics.setColor(Color.DARK_GRAY);
        for (int i = 0; i < 6; i++) {
            int x = 160 + random.nextInt(320);
            graphics.fillRect(x, 100 + random.nextInt(60), 4, isOpen ? 40 : 280);
        }
        // Whoever passes by: pictures that are too much alike would count once.
        for (int i = 0; i < 5; i++) {
            graphics.setColor(Color.getHSBColor(0.6f, 0.1f, random.nextFloat()));
            graphics.fillOval(100 + random.nextInt(400), i < 2 ? 70 : 300, 40 + random.nextInt(120), 60 + random.nextInt(100));
        }
        graphics.dispose();
        return jpeg(picture);
    }

    /** One of the bundled model's photographs, cropped to 4:3. */
    static byte[] photograph(String name) {
        try {
            BufferedImage whole = ImageIO.read(PHOTOGRAPHS.resolve(name).toFile());
            int width = Math.min(whole.getWidth(), whole.getHeight() * 4 / 3);
            int height = width * 3 / 4;
            BufferedImage cropped = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = cropped.createGraphics();
            int left = (whole.getWidth() - width) / 2;
            int top = (whole.getHeight() - height) / 2;
            graphics.drawImage(whole, 0, 0, 640, 480, left, top, left + width, top + height, null);
            graphics.dispose();
            return jpeg(cropped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pixels of an encoded picture. */
    static int width(byte[] picture) {
        try {
            return ImageIO.read(new ByteArrayInputStream(picture)).getWidth();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] jpeg(BufferedImage picture) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpeg", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
