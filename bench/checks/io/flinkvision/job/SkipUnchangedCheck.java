package io.flinkvision.job;

import com.sun.management.OperatingSystemMXBean;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.pipeline.ClassifyPipeline;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures the savings and the cost of skip-unchanged, and how often reused labels equal those that the network would
 * have given, in jobs of one subtask: {@code bench/run skip-unchanged speed BUNDLE PHOTOS FRAMES ROUNDS}, or
 * {@code agreement BUNDLE PHOTOS MAX_PHOTOS}. Frames are made from photographs: JPEGs of 640 x 480 pixels, with noise of
 * 3 grey levels per sample.
 */
final class SkipUnchangedCheck {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final double NOISE = 3;
    private static final int FRAMES_A_SCENE = 40;
    private static final int FRAMES_OF_SPEED = 64;
    private static final long FRAME_MILLIS = 250;
    private static final int[] THRESHOLDS = {4, 8, 16, 24};
    private static final int THRESHOLD = 8;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static List<byte[]> frames = List.of();

    private static final Queue<Classification> ANSWERS = new ConcurrentLinkedQueue<>();

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
        Map<String, List<byte[]>> scenes = new TreeMap<>();
        Random random = new Random(1);
        BufferedImage scene = ImageIO.read(photos.get(0).toFile());
        for (int i = 0; i < FRAMES_OF_SPEED; i++) {
            scenes.computeIfAbsent("static", name -> new ArrayList<>()).add(jpeg(frame(scene, 0, 0), random));
            scenes.computeIfAbsent("changing", name -> new ArrayList<>())
                    .add(jpeg(frame(ImageIO.read(photos.get(i % photos.size()).toFile()), 0, 0), random));
        }
        scenes.put("repeated", scenes.get("static").subList(0, 1));
        Map<String, String[]> options = new TreeMap<>(Map.of(
                "off", new String[] {},
                "on", new String[] {"skip-unchanged.threshold=" + THRESHOLD}));
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, List<byte[]>> shown : scenes.entrySet()) {
                Map<String, Double> cpu = new TreeMap<>();
                for (Map.Entry<String, String[]> option : options.entrySet()) {
                    frames = shown.getValue();
                    Speed speed = run(bundle, count, option.getValue());
                    cpu.put(option.getKey(), speed.cpuMillis());
                    System.out.println((round < 0 ? "warm-up" : "round " + round) + " | " + shown.getKey() + " | "
                            + option.getKey() + " | " + speed);
                }
                System.out.printf(Locale.ROOT, "%s | %s | on / off | %.2f%n", round < 0 ? "warm-up" : "round " + round,
                        shown.getKey(), cpu.get("on") / cpu.get("off"));
            }
        }
    }

    /** Of a run, without its first fifth. */
    private record Speed(double cpuMillis, double framesPerSecond) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f ms CPU a frame | %.1f frames/s", cpuMillis, framesPerSecond);
        }
    }

    private static Speed run(Path bundle, int count, String... options) throws Exception {
        DataGeneratorSource<RawRecord> source = new DataGeneratorSource<>(
                index -> record(index, count), count, RecordTypeInformation.RAW_RECORD);
        run(bundle, source, new DiscardingSink<>(), options);
        double measured = count - count / 5;
        return new Speed((cpu() - WARM_CPU.get()) / 1e6 / measured,
                measured / ((System.nanoTime() - WARM_TIME.get()) / 1e9));
    }

    private static void run(Path bundle, DataGeneratorSource<RawRecord> source, Sink<Classification> labels,
            String... options) throws Exception {
        List<String> overrides = new ArrayList<>(List.of("model.bundle=" + bundle, "parallelism=1",
                "crash-guard.enabled=true", "checkpoint-interval=10 s"));
        overrides.addAll(List.of(options));
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), overrides);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
        ClassifyJob.configure(environment, job);
        ClassifyJob.addTo(environment, job, new ClassifyPipeline(source, Optional.empty(), Optional.empty(),
                labels, new DiscardingSink<>(), Optional.empty(), Optional.empty(), Optional.empty()));
        environment.execute();
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

    private static void agreement(Path folder, List<Path> photos, int most) throws Exception {
        ModelBundle bundle = ModelBundle.read(folder);
        int step = Math.max(1, photos.size() / most);
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing());
                Classifier classifier = Classifier.load(bundle)) {
            for (Scene scene : Scene.values()) {
                Random random = new Random(7);
                List<byte[]> seen = new ArrayList<>();
                for (int photo = 0; photo + step <= photos.size(); photo += step) {
                    BufferedImage background = ImageIO.read(photos.get(photo).toFile());
                    BufferedImage visitor = ImageIO.read(photos.get((photo + step) % photos.size()).toFile());
                    for (int i = 0; i < FRAMES_A_SCENE; i++) {
                        seen.add(jpeg(picture(scene, i, background, visitor, random), random));
                    }
                }
                frames = seen;
                List<Label> own = seen.stream()
                        .map(jpeg -> classifier.classify(((Decoded) decoder.decode(jpeg)).input(), 1).get(0)).toList();
                for (int threshold : THRESHOLDS) {
                    System.out.println(scene + " | threshold " + threshold + " | " + compared(folder, own, threshold));
                }
            }
        }
    }

    /** A job's answers against what the network gives each frame. */
    private static Tally compared(Path folder, List<Label> own, int threshold) throws Exception {
        ANSWERS.clear();
        run(folder, new DataGeneratorSource<>(SkipUnchangedCheck::timed, own.size(), RecordTypeInformation.RAW_RECORD),
                new Answers(), "skip-unchanged.threshold=" + threshold);
        Tally tally = new Tally();
        for (Classification answer : ANSWERS) {
            tally.frames++;
            if (answer.reused().isPresent()) {
                Label taken = answer.labels().get(0);
                Label right = own.get((int) ((RecordCoordinates) answer.source()).offset());
                double error = Math.abs(taken.score() - right.score());
                tally.reused++;
                tally.sameFirst += taken.index() == right.index() ? 1 : 0;
                tally.scoreError += error;
                tally.largestScoreError = Math.max(tally.largestScoreError, error);
            }
        }
        if (tally.frames != own.size()) {
            throw new IllegalStateException(tally.frames + " answers for " + own.size() + " frames");
        }
        return tally;
    }

    /** Of one camera per photograph, which sends four frames a second. */
    private static RawRecord timed(long index) {
        String camera = "camera-" + index / FRAMES_A_SCENE;
        return new RawRecord(new RecordCoordinates("images", 0, index),
                Optional.of(camera.getBytes(StandardCharsets.UTF_8)), Optional.of(frames.get((int) index)),
                List.of(RecordHeader.text(RecordHeader.CAPTURE_TIME,
                        Long.toString(START.toEpochMilli() + FRAME_MILLIS * (index % FRAMES_A_SCENE)))));
    }

    /** Keeps the answers of a job in this process. */
    private static final class Answers implements Sink<Classification> {

        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<Classification> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(Classification answer, Context context) {
                    ANSWERS.add(answer);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
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
