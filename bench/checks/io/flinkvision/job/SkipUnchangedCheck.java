package io.flinkvision.job;

import com.sun.management.OperatingSystemMXBean;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.pipeline.ClassifyPipeline;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures the savings and the cost of skip-unchanged, and how often reused labels equal those that the network would
 * have given: {@code bench/run skip-unchanged speed BUNDLE PHOTOS FRAMES ROUNDS}, or {@code agreement BUNDLE PHOTOS
 * MAX_PHOTOS}. Frames are made from photographs: JPEGs of 640 x 480 pixels, with noise of 3 grey levels per sample.
 */
final class SkipUnchangedCheck {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final double NOISE = 3;
    private static final int FRAMES_A_SCENE = 40;
    private static final int THRESHOLD = 8;

    private static List<byte[]> frames = List.of();

    /** When the first fifth of the frames had been read, in nanoseconds: what is before is the start of the job. */
    private static final AtomicLong WARM_TIME = new AtomicLong();
    private static final AtomicLong WARM_CPU = new AtomicLong();

    private SkipUnchangedCheck() {}

    public static void main(String[] arguments) throws Exception {
        Path bundle = Path.of(arguments[1]).toAbsolutePath();
        List<Path> photos;
        try (Stream<Path> files = Files.list(Path.of(arguments[2]))) {
            photos = files.filter(file -> file.toString().endsWith(".JPEG")).sorted().toList();
        }
        if (arguments[0].equals("speed")) {
            speed(bundle, photos, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
        } else {
            agreement(bundle, photos, Integer.parseInt(arguments[3]));
        }
    }

    // Speed.

    private static void speed(Path bundle, List<Path> photos, int count, int rounds) throws Exception {
        List<byte[]> still = new ArrayList<>();
        List<byte[]> moving = new ArrayList<>();
        Random random = new Random(1);
        BufferedImage scene = ImageIO.read(photos.get(0).toFile());
        for (int i = 0; i < 16; i++) {
            still.add(jpeg(frame(scene, 0, 0), random));
            moving.add(jpeg(frame(ImageIO.read(photos.get(i).toFile()), 0, 0), random));
        }
        Map<String, String[]> options = new TreeMap<>(Map.of(
                "off", new String[] {},
                "on", new String[] {"skip-unchanged.threshold=" + THRESHOLD}));
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, String[]> option : options.entrySet()) {
                for (boolean changing : new boolean[] {false, true}) {
                    frames = changing ? moving : still;
                    String figures = run(bundle, count, option.getValue());
                    System.out.println((round < 0 ? "warm-up" : "round " + round) + " | "
                            + (changing ? "changing" : "static") + " | " + option.getKey() + " | " + figures);
                }
            }
        }
    }

    private static String run(Path bundle, int count, String... options) throws Exception {
        List<String> overrides = new ArrayList<>(List.of("model.bundle=" + bundle, "parallelism=1",
                "crash-guard.enabled=true", "checkpoint-interval=10 s"));
        overrides.addAll(List.of(options));
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), overrides);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
        ClassifyJob.configure(environment, job);
        DataGeneratorSource<RawRecord> source = new DataGeneratorSource<>(
                index -> record(index, count), count, RecordTypeInformation.RAW_RECORD);
        ClassifyJob.addTo(environment, job, new ClassifyPipeline(source, Optional.empty(), Optional.empty(),
                new DiscardingSink<>(), new DiscardingSink<>(), Optional.empty(), Optional.empty(), Optional.empty()));
        environment.execute();
        double measured = count - count / 5;
        return String.format(Locale.ROOT, "%.3f ms CPU a frame | %.1f frames/s",
                (cpu() - WARM_CPU.get()) / 1e6 / measured,
                measured / ((System.nanoTime() - WARM_TIME.get()) / 1e9));
    }

    private static RawRecord record(long index, int count) {
        if (index == count / 5) {
            WARM_TIME.set(System.nanoTime());
            WARM_CPU.set(cpu());
        }
        return new RawRecord(new RecordCoordinates("images", 0, index),
                Optional.of("gate".getBytes(StandardCharsets.UTF_8)),
                Optional.of(frames.get((int) (index % frames.size()))), List.of());
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    // Agreement.

    /** What happens before a camera. */
    private enum Scene { STILL, SWAY, PAN, SMALL_VISITOR, VISITOR, LIGHT }

    /** Counts of a scene under a threshold. */
    private static final class Tally {
        private int frames;
        private int reused;
        private int sameFirst;
        private double scoreError;
        private double largestScoreError;

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d frames | reused %.1f %% | of these first label the same %.1f %% |"
                            + " score off by %.3f in the mean, %.2f at the most", frames, 100.0 * reused / frames,
                    100.0 * sameFirst / Math.max(1, reused), scoreError / Math.max(1, reused), largestScoreError);
        }
    }

    private static void agreement(Path folder, List<Path> photos, int most) throws IOException {
        ModelBundle bundle = ModelBundle.read(folder);
        int step = Math.max(1, photos.size() / most);
        int[] thresholds = {2, 4, 6, 8, 12, 16, 24};
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing());
                Classifier classifier = Classifier.load(bundle)) {
            for (Scene scene : Scene.values()) {
                Tally[] tallies = Stream.generate(Tally::new).limit(thresholds.length).toArray(Tally[]::new);
                Random random = new Random(7);
                long[] nanos = new long[3];
                for (int photo = 0; photo + step <= photos.size(); photo += step) {
                    List<Seen> seen = new ArrayList<>();
                    BufferedImage background = ImageIO.read(photos.get(photo).toFile());
                    BufferedImage visitor = ImageIO.read(photos.get((photo + step) % photos.size()).toFile());
                    for (int i = 0; i < FRAMES_A_SCENE; i++) {
                        byte[] jpeg = jpeg(picture(scene, i, background, visitor, random), random);
                        seen.add(look(jpeg, decoder, classifier, nanos));
                    }
                    for (int i = 0; i < thresholds.length; i++) {
                        replay(seen, new ReuseRule(thresholds[i], Duration.ofSeconds(10)), tallies[i]);
                    }
                }
                for (int i = 0; i < thresholds.length; i++) {
                    System.out.println(scene + " | threshold " + thresholds[i] + " | " + tallies[i]);
                }
                System.out.printf(Locale.ROOT, "%s | decode %.2f ms, fingerprint %.3f ms, network %.2f ms a frame%n",
                        scene, nanos[0] / 1e6 / tallies[0].frames, nanos[1] / 1e6 / tallies[0].frames,
                        nanos[2] / 1e6 / tallies[0].frames);
            }
        }
    }

    private record Seen(ImageFingerprint fingerprint, List<Label> labels) {}

    private static Seen look(byte[] jpeg, ImageDecoder decoder, Classifier classifier, long[] nanos) {
        long start = System.nanoTime();
        RgbImage input = ((Decoded) decoder.decode(jpeg)).input();
        long decoded = System.nanoTime();
        ImageFingerprint fingerprint = ImageFingerprint.of(input);
        long fingerprinted = System.nanoTime();
        List<Label> labels = classifier.classify(input, 5);
        nanos[0] += decoded - start;
        nanos[1] += fingerprinted - decoded;
        nanos[2] += System.nanoTime() - fingerprinted;
        return new Seen(fingerprint, labels);
    }

    /** Four frames a second, by the rule, against what the network said of each. */
    private static void replay(List<Seen> seen, ReuseRule rule, Tally tally) {
        Optional<ClassifiedImage> last = Optional.empty();
        for (int i = 0; i < seen.size(); i++) {
            Seen frame = seen.get(i);
            Instant time = Instant.ofEpochMilli(250L * i);
            tally.frames++;
            if (last.filter(known -> rule.takesOver(known, frame.fingerprint(), time, "")).isPresent()) {
                Label taken = last.get().labels().get(0);
                Label own = frame.labels().get(0);
                double error = Math.abs(taken.score() - own.score());
                tally.reused++;
                tally.sameFirst += taken.index() == own.index() ? 1 : 0;
                tally.scoreError += error;
                tally.largestScoreError = Math.max(tally.largestScoreError, error);
            } else {
                last = Optional.of(new ClassifiedImage(frame.fingerprint(), frame.labels(), time, ""));
            }
        }
    }

    private static BufferedImage picture(
            Scene scene, int i, BufferedImage background, BufferedImage visitor, Random random) {
        return switch (scene) {
            case STILL -> frame(background, 0, 0);
            case SWAY -> frame(background, random.nextInt(5) - 2, random.nextInt(5) - 2);
            case PAN -> frame(background, i, 0);
            case SMALL_VISITOR -> visited(frame(background, 0, 0), visitor, i, WIDTH / 16);
            case VISITOR -> visited(frame(background, 0, 0), visitor, i, WIDTH / 4);
            case LIGHT -> lit(frame(background, 0, 0), i / 2);
        };
    }

    /** A photograph, 44 pixels larger than the frame, of which the frame shows the part that begins there. */
    private static BufferedImage frame(BufferedImage photo, int x, int y) {
        BufferedImage frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = frame.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(photo, -x - 2, -y - 2, WIDTH + 44, HEIGHT + 44, null);
        graphics.dispose();
        return frame;
    }

    /** Somebody crosses the frame from the 11th to the 30th frame. */
    private static BufferedImage visited(BufferedImage frame, BufferedImage visitor, int i, int side) {
        if (i >= 10 && i < 30) {
            Graphics2D graphics = frame.createGraphics();
            graphics.drawImage(visitor, (i - 10) * (WIDTH - side) / 19, (HEIGHT - side) / 2, side, side, null);
            graphics.dispose();
        }
        return frame;
    }

    private static BufferedImage lit(BufferedImage frame, int levels) {
        byte[] samples = samples(frame);
        for (int j = 0; j < samples.length; j++) {
            samples[j] = (byte) Math.min(255, (samples[j] & 0xff) + levels);
        }
        return frame;
    }

    private static byte[] samples(BufferedImage frame) {
        return ((DataBufferByte) frame.getRaster().getDataBuffer()).getData();
    }

    private static byte[] jpeg(BufferedImage frame, Random random) throws IOException {
        byte[] samples = samples(frame);
        double[] noise = new double[4_099];
        Arrays.setAll(noise, j -> NOISE * random.nextGaussian());
        int next = random.nextInt(noise.length);
        for (int j = 0; j < samples.length; j++) {
            next = next + 1 == noise.length ? 0 : next + 1;
            samples[j] = (byte) Math.max(0, Math.min(255, Math.round((samples[j] & 0xff) + noise[next])));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(frame, "jpeg", bytes);
        return bytes.toByteArray();
    }
}
