package io.flinkvision.tools.teach;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.SeenFrame.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The frames of one camera in {@link SeenFrames}, which guards it. */
final class CameraFrames {

    /** In the order of time; those of one time in that of their records. */
    private static final Comparator<SeenFrame> BY_TIME = Comparator.comparing(SeenFrame::capturedAt)
            .thenComparing(frame -> frame.source().topic())
            .thenComparing(frame -> frame.source().partition())
            .thenComparing(frame -> frame.source().offset());

    /** Texts that are kept once: a camera has few labels, and a million frames. */
    private static final int MAX_TEXTS = 1_000;

    private final Instant watchedSince;
    private final Map<RecordCoordinates, SeenFrame> frames = new LinkedHashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private int answers;

    CameraFrames(Instant watchedSince) {
        this.watchedSince = watchedSince;
    }

    Instant watchedSince() {
        return watchedSince;
    }

    int count() {
        return frames.size();
    }

    /** Of all frames; a frame without any counts as one. */
    int answers() {
        return answers;
    }

    /** Adds a frame and returns by how much the answers grew, which is negative if frames were dropped for it. */
    int add(SeenFrame frame) {
        int before = answers;
        SeenFrame shared = sharing(frame);
        SeenFrame replaced = frames.put(shared.source(), shared);
        answers += weight(shared) - (replaced == null ? 0 : weight(replaced));
        if (frames.size() > SeenFrames.MAX_FRAMES_PER_CAMERA) {
            thin(SeenFrames.MAX_FRAMES_PER_CAMERA / 2);
        }
        return answers - before;
    }

    private static int weight(SeenFrame frame) {
        return Math.max(1, frame.answers().size());
    }

    private SeenFrame sharing(SeenFrame frame) {
        RecordCoordinates source = frame.source();
        return new SeenFrame(new RecordCoordinates(shared(source.topic()), source.partition(), source.offset()),
                frame.capturedAt(),
                frame.answers().stream()
                        .map(answer -> new Answer(
                                shared(answer.region()), shared(answer.label()), answer.score(), answer.unknown()))
                        .toList());
    }

    private String shared(String text) {
        if (texts.size() >= MAX_TEXTS) {
            texts.clear();
        }
        return texts.computeIfAbsent(text, same -> same);
    }

    /**
     * Leaves at most a number of frames, as far apart in time as possible, and returns the change of the answers. One
     * frame of a wrong time costs no other one its place.
     */
    int thin(int most) {
        int before = answers;
        List<SeenFrame> sorted = sorted();
        long tooShort = 0;
        long longEnough = Math.max(1,
                millis(sorted.get(sorted.size() - 1)) - millis(sorted.get(0)) + 1) * SeenFrame.CHANGE_PRIVILEGE;
        while (longEnough - tooShort > 1) {
            long middle = tooShort + (longEnough - tooShort) / 2;
            if (apart(sorted, middle).size() <= most) {
                longEnough = middle;
            } else {
                tooShort = middle;
            }
        }
        frames.clear();
        answers = 0;
        for (SeenFrame frame : apart(sorted, longEnough)) {
            frames.put(frame.source(), frame);
            answers += weight(frame);
        }
        return answers - before;
    }

    private static List<SeenFrame> apart(List<SeenFrame> sorted, long millis) {
        List<SeenFrame> kept = new ArrayList<>();
        for (SeenFrame frame : sorted) {
            if (kept.isEmpty() || frame.isApart(
                    kept.get(kept.size() - 1), millis, Math.max(1, millis / SeenFrame.CHANGE_PRIVILEGE))) {
                kept.add(frame);
            }
        }
        return kept;
    }

    private static long millis(SeenFrame frame) {
        return frame.capturedAt().toEpochMilli();
    }

    /** Drops a record and those before it in its partition, and returns the change of the answers. */
    int removeUpTo(RecordCoordinates gone) {
        int before = answers;
        frames.values().removeIf(frame -> {
            boolean remove = frame.source().topic().equals(gone.topic())
                    && frame.source().partition() == gone.partition() && frame.source().offset() <= gone.offset();
            answers -= remove ? weight(frame) : 0;
            return remove;
        });
        return answers - before;
    }

    /** Those that were taken from a time on and before another one, in the order of time. */
    List<SeenFrame> between(Instant from, Instant until) {
        return sorted().stream()
                .filter(frame -> !frame.capturedAt().isBefore(from) && frame.capturedAt().isBefore(until))
                .toList();
    }

    private List<SeenFrame> sorted() {
        return frames.values().stream().sorted(BY_TIME).toList();
    }
}
