package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.opencv.core.Mat;

/** Decodes tiny pictures so that their own pixels can be read back: each becomes a block of the network's square. */
final class Pixels {

    /** No sample of the picture is mixed with another. */
    static final Preprocessing UNMIXED = new Preprocessing(
            32, new ResizeRule.Stretch(), Interpolation.NEAREST, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
            Preprocessing.IMAGENET_STANDARD_DEVIATION);

    static final DecodeLimits EVERY_FORMAT = new DecodeLimits(
            1 << 20, 1 << 20, 4096, EnumSet.allOf(ImageFormat.class), Truncation.REFUSE);

    static final DecodeLimits TRUNCATED_TOO = new DecodeLimits(
            1 << 20, 1 << 20, 4096, EnumSet.allOf(ImageFormat.class), Truncation.ACCEPT);

    private Pixels() {}

    static DecodeOutcome decode(byte[] picture, DecodeLimits limits) {
        try (ImageDecoder decoder = new ImageDecoder(limits, UNMIXED, Reduction.NONE)) {
            return decoder.decode(picture);
        }
    }

    static Decoded decoded(byte[] picture, DecodeLimits limits) {
        DecodeOutcome outcome = decode(picture, limits);
        assertThat(outcome).isInstanceOf(Decoded.class);
        return (Decoded) outcome;
    }

    static Rejected rejected(byte[] picture, DecodeLimits limits) {
        DecodeOutcome outcome = decode(picture, limits);
        assertThat(outcome).isInstanceOf(Rejected.class);
        return (Rejected) outcome;
    }

    /** The bytes of 8-bit pixels, row by row. */
    static byte[] of(Mat mat) {
        byte[] pixels = new byte[(int) (mat.total() * mat.elemSize())];
        mat.get(0, 0, pixels);
        return pixels;
    }

    /** The colours of a picture of at most 32 x 32 pixels, row by row, as a style sheet writes them: {@code ff0000}. */
    static List<String> colours(byte[] picture) {
        return colours(decoded(picture, EVERY_FORMAT));
    }

    static List<String> colours(Decoded decoded) {
        List<String> colours = new ArrayList<>();
        for (int y = 0; y < decoded.height(); y++) {
            for (int x = 0; x < decoded.width(); x++) {
                int[] rgb = colour(decoded, x, y);
                colours.add("%02x%02x%02x".formatted(rgb[0], rgb[1], rgb[2]));
            }
        }
        return colours;
    }

    /** The red, green and blue of one pixel. */
    static int[] colour(Decoded decoded, int x, int y) {
        int size = decoded.input().width();
        int column = (int) ((x + 0.5) * size / decoded.width());
        int row = (int) ((y + 0.5) * size / decoded.height());
        int[] rgb = new int[3];
        for (int i = 0; i < 3; i++) {
            rgb[i] = decoded.input().samples()[(row * size + column) * 3 + i] & 0xff;
        }
        return rgb;
    }

    /** Asserts that the middle of each quarter of a picture has a colour, of which lossy formats may lose a little. */
    static void assertQuarters(Decoded decoded, int tolerance, int[]... expected) {
        for (int i = 0; i < 4; i++) {
            int[] actual = colour(
                    decoded, decoded.width() * (1 + i % 2 * 2) / 4, decoded.height() * (1 + i / 2 * 2) / 4);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(actual[channel]).as("channel %d of quarter %d", channel, i)
                        .isBetween(expected[i][channel] - tolerance, expected[i][channel] + tolerance);
            }
        }
    }

    static byte[] fixture(String name) {
        try (InputStream stream = Pixels.class.getResourceAsStream("/images/" + name)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
