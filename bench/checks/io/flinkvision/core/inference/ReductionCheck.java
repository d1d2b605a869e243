package io.flinkvision.core.inference;

import io.flinkvision.SideBySide;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Quantization.Agreement;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Measures the effect of {@code decode.reduced} on pictures: {@code bench/run reduction BUNDLE FOLDER [SHORTER-SIDE]}.
 * The last argument enlarges smaller pictures first, which adds no details.
 */
final class ReductionCheck {

    private static final double[] MARGINS = {1, 1.4, 2, 2.8};
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 9;

    private ReductionCheck() {}

    public static void main(String[] arguments) throws IOException {
        ModelBundle bundle = ModelBundle.read(Path.of(arguments[0]));
        List<byte[]> pictures = pictures(
                Path.of(arguments[1]), arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0);
        try (Classifier classifier = Classifier.load(bundle)) {
            for (Interpolation interpolation : List.of(bundle.preprocessing().interpolation(), Interpolation.BICUBIC)) {
                for (double margin : MARGINS) {
                    compare(pictures, bundle.preprocessing(), interpolation, new Reduction(margin), classifier);
                }
            }
        }
    }

    private static void compare(List<byte[]> pictures, Preprocessing whole, Interpolation interpolation,
            Reduction reduction, Classifier classifier) {
        Preprocessing afterwards = new Preprocessing(whole.inputSize(), whole.resize(), interpolation,
                whole.channelOrder(), whole.mean(), whole.standardDeviation());
        List<byte[]> changed = new ArrayList<>();
        List<List<Label>> expected = new ArrayList<>();
        List<List<Label>> actual = new ArrayList<>();
        double difference = 0;
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, whole);
                ImageDecoder same = new ImageDecoder(DecodeLimits.DEFAULTS, afterwards);
                ImageDecoder reducing = new ImageDecoder(DecodeLimits.DEFAULTS, afterwards, reduction)) {
            for (byte[] picture : pictures) {
                RgbImage input = input(decoder.decode(picture));
                RgbImage reduced = input(reducing.decode(picture));
                if (Arrays.equals(input(same.decode(picture)).samples(), reduced.samples())) {
                    continue;
                }
                changed.add(picture);
                difference += difference(input.samples(), reduced.samples());
                expected.add(classifier.classify(input, 1001));
                actual.add(classifier.classify(reduced, 1001));
            }
            System.out.printf(Locale.ROOT, "margin %.1f, %s: %d of %d pictures reduced%n", reduction.margin(),
                    interpolation, changed.size(), pictures.size());
            if (changed.isEmpty()) {
                return;
            }
            Agreement agreement = Agreement.between(expected, actual);
            System.out.printf(Locale.ROOT, "  same label %d of %d (%.1f %%), score differs by %.4f, sample by %.2f%n",
                    agreement.sameLabel(), agreement.pictures(), 100 * agreement.share(),
                    agreement.meanScoreDifference(), difference / changed.size());
            new SideBySide(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime)
                    .add("whole", () -> changed.forEach(decoder::decode))
                    .add("reduced", () -> changed.forEach(reducing::decode))
                    .run(WARM_UP_ROUNDS, ROUNDS, System.out);
        }
    }

    private static RgbImage input(DecodeOutcome outcome) {
        return ((Decoded) outcome).input();
    }

    private static double difference(byte[] samples, byte[] others) {
        long sum = 0;
        for (int i = 0; i < samples.length; i++) {
            sum += Math.abs((samples[i] & 0xff) - (others[i] & 0xff));
        }
        return (double) sum / samples.length;
    }

    private static List<byte[]> pictures(Path folder, int shorterSide) throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(it -> it.toString().matches("(?i).*\\.jpe?g")).sorted().toList()) {
                pictures.add(enlarged(Files.readAllBytes(file), shorterSide));
            }
        }
        return pictures;
    }

    private static byte[] enlarged(byte[] jpeg, int shorterSide) throws IOException {
        if (shorterSide == 0) {
            return jpeg;
        }
        BufferedImage small = ImageIO.read(new ByteArrayInputStream(jpeg));
        double factor = (double) shorterSide / Math.min(small.getWidth(), small.getHeight());
        if (factor <= 1) {
            return jpeg;
        }
        BufferedImage large = new BufferedImage((int) Math.round(small.getWidth() * factor),
                (int) Math.round(small.getHeight() * factor), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = large.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(small, 0, 0, large.getWidth(), large.getHeight(), null);
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(large, "jpg", file);
        return file.toByteArray();
    }
}
