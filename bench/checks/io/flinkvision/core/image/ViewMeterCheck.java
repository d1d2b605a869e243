package io.flinkvision.core.image;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.inference.Classifier;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/**
 * Measures the cost of {@code decode.view-statistics}, in CPU time of one thread: {@code bench/run view-statistics
 * BUNDLE ROUNDS PICTURE...}, where a picture may be {@code raw}. Each round decodes a picture for the network,
 * classifies it, decodes it again and measures it, so that the pixels are where they are in a job; the medians are
 * compared.
 */
final class ViewMeterCheck {

    /** In place of a file: pixels as they come from a video. */
    private static final String RAW = "raw";
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final int WARM_UP = 300;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ViewMeterCheck() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 3) {
            System.err.println("usage: bench/run view-statistics BUNDLE ROUNDS PICTURE...");
            System.exit(2);
        }
        ModelBundle bundle = ModelBundle.read(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.NONE);
                UprightDecoder pixels = new UprightDecoder(DecodeLimits.DEFAULTS);
                ViewMeter meter = new ViewMeter();
                Classifier network = Classifier.load(bundle)) {
            Core.setNumThreads(1);
            for (String picture : Arrays.asList(arguments).subList(2, arguments.length)) {
                boolean raw = picture.equals(RAW);
                byte[] bytes = raw ? noise() : Files.readAllBytes(Path.of(picture));
                double[][] micros = new double[3][rounds];
                for (int round = -WARM_UP; round < rounds; round++) {
                    int at = Math.max(0, round);
                    long start = THREADS.getCurrentThreadCpuTime();
                    Decoded decoded = (Decoded) (raw
                            ? decoder.decodeRaw(bytes, WIDTH, HEIGHT, RawFormat.BGR24)
                            : decoder.decode(bytes));
                    micros[0][at] = microsSince(start);
                    network.classify(decoded.input(), 1);
                    micros[1][at] = microsSince(start);
                    Mat bgr = (raw
                            ? pixels.decodeRaw(bytes, WIDTH, HEIGHT, RawFormat.BGR24)
                            : pixels.decode(bytes, (width, height) -> JpegScale.WHOLE)).bgr();
                    start = THREADS.getCurrentThreadCpuTime();
                    meter.measure(bgr, bytes);
                    micros[2][at] = microsSince(start);
                }
                print(raw ? RAW : Path.of(picture).getFileName().toString(), bytes.length, micros);
            }
        }
    }

    private static void print(String picture, int bytes, double[][] micros) {
        double decode = median(micros[0]);
        double whole = median(micros[1]);
        double measured = median(micros[2]);
        System.out.printf(Locale.ROOT, "%s, %d bytes | decode %.0f us | with the network %.0f us | measuring %.0f us,"
                        + " %.1f %% of decoding, %.1f %% of both%n",
                picture, bytes, decode, whole, measured, 100 * measured / decode, 100 * measured / whole);
    }

    private static byte[] noise() {
        byte[] pixels = new byte[WIDTH * HEIGHT * RawFormat.BGR24.channels()];
        new Random(1).nextBytes(pixels);
        return pixels;
    }

    private static double microsSince(long start) {
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
