package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Example;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The reasons for a head's answer to a picture.
 *
 * @param label the most probable one
 * @param score its probability, from 0 to 1
 * @param distance how unlike the picture is to all that the head was taught, from 0 to 2
 * @param unknown whether that is beyond the head's threshold
 * @param neighbours the taught pictures that are most similar, the first one first; not the picture itself
 * @param heat {@code [rows, columns]}: by how much the label's probability falls where a part of the picture is
 *     covered, from -1 to 1; high where the network looked
 */
public record Explanation(
        String label, float score, double distance, boolean unknown, List<Neighbour> neighbours, float[][] heat) {

    public Explanation {
        Objects.requireNonNull(label, "label");
        neighbours = List.copyOf(neighbours);
        Objects.requireNonNull(heat, "heat");
    }

    /** Similar pictures that are shown. */
    static final int NEIGHBOURS = 3;

    /** Parts of the picture that are covered, along each side. */
    static final int GRID = 7;

    /**
     * Asks a network and a head for their reasons, by occlusion (Zeiler and Fergus, 2014): each part of the picture is
     * covered by its mean colour in turn.
     *
     * @param input as the network wants it
     * @param taught pictures that the head was taught from
     * @param digest of the picture, which is no neighbour of its own
     */
    static Explanation of(
            RgbImage input, FeatureClassifier network, Head head, List<Example> taught, String digest) {
        float[] unit = network.features(List.of(input)).get(0).unit();
        HeadAnswer answer = head.answer(unit, 1);
        Label top = answer.labels().get(0);
        return new Explanation(top.label(), top.score(), answer.distance(), answer.unknown(),
                neighbours(unit, taught, digest), heat(input, network, head, top));
    }

    private static List<Neighbour> neighbours(float[] unit, List<Example> taught, String digest) {
        return taught.stream()
                .filter(example -> !example.digest().equals(digest) && example.unit().length == unit.length)
                .map(example -> new Neighbour(
                        example.source(), example.label(), BoxFeatures.distance(unit, example.unit())))
                .sorted(Comparator.comparing(Neighbour::distance).thenComparing(Neighbour::source))
                .limit(NEIGHBOURS)
                .toList();
    }

    private static float[][] heat(RgbImage input, FeatureClassifier network, Head head, Label label) {
        byte[] cover = meanColour(input);
        List<RgbImage> covered = IntStream.range(0, GRID * GRID)
                .mapToObj(part -> covered(input, cover, part / GRID, part % GRID))
                .toList();
        List<FeatureClassifier.Features> features = network.features(covered);
        float[][] heat = new float[GRID][GRID];
        for (int part = 0; part < covered.size(); part++) {
            heat[part / GRID][part % GRID] = label.score() - score(head, features.get(part).unit(), label);
        }
        return heat;
    }

    private static float score(Head head, float[] unit, Label label) {
        return head.answer(unit, head.description().labels().size()).labels().stream()
                .filter(other -> other.index() == label.index())
                .findFirst().orElseThrow()
                .score();
    }

    private static RgbImage covered(RgbImage input, byte[] cover, int row, int column) {
        byte[] samples = input.samples().clone();
        int left = input.width() * column / GRID;
        int right = input.width() * (column + 1) / GRID;
        for (int y = input.height() * row / GRID; y < input.height() * (row + 1) / GRID; y++) {
            for (int i = 3 * (input.width() * y + left); i < 3 * (input.width() * y + right); i++) {
                samples[i] = cover[i % 3];
            }
        }
        return new RgbImage(input.width(), input.height(), samples);
    }

    /** A grey square would be seen itself in a picture that is darker or of a colour. */
    private static byte[] meanColour(RgbImage input) {
        long[] sums = new long[3];
        for (int i = 0; i < input.samples().length; i++) {
            sums[i % 3] += input.samples()[i] & 0xff;
        }
        byte[] mean = new byte[3];
        for (int colour = 0; colour < 3; colour++) {
            mean[colour] = (byte) (sums[colour] / ((long) input.width() * input.height()));
        }
        return mean;
    }

    /**
     * A similar picture.
     *
     * @param source the {@link io.flinkvision.core.teach.Example#source} of the picture
     * @param label its label
     * @param distance 1 less the cosine between the two pictures' features, from 0 to 2
     */
    public record Neighbour(String source, String label, double distance) {

        public Neighbour {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(label, "label");
        }
    }
}
