package io.flinkvision.job.event;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.PixelEncoder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.ViewStatistics;
import java.util.Arrays;
import java.util.Random;

/**
 * What a camera sees, drawn and measured: a bright sky, ground, and coloured things before both, with the noise of a
 * sensor.
 */
public final class DrawnScene implements AutoCloseable {

    public static final int WIDTH = 128;
    public static final int HEIGHT = 96;

    private static final int MARGIN = 200;
    private static final int THINGS = 150;
    private static final int LARGEST = 40;
    private static final double NOISE = 4;

    private final ImageDecoder decoder;
    private final int[] world = new int[(WIDTH + 2 * MARGIN) * (HEIGHT + 2 * MARGIN)];
    private final Random noise;

    /** Drawn once, since it takes longer to draw than all else. */
    private final double[] noises;

    /** How a frame is seen. Fields that are not set are those of a clear day. */
    public static final class Look {
        private double light = 1;
        private boolean infrared;
        private boolean covered;
        private int right;
        private int down;
        private int movingThings;

        public Look light(double times) {
            light = times;
            return this;
        }

        /** The sensor sees infrared, which a lamp at the camera sends: no colour, bright in the middle, no sky. */
        public Look infrared() {
            infrared = true;
            return this;
        }

        /** Something is so close before the lens that only its colour is seen. */
        public Look covered() {
            covered = true;
            return this;
        }

        /** The camera is turned. */
        public Look turned(int pixelsRight, int pixelsDown) {
            right = pixelsRight;
            down = pixelsDown;
            return this;
        }

        public Look busy(int things) {
            movingThings = things;
            return this;
        }
    }

    public DrawnScene(long seed, Preprocessing preprocessing) {
        decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing, Reduction.NONE, Measuring.STATISTICS);
        noise = new Random(seed + 1);
        noises = noise.doubles(1 << 16).map(any -> NOISE * noise.nextGaussian()).toArray();
        Random random = new Random(seed);
        int width = WIDTH + 2 * MARGIN;
        int height = HEIGHT + 2 * MARGIN;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                world[width * y + x] = y < MARGIN + HEIGHT / 3 ? 0xb0c8f0 : 0x607050 + 0x010101 * (y % 32);
            }
        }
        for (int thing = 0; thing < 8 * THINGS; thing++) {
            rectangle(random.nextInt(width), MARGIN / 2 + random.nextInt(height), 4 + random.nextInt(LARGEST),
                    4 + random.nextInt(LARGEST), random.nextInt(0x1000000));
        }
    }

    private void rectangle(int left, int top, int wide, int high, int colour) {
        int width = WIDTH + 2 * MARGIN;
        for (int y = top; y < Math.min(top + high, HEIGHT + 2 * MARGIN); y++) {
            for (int x = left; x < Math.min(left + wide, width); x++) {
                world[width * y + x] = colour;
            }
        }
    }

    /** What is measured of a frame. */
    ViewStatistics frame(Look look) {
        return ((Decoded) decoder.decodeRaw(pixels(look), WIDTH, HEIGHT, RawFormat.BGR24)).statistics().orElseThrow();
    }

    /** A frame as a camera sends it. */
    public byte[] jpeg(Look look) {
        try (PixelEncoder encoder = new PixelEncoder(90)) {
            return encoder.encode(new RawPicture(pixels(look), WIDTH, HEIGHT, RawFormat.BGR24)).orElseThrow();
        }
    }

    private byte[] pixels(Look look) {
        int[] picture = new int[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            System.arraycopy(world, (WIDTH + 2 * MARGIN) * (MARGIN + y + look.down) + MARGIN + look.right, picture,
                    WIDTH * y, WIDTH);
        }
        for (int thing = 0; thing < look.movingThings; thing++) {
            int left = noise.nextInt(WIDTH - 20);
            int top = HEIGHT / 2 + noise.nextInt(HEIGHT / 2 - 20);
            int colour = noise.nextInt(0x1000000);
            for (int y = top; y < top + 20; y++) {
                Arrays.fill(picture, WIDTH * y + left, WIDTH * y + left + 20, colour);
            }
        }
        byte[] pixels = new byte[picture.length * 3];
        int next = noise.nextInt(noises.length);
        for (int i = 0; i < picture.length; i++) {
            int pixel = look.covered ? 0x5a4a40 + i / WIDTH / 8 * 0x010101 : picture[i];
            double grey = ((pixel >> 16 & 0xff) + 2 * (pixel >> 8 & 0xff) + (pixel & 0xff)) / 4.0;
            for (int channel = 0; channel < 3; channel++) {
                double level = look.infrared ? (grey + reflected(pixel)) / 2 * lamp(i) : (pixel >> 8 * channel & 0xff) * look.light;
                pixels[3 * i + channel] = (byte) clipped(level + noises[next++ & noises.length - 1]);
            }
        }
        return pixels;
    }

    /** Of infrared light, which has little to do with the colour: leaves are white, and many blacks are grey. */
    private static int reflected(int colour) {
        return (colour >> 4) * 0x9e3779b1 >>> 24;
    }

    private static double lamp(int pixel) {
        double x = (pixel % WIDTH - WIDTH / 2.0) / WIDTH;
        double y = (pixel / WIDTH - HEIGHT * 0.6) / HEIGHT;
        return pixel / WIDTH < HEIGHT / 3 ? 0.1 : Math.max(0.1, 1.1 - 1.6 * (x * x + y * y) * 2);
    }

    private static int clipped(double level) {
        return (int) Math.max(0, Math.min(255, level));
    }

    @Override
    public void close() {
        decoder.close();
    }
}
