package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Example;
import io.flinkvision.tools.teach.Proposal.Mark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Puts frames into the order in which to label them: farthest-first traversal of their features (Gonzalez, 1985), which
 * starts from what is taught already.
 */
final class FarthestFirst {

    /** Taught pictures that are compared with, evenly chosen among more. */
    private static final int MAX_TAUGHT = 4_000;

    /** Two labels are close if their probabilities differ by less. */
    private static final double UNCERTAIN_MARGIN = 0.3;

    private final List<SeenFrame> frames;
    private final List<BoxFeatures> features;
    private final List<Example> taught;
    private final Optional<Head> head;

    /** Of each frame the distance to the nearest one that is taught or chosen, and the nearest that is taught. */
    private final double[] distances;
    private final int[] nearestTaught;

    private final boolean[] isDuplicate;
    private final boolean[] isChosen;

    /**
     * @param candidates in an order that is the same for the same frames
     * @param taught pictures with a label already
     * @param head the running one
     */
    FarthestFirst(Map<SeenFrame, BoxFeatures> candidates, List<Example> taught, Optional<Head> head) {
        this.frames = List.copyOf(candidates.keySet());
        this.features = frames.stream().map(candidates::get).toList();
        this.taught = evenly(taught.stream().filter(this::isComparable).toList());
        this.head = head;
        this.distances = new double[frames.size()];
        this.nearestTaught = new int[frames.size()];
        this.isDuplicate = new boolean[frames.size()];
        this.isChosen = new boolean[frames.size()];
    }

    /** Features that were kept of another network may have another number. */
    private boolean isComparable(Example example) {
        return !features.isEmpty() && example.unit().length == features.get(0).unit().length;
    }

    private static List<Example> evenly(List<Example> taught) {
        int kept = Math.min(MAX_TAUGHT, taught.size());
        return IntStream.range(0, kept)
                .mapToObj(i -> taught.get((int) ((long) i * taught.size() / kept)))
                .toList();
    }

    /** At most a number of frames, the most different ones first, near-duplicates last. */
    List<Proposal> choose(int count) {
        compareWithTaught();
        List<Proposal> proposals = new ArrayList<>();
        for (boolean duplicates : new boolean[] {false, true}) {
            for (int next = farthest(duplicates); next >= 0 && proposals.size() < count; next = farthest(duplicates)) {
                take(next);
                proposals.add(proposal(next, duplicates));
            }
        }
        return proposals;
    }

    private void compareWithTaught() {
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        Arrays.fill(nearestTaught, -1);
        for (int i = 0; i < frames.size(); i++) {
            ImageFingerprint fingerprint = features.get(i).fingerprint();
            for (int j = 0; j < taught.size(); j++) {
                double distance = BoxFeatures.distance(features.get(i).unit(), taught.get(j).unit());
                if (distance < distances[i]) {
                    distances[i] = distance;
                    nearestTaught[i] = j;
                }
                isDuplicate[i] |= fingerprint.isNearDuplicateOf(taught.get(j).fingerprint());
            }
        }
    }

    /** The next frame, of equally distant ones the first; -1 if there is none. */
    private int farthest(boolean duplicates) {
        int farthest = -1;
        for (int i = 0; i < frames.size(); i++) {
            if (!isChosen[i] && isDuplicate[i] == duplicates && (farthest < 0 || distances[i] > distances[farthest])) {
                farthest = i;
            }
        }
        return farthest;
    }

    private void take(int chosen) {
        isChosen[chosen] = true;
        BoxFeatures its = features.get(chosen);
        for (int i = 0; i < frames.size(); i++) {
            distances[i] = Math.min(distances[i], BoxFeatures.distance(its.unit(), features.get(i).unit()));
            isDuplicate[i] |= !isChosen[i] && features.get(i).fingerprint().isNearDuplicateOf(its.fingerprint());
        }
    }

    private Proposal proposal(int frame, boolean isNearDuplicate) {
        Optional<HeadAnswer> answer = head.map(it -> it.answer(features.get(frame).unit(), 2));
        return new Proposal(frames.get(frame), answer.map(it -> it.labels().get(0)),
                answer.map(it -> marks(it, nearestTaught[frame])).orElse(Set.of()), isNearDuplicate);
    }

    private Set<Mark> marks(HeadAnswer answer, int nearest) {
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        List<Label> labels = answer.labels();
        if (labels.size() > 1 && labels.get(0).score() - labels.get(1).score() < UNCERTAIN_MARGIN) {
            marks.add(Mark.UNCERTAIN);
        }
        if (answer.unknown()) {
            marks.add(Mark.UNKNOWN);
        } else if (nearest >= 0 && !taught.get(nearest).label().equals(labels.get(0).label())) {
            marks.add(Mark.DISAGREES);
        }
        return marks;
    }
}
