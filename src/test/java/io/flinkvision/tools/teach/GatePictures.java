package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Frames of a yard with a gate that is open or shut, each in a light and with clutter of its own. */
public final class GatePictures {

    /** The gate and some of the wall around it; the gate itself is at the right end of it. */
    public static final RegionBox BOX = new RegionBox(0.25, 0.25, 0.5, 0.5);

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private GatePictures() {}

    public static byte[] open(int number) {
        return drawn(number, true);
    }

    public static byte[] shut(int number) {
        return drawn(number, false);
    }

    private static byte[] drawn(int number, boolean open) {
        Random random = new Random(number);
        float light = 0.45f + 0.5f * random.nextFloat();
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(Color.getHSBColor(0.3f, 0.15f, light));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        graphics.setColor(Color.getHSBColor(0.08f, 0.5f, light));
        for (int i = 0; i < 6; i++) {
            graphics.fillRect(random.nextInt(WIDTH), random.nextInt(HEIGHT), 12, 12);
        }
        graphics.setColor(Color.getHSBColor(0.6f, 0.4f, open ? light * 0.2f : light));
        graphics.fillRect(180, 90, 50, 60);
        if (!open) {
            graphics.setColor(Color.getHSBColor(0f, 0.8f, light));
            for (int x = 182; x < 230; x += 8) {
                graphics.fillRect(x, 90, 4, 60);
            }
        }
        graphics.dispose();
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpeg", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
