package io.flinkvision.tools.teach;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;

/** Frames of an invented camera. */
final class Frames {

    static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private static final int SIDE = 96;

    private final Random random = new Random(5);

    private Frames() {}

    static Frames drawn() {
        return new Frames();
    }

    /** Bytes that begin as a JPEG does, and are different for each number. */
    static NewPicture jpeg(int number) {
        return jpeg(number, NOON.plusSeconds(number));
    }

    static NewPicture jpeg(int number, Instant at) {
        byte[] bytes = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) (number >> 8), (byte) number, 1, 2, 3};
        return new NewPicture(at, bytes, Optional.empty());
    }

    /** Upright bars on red, or discs on blue, which even a small network tells apart. */
    NewPicture png(boolean bars, Instant at) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        int shade = 120 + random.nextInt(120);
        graphics.setColor(bars ? new Color(shade, 30, 30) : new Color(30, 30, shade));
        graphics.fillRect(0, 0, SIDE, SIDE);
        for (int i = 0; i < 4; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            int x = random.nextInt(SIDE - 20);
            if (bars) {
                graphics.fillRect(x, 0, 8, SIDE);
            } else {
                graphics.fillOval(x, random.nextInt(SIDE - 30), 30, 30);
            }
        }
        graphics.dispose();
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, "png", bytes);
            return new NewPicture(at, bytes.toByteArray(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
