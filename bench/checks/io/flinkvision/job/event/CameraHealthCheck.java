package io.flinkvision.job.event;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.event.Event.TroubleStarted;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Counts the false alarms of camera health on photographs of fixed cameras, and the troubles that are found in the same
 * when they are covered, darkened, frozen or moved: {@code bench/run camera-health BUNDLE FOLDER}, with the sets
 * {@code daynight}, {@code cnrpark} and {@code parking-regions} below it.
 *
 * <p>The photographs of a camera are a few per day, so the time between two is filled in: either one turns into the
 * other over that time, at most two hours, or it is shown until the other one is ({@code at once}), which is harder
 * than any day. To each sample of each frame noise of 3 grey levels is added; there is a frame per 30 seconds.
 */
final class CameraHealthCheck {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 192;
    private static final double NOISE = 3;
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final Duration MAX_FADE = Duration.ofHours(2);
    private static final Duration NIGHT = Duration.ofHours(3);
    private static final int DAYS = 2;
    private static final DetectionRules RULES = new DetectionRules(
            Duration.ofSeconds(1), 0.6, 0.4, Duration.ofSeconds(2), Duration.ofMinutes(5));

    private static final double[] NOISES = new Random(1).doubles(1 << 18).toArray();

    private final ImageDecoder decoder;
    private final Random random = new Random(2);

    /** A photograph of a camera. */
    private record Photo(Instant time, byte[] pixels) {}

    private CameraHealthCheck(Path bundle) {
        decoder = new ImageDecoder(DecodeLimits.DEFAULTS, ModelBundle.read(bundle).preprocessing(), Reduction.NONE,
                Measuring.STATISTICS);
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        Random noise = new Random(1);
        for (int i = 0; i < NOISES.length; i++) {
            NOISES[i] = NOISE * noise.nextGaussian();
        }
        CameraHealthCheck check = new CameraHealthCheck(Path.of(arguments[0]));
        Map<String, List<Photo>> webcams = cameras(folder.resolve("daynight"), "([0-9x]+)_([0-9]{8}_[0-9]{6})\\.jpg",
                "yyyyMMdd_HHmmss");
        Map<String, List<Photo>> park = cameras(folder.resolve("parking-regions"),
                "(20)([0-9-]{8}_[0-9_]{8})\\..*", "yy-MM-dd_HH_mm_ss");
        Map<String, List<Photo>> spaces = cameras(folder.resolve("cnrpark"),
                "([AB])_([0-9]{8}_[0-9]{4})_([0-9]+)\\.jpg", "yyyyMMdd_HHmm");
        Map<String, List<Photo>> all = new TreeMap<>(webcams);
        all.putAll(park);
        check.found(all);
        check.falseAlarms("webcams by day and night", webcams, true, DAYS);
        check.falseAlarms("car park, all frames as one day", park, true, DAYS);
        check.falseAlarms("single parking spaces", spaces, false, 1);
    }

