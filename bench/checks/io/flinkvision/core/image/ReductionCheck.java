package io.flinkvision.core.image;

import io.flinkvision.SideBySide;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier.Features;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Interval;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the effect of {@code decode.reduced} on photographs: {@code bench/run reduction BUNDLE FOLDER CHANGED}. The
 * pictures are compared as they are, and scaled down to sizes of cameras as JPEGs of quality 85. CHANGED becomes a
 * table, separated by tabs, of those that get another first label. To judge the figures by, the JPEGs of cameras are
 * also compared with those of quality 90, both decoded whole.
 */
final class ReductionCheck implements AutoCloseable {

    private static final double[] MARGINS = {1, 1.4, 2, 2.4, 2.8, 3.2, 4, 5.6, 8};
    private static final String AS_THEY_ARE = "as they are";

    /** A first label that is this far ahead of the second one is no near-tie. */
    private static final double CLEAR_LEAD = 0.05;

    private static final int QUALITY = 85;
    private static final int OTHER_QUALITY = 90;
    private static final int TIMED_PICTURES = 16;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 9;

    private final Preprocessing preprocessing;
    private final int classes;
    private final FeatureClassifier network;
    private final Map<String, List<Comparison>> sets = new LinkedHashMap<>();
    private final Map<String, List<byte[]>> timed = new LinkedHashMap<>();

