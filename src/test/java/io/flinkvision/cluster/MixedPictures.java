package io.flinkvision.cluster;

import io.flinkvision.job.pipeline.JobHarness;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * What many cameras send: the test's pictures in sizes from a doorbell's to full HD, JPEG and some PNG, and now and
 * then a picture that was cut off on its way.
 */
final class MixedPictures {

    /** A size, and how many of a hundred pictures have it. */
    private record Share(int width, int height, String format, int percent) {}

    private static final String CUT_OFF = "cut off";

    private static final List<Share> SHARES = List.of(
            new Share(160, 120, "jpg", 12),
            new Share(320, 240, "jpg", 38),
            new Share(640, 480, "jpg", 31),
            new Share(640, 480, "png", 5),
            new Share(1280, 720, "jpg", 9),
            new Share(1920, 1080, "jpg", 3),
            new Share(320, 240, CUT_OFF, 2));

    private final List<List<byte[]>> pictures = SHARES.stream().map(MixedPictures::ofSize).toList();
    private final List<Integer> order = new ArrayList<>();
    private final Random random;

    /** @param seed of the order in which they come */
    MixedPictures(long seed) {
        random = new Random(seed);
        for (int share = 0; share < SHARES.size(); share++) {
            for (int i = 0; i < SHARES.get(share).percent(); i++) {
                order.add(share);
            }
        }
    }

    /** The next one. */
    byte[] next() {
        List<byte[]> same = pictures.get(order.get(random.nextInt(order.size())));
        return same.get(random.nextInt(same.size()));
    }

    private static List<byte[]> ofSize(Share share) {
        return JobHarness.pictures().stream().map(file -> scaled(JobHarness.bytes(file), share)).toList();
    }

    private static byte[] scaled(byte[] picture, Share share) {
        BufferedImage scaled = new BufferedImage(share.width(), share.height(), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = scaled.createGraphics();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            graphics.drawImage(ImageIO.read(new ByteArrayInputStream(picture)), 0, 0, share.width(), share.height(),
                    null);
            ImageIO.write(scaled, share.format().equals(CUT_OFF) ? "jpg" : share.format(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            graphics.dispose();
        }
        byte[] whole = bytes.toByteArray();
        return share.format().equals(CUT_OFF) ? Arrays.copyOf(whole, whole.length / 2) : whole;
    }
}