    /** Groups 1 and 3 of the pattern are the camera, group 2 is the time. */
    private static Map<String, List<Photo>> cameras(Path folder, String pattern, String time) throws IOException {
        Pattern name = Pattern.compile(pattern);
        Map<String, List<Photo>> cameras = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            Matcher matcher = name.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                String camera = matcher.group(1) + (matcher.groupCount() > 2 ? "-" + matcher.group(3) : "");
                cameras.computeIfAbsent(camera, any -> new ArrayList<>()).add(new Photo(
                        LocalDateTime.parse(matcher.group(2), DateTimeFormatter.ofPattern(time))
                                .toInstant(ZoneOffset.UTC), pixels(ImageIO.read(file.toFile()), 0, 0, 1)));
            }
        }
        return cameras;
    }

    /** A part of a photograph at the size of a frame. */
    private static byte[] pixels(BufferedImage photo, double left, double top, double part) {
        BufferedImage small = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        int x = (int) (left * photo.getWidth());
        int y = (int) (top * photo.getHeight());
        graphics.drawImage(photo, 0, 0, WIDTH, HEIGHT, x, y, x + (int) (part * photo.getWidth()),
                y + (int) (part * photo.getHeight()), null);
        graphics.dispose();
        return ((DataBufferByte) small.getRaster().getDataBuffer()).getData().clone();
    }

    private void falseAlarms(String set, Map<String, List<Photo>> cameras, boolean asOneDay, int days) {
        for (boolean fading : new boolean[] {true, false}) {
            Map<String, Integer> alarms = new TreeMap<>();
            int with = 0;
            double hours = 0;
            int photos = 0;
            for (List<Photo> ofCamera : cameras.values()) {
                List<Photo> photosInOrder = asOneDay
                        ? inADay(ofCamera)
                        : ofCamera.stream().sorted(Comparator.comparing(Photo::time)).toList();
                List<Event> events = new Run(Function.identity()).play(repeated(photosInOrder, days), fading);
                photos += ofCamera.size();
                hours += Duration.between(photosInOrder.get(0).time(), last(photosInOrder)).toMinutes() / 60.0 * days;
                long started = events.stream().filter(TroubleStarted.class::isInstance)
                        .peek(event -> alarms.merge(((TroubleStarted) event).trouble().id(), 1, Integer::sum)).count();
                with += started > 0 ? 1 : 0;
            }
            System.out.printf("%s | %d cameras, %d photographs, %.0f hours | %s | false alarms %s at %d cameras%n",
                    set, cameras.size(), photos, hours, fading ? "fading" : "at once", alarms, with);
        }
    }

    private static Instant last(List<Photo> photos) {
        return photos.get(photos.size() - 1).time();
    }

    /** By the time of the day. */
    private static List<Photo> inADay(List<Photo> photos) {
        return photos.stream()
                .map(photo -> new Photo(Instant.EPOCH.plus(Duration.ofSeconds(
                        photo.time().getEpochSecond() % Duration.ofDays(1).toSeconds())), photo.pixels()))
                .sorted(Comparator.comparing(Photo::time))
                .toList();
    }

    /** Several such days, with the last photograph until the first of the next day. */
    private static List<Photo> repeated(List<Photo> photos, int count) {
        List<Photo> days = new ArrayList<>();
        Duration length = Duration.between(photos.get(0).time(), last(photos)).plus(NIGHT);
        for (int day = 0; day < count; day++) {
            Duration shift = length.multipliedBy(day);
            photos.forEach(photo -> days.add(new Photo(photo.time().plus(shift), photo.pixels())));
        }
        return days;
    }

    /** One camera, from its first photograph to its last. */
    private final class Run {

        private final Function<byte[], byte[]> look;
        private final EventDetector detector = new EventDetector(RULES);
        private final List<Event> events = new ArrayList<>();
        private CameraState state = CameraState.UNKNOWN;
        private int number;

        private Run(Function<byte[], byte[]> look) {
            this.look = look;
        }

        private List<Event> play(List<Photo> photos, boolean fading) {
            for (int i = 0; i + 1 < photos.size(); i++) {
                play(photos.get(i), photos.get(i + 1), fading);
            }
            return events;
        }

        private void play(Photo from, Photo to, boolean fading) {
            long millis = Duration.between(from.time(), to.time()).toMillis();
            long fade = Math.min(millis, MAX_FADE.toMillis());
            for (long at = 0; at < millis; at += STEP.toMillis()) {
                double part = fading ? Math.max(0, (double) (at - (millis - fade)) / fade) : 0;
                frame(from.time().plusMillis(at), blended(from.pixels(), to.pixels(), part));
            }
        }

        private void frame(Instant time, byte[] pixels) {
            Decoded decoded = (Decoded) decoder.decodeRaw(look.apply(pixels), WIDTH, HEIGHT, RawFormat.BGR24);
            EventDetector.Step step = detector.frame(state, new Frame("t-0-" + number++, time, List.of(),
                    Optional.empty(), false, decoded.statistics()));
            state = step.state();
            events.addAll(step.events());
        }
    }

    private byte[] blended(byte[] from, byte[] to, double part) {
        byte[] pixels = new byte[from.length];
        int next = random.nextInt(NOISES.length);
        for (int i = 0; i < pixels.length; i++) {
            double level = (from[i] & 0xff) * (1 - part) + (to[i] & 0xff) * part;
            pixels[i] = clipped(level + NOISES[next++ & NOISES.length - 1]);
        }
        return pixels;
    }

    private static byte clipped(double level) {
        return (byte) Math.max(0, Math.min(255, Math.round(level)));
    }

    // Troubles.

    /** Shows each photograph for half an hour, and then in trouble for ten minutes. */
    private void found(Map<String, List<Photo>> cameras) {
        Map<String, Function<byte[], byte[]>> troubles = new TreeMap<>(Map.of(
                "covered by a hand", pixels -> covered(pixels, 0.3),
                "covered by paper", pixels -> covered(pixels, 1),
                "dark", pixels -> dimmed(pixels, 0.02),
                "light switched off", pixels -> dimmed(pixels, 0.3)));
        for (int percent : new int[] {5, 10, 15, 20, 25, 30, 40, 50, 70, 100}) {
            troubles.put("moved by %3d %% of the width".formatted(percent), pixels -> moved(pixels, percent / 100.0));
        }
        List<Photo> photos = cameras.values().stream().flatMap(List::stream).toList();
        for (Map.Entry<String, Function<byte[], byte[]>> trouble : troubles.entrySet()) {
            Map<String, Integer> found = new TreeMap<>();
            for (Photo photo : photos) {
                Run run = new Run(Function.identity());
                for (int i = 0; i < 80; i++) {
                    byte[] seen = moved(photo.pixels(), 0);
                    byte[] pixels = i < 60 ? seen : trouble.getValue().apply(
                            trouble.getKey().startsWith("moved") ? photo.pixels() : seen);
                    run.frame(photo.time().plus(STEP.multipliedBy(i)), blended(pixels, pixels, 0));
                }
                String names = run.events.stream().filter(TroubleStarted.class::isInstance)
                        .map(event -> ((TroubleStarted) event).trouble().id()).collect(Collectors.joining("+"));
                found.merge(names.isEmpty() ? "nothing" : names, 1, Integer::sum);
            }
            System.out.printf("%s | %d photographs | %s%n", trouble.getKey(), photos.size(), found);
        }
    }

    /** The left half of a photograph's width, or one further to the right. */
    private static byte[] moved(byte[] pixels, double part) {
        byte[] view = new byte[pixels.length];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int from = (int) (x / 2.0 + part * WIDTH / 2);
                System.arraycopy(pixels, 3 * (WIDTH * y + from), view, 3 * (WIDTH * y + x), 3);
            }
        }
        return view;
    }

    /** Of everything only the mean colour is left, a little brighter at one side. */
    private static byte[] covered(byte[] pixels, double light) {
        double mean = 0;
        for (byte level : pixels) {
            mean += level & 0xff;
        }
        mean /= pixels.length;
        byte[] view = new byte[pixels.length];
        for (int i = 0; i < view.length; i++) {
            view[i] = clipped(light * mean * (0.9 + 0.2 * (i / 3 % WIDTH) / WIDTH));
        }
        return view;
    }

    private static byte[] dimmed(byte[] pixels, double light) {
        byte[] view = new byte[pixels.length];
        for (int i = 0; i < view.length; i++) {
            view[i] = clipped((pixels[i] & 0xff) * light);
        }
        return view;
    }
}