    private ReductionCheck(ModelBundle bundle) {
        this.preprocessing = bundle.preprocessing();
        this.classes = bundle.labels().size();
        this.network = FeatureClassifier.load(bundle, new Device.Cpu());
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: bench/run reduction BUNDLE FOLDER CHANGED");
            System.exit(2);
        }
        try (ReductionCheck check = new ReductionCheck(ModelBundle.read(Path.of(arguments[0])));
                CameraPictures cameras = new CameraPictures(QUALITY);
                CameraPictures others = new CameraPictures(OTHER_QUALITY)) {
            List<Path> files = photographs(Path.of(arguments[1]));
            for (int i = 0; i < files.size(); i++) {
                byte[] photograph = Files.readAllBytes(files.get(i));
                if (check.refuses(photograph)) {
                    System.out.println("Refused, and left out: " + files.get(i));
                    continue;
                }
                boolean isTimed = i * TIMED_PICTURES / files.size() != (i + 1) * TIMED_PICTURES / files.size();
                check.add(AS_THEY_ARE, files.get(i), photograph, Optional.empty(), isTimed);
                Map<String, byte[]> otherFrames = others.of(photograph);
                for (Map.Entry<String, byte[]> frame : cameras.of(photograph).entrySet()) {
                    check.add(frame.getKey(), files.get(i), frame.getValue(),
                            Optional.of(otherFrames.get(frame.getKey())), isTimed);
                }
            }
            check.sets.keySet().forEach(check::print);
            check.writeChanged(Path.of(arguments[2]));
        }
    }

    private static List<Path> photographs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches("(?i).*\\.jpe?g")).sorted().toList();
        }
    }

    /** What the network makes of a picture that was decoded at some scale. */
    private record Seen(float[] unit, List<Label> labels, ViewStatistics statistics) {

        Label first() {
            return labels.get(0);
        }

        /** How far the first label is ahead of the second one. */
        double lead() {
            return first().score() - labels.get(1).score();
        }

        double score(Label label) {
            return labels.stream().filter(each -> each.index() == label.index()).findFirst().orElseThrow().score();
        }
    }

    /**
     * A picture at the scales that the margins ask for.
     *
     * @param chosen the scale for each margin
     * @param encodedOtherwise of another quality, as a whole
     */
    private record Comparison(Path file, int width, int height, List<JpegScale> chosen, Map<JpegScale, Seen> scales,
            Optional<Seen> encodedOtherwise) {

        Seen whole() {
            return scales.get(JpegScale.WHOLE);
        }

        Seen at(int margin) {
            return scales.get(chosen.get(margin));
        }

        boolean isReduced(int margin) {
            return chosen.get(margin) != JpegScale.WHOLE;
        }

        boolean keepsLabel(Seen other) {
            return other.first().index() == whole().first().index();
        }

        double scoreDifference(Seen other) {
            return Math.abs(other.score(whole().first()) - whole().first().score());
        }

        double cosine(Seen other) {
            return IntStream.range(0, other.unit().length)
                    .mapToDouble(i -> (double) other.unit()[i] * whole().unit()[i])
                    .sum();
        }

        double detail(Seen other) {
            return other.statistics().detail() / Math.max(1e-4, whole().statistics().detail());
        }
    }

    private void add(String set, Path file, byte[] picture, Optional<byte[]> encodedOtherwise, boolean isTimed) {
        List<JpegScale> chosen = new ArrayList<>();
        Map<JpegScale, Seen> scales = new EnumMap<>(JpegScale.class);
        Decoded whole = decoded(picture, Reduction.NONE);
        scales.put(JpegScale.WHOLE, seen(whole));
        for (double margin : MARGINS) {
            Reduction reduction = new Reduction(margin);
            JpegScale scale =
                    reduction.scale(whole.width(), whole.height(), List.of(View.WHOLE), preprocessing);
            chosen.add(scale);
            scales.computeIfAbsent(scale, absent -> seen(decoded(picture, reduction)));
        }
        sets.computeIfAbsent(set, absent -> new ArrayList<>())
                .add(new Comparison(file, whole.width(), whole.height(), chosen, scales,
                        encodedOtherwise.map(other -> seen(decoded(other, Reduction.NONE)))));
        if (isTimed) {
            timed.computeIfAbsent(set, absent -> new ArrayList<>()).add(picture);
        }
    }

    private boolean refuses(byte[] photograph) {
        try (ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing)) {
            return decoder.decode(photograph) instanceof Rejected;
        }
    }

    private Decoded decoded(byte[] picture, Reduction reduction) {
        try (ImageDecoder decoder =
                new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing, reduction, Measuring.STATISTICS)) {
            return (Decoded) decoder.decode(picture);
        }
    }

    private Seen seen(Decoded decoded) {
        Features features = network.features(List.of(decoded.input())).get(0);
        return new Seen(features.unit(), network.classify(features, classes), decoded.statistics().orElseThrow());
    }

    private void print(String set) {
        List<Comparison> all = sets.get(set);
        System.out.printf("%s: %d pictures%n", set, all.size());
        for (int margin = 0; margin < MARGINS.length; margin++) {
            int at = margin;
            List<Comparison> reduced = all.stream().filter(picture -> picture.isReduced(at)).toList();
            System.out.printf(Locale.ROOT, "  margin %.1f: %s%n", MARGINS[margin], scales(reduced, margin));
            print(reduced, picture -> picture.at(at));
        }
        List<Comparison> others = all.stream().filter(picture -> picture.encodedOtherwise().isPresent()).toList();
        System.out.printf("  of quality %d, not %d%n", OTHER_QUALITY, QUALITY);
        print(others, picture -> picture.encodedOtherwise().orElseThrow());
        time(all, timed.getOrDefault(set, List.of()));
    }

    private static String scales(List<Comparison> reduced, int margin) {
        return reduced.isEmpty() ? "none reduced" : reduced.stream()
                .collect(Collectors.groupingBy(
                        picture -> picture.chosen().get(margin), () -> new EnumMap<>(JpegScale.class),
                        Collectors.counting()))
                .entrySet().stream()
                .map(scale -> scale.getValue() + " at 1/" + scale.getKey().divisor())
                .collect(Collectors.joining(", "));
    }

    private static void print(List<Comparison> pictures, Function<Comparison, Seen> other) {
        if (pictures.isEmpty()) {
            return;
        }
        printAgreement("same label", pictures, other);
        printAgreement("where it led by " + CLEAR_LEAD,
                pictures.stream().filter(picture -> picture.whole().lead() >= CLEAR_LEAD).toList(), other);
        System.out.printf(Locale.ROOT, "    those that changed led by at most %.4f%n", pictures.stream()
                .filter(picture -> !picture.keepsLabel(other.apply(picture)))
                .mapToDouble(picture -> picture.whole().lead())
                .max().orElse(0));
        double[] differences = sorted(pictures, picture -> picture.scoreDifference(other.apply(picture)));
        double[] cosines = sorted(pictures, picture -> picture.cosine(other.apply(picture)));
        double[] details = sorted(pictures, picture -> picture.detail(other.apply(picture)));
        System.out.printf(Locale.ROOT, "    score differs by %.4f, at most by %.3f%n", mean(differences),
                differences[differences.length - 1]);
        System.out.printf(Locale.ROOT, "    cosine of features %.5f, at least %.4f; detail %.3f (%.3f to %.3f)%n",
                mean(cosines), cosines[0], details[details.length / 2], details[details.length / 10],
                details[details.length - 1 - details.length / 10]);
    }

    private static void printAgreement(String what, List<Comparison> pictures, Function<Comparison, Seen> other) {
        if (!pictures.isEmpty()) {
            long same = pictures.stream().filter(picture -> picture.keepsLabel(other.apply(picture))).count();
            Interval share = Interval.wilson((double) same / pictures.size(), pictures.size());
            System.out.printf(Locale.ROOT, "    %s: %d of %d, %.1f %% (%.1f to %.1f)%n", what, same, pictures.size(),
                    100 * share.estimate(), 100 * share.low(), 100 * share.high());
        }
    }

    private static double[] sorted(List<Comparison> pictures, ToDoubleFunction<Comparison> value) {
        return pictures.stream().mapToDouble(value).sorted().toArray();
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }

    /** Decoding and resizing of some of the pictures, reduced or not. */
    private void time(List<Comparison> all, List<byte[]> pictures) {
        SideBySide turns = new SideBySide(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        List<ImageDecoder> decoders = new ArrayList<>();
        try {
            addTo(turns, "whole", Reduction.NONE, pictures, decoders);
            for (int margin = 0; margin < MARGINS.length; margin++) {
                int at = margin;
                boolean isNew = margin == 0 || all.stream()
                        .anyMatch(picture -> picture.chosen().get(at) != picture.chosen().get(at - 1));
                if (isNew && all.stream().anyMatch(picture -> picture.isReduced(at))) {
                    addTo(turns, "margin " + MARGINS[margin], new Reduction(MARGINS[margin]), pictures, decoders);
                }
            }
            turns.run(WARM_UP_ROUNDS, ROUNDS, System.out);
        } finally {
            decoders.forEach(ImageDecoder::close);
        }
    }

    private void addTo(SideBySide turns, String name, Reduction reduction, List<byte[]> pictures,
            List<ImageDecoder> decoders) {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, preprocessing, reduction);
        decoders.add(decoder);
        turns.add(name, () -> pictures.forEach(decoder::decode));
    }

    private void writeChanged(Path table) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(table), false, StandardCharsets.UTF_8)) {
            out.println("pictures\tfile\tsize\tscale\tat margins\tlabel\tscore\tscore of the other one\tother label"
                    + "\tits score\tscore of the first one");
            for (Map.Entry<String, List<Comparison>> set : sets.entrySet()) {
                for (Comparison picture : set.getValue()) {
                    picture.scales().keySet().stream()
                            .filter(scale -> !picture.keepsLabel(picture.scales().get(scale)))
                            .forEach(scale -> out.println(row(set.getKey(), picture, scale)));
                }
            }
        }
    }

    private static String row(String set, Comparison picture, JpegScale scale) {
        Seen reduced = picture.scales().get(scale);
        Label before = picture.whole().first();
        Label after = reduced.first();
        String margins = IntStream.range(0, MARGINS.length)
                .filter(margin -> picture.chosen().get(margin) == scale)
                .mapToObj(margin -> String.valueOf(MARGINS[margin]))
                .collect(Collectors.joining(" "));
        return String.format(Locale.ROOT, "%s\t%s\t%d x %d\t1/%d\t%s\t%s\t%.3f\t%.3f\t%s\t%.3f\t%.3f", set,
                picture.file().getFileName(), picture.width(), picture.height(), scale.divisor(), margins,
                before.label(), before.score(), picture.whole().score(after), after.label(), after.score(),
                reduced.score(before));
    }

    @Override
    public void close() {
        network.close();
    }
}
