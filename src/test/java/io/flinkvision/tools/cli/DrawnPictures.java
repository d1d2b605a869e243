package io.flinkvision.tools.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures of two kinds that even a small network tells apart: upright bars on red, and discs on blue. */
final class DrawnPictures {

    private static final int SIDE = 96;

    private final Random random = new Random(3);

    /** Writes upright bars, as {@code 0.png}, {@code 1.png} and so on. */
    void bars(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(folder.resolve(i + ".png"), true);
        }
    }

    /** Writes discs. */
    void discs(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(folder.resolve(i + ".png"), false);
        }
    }

    /** Writes a frame whose left half has bars or discs, and whose right half has the others. */
    void frame(Path file, boolean barsLeft) throws IOException {
        BufferedImage frame = new BufferedImage(2 * SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = frame.createGraphics();
        graphics.drawImage(picture(barsLeft), 0, 0, null);
        graphics.drawImage(picture(!barsLeft), SIDE, 0, null);
        graphics.dispose();
        write(file, frame);
    }

    private void write(Path file, boolean bars) throws IOException {
        write(file, picture(bars));
    }

    private static void write(Path file, BufferedImage picture) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(picture, "png", file.toFile());
    }

    private BufferedImage picture(boolean bars) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        int shade = 120 + random.nextInt(120);
        graphics.setColor(bars ? new Color(shade, 30, 30) : new Color(30, 30, shade));
        graphics.fillRect(0, 0, SIDE, SIDE);
        for (int i = 0; i < 4; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            int x = random.nextInt(SIDE - 20);
            if (bars) {
                graphics.fillRect(x, 0, 5 + random.nextInt(8), SIDE);
            } else {
                graphics.fillOval(x, random.nextInt(SIDE - 20), 20, 20);
            }
        }
        graphics.dispose();
        return picture;
    }
}
