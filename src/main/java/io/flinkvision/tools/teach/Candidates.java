package io.flinkvision.tools.teach;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.SeenFrame.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses the frames that are looked at for proposals, since not all can be. In turn it takes one of each hour of the
 * day and answer of the job, so that neither the night nor what is rare is missed; which one, a hash decides.
 */
final class Candidates {

    /** Parts of a time that is shorter than a day; a longer one has its hours. */
    private static final int PARTS = 24;

    private static final Duration DAY = Duration.ofDays(1);

    private Candidates() {}

    /**
     * Chooses frames.
     *
     * @param frames in the order of time
     * @param region whose answers count
     * @param zone of the hours
     * @return at most {@code max}; whichever of them are looked at first, they are spread
     */
    static List<SeenFrame> of(List<SeenFrame> frames, String region, ZoneId zone, int max) {
        Map<Integer, Map<String, List<SeenFrame>>> kinds = new TreeMap<>();
        for (SeenFrame frame : frames) {
            kinds.computeIfAbsent(part(frame, frames, zone), part -> new TreeMap<>())
                    .computeIfAbsent(frame.answer(region).map(Candidates::kind).orElse(""), kind -> new ArrayList<>())
                    .add(frame);
        }
        Deque<Deque<SeenFrame>> turns = new ArrayDeque<>();
        for (Map<String, List<SeenFrame>> ofPart : kinds.values()) {
            for (List<SeenFrame> kind : ofPart.values()) {
                kind.sort(Comparator.comparingLong(Candidates::hash).thenComparing(SeenFrame::id));
                turns.add(new ArrayDeque<>(kind));
            }
        }
        List<SeenFrame> chosen = new ArrayList<>();
        while (chosen.size() < max && !turns.isEmpty()) {
            Deque<SeenFrame> turn = turns.remove();
            chosen.add(turn.remove());
            if (!turn.isEmpty()) {
                turns.add(turn);
            }
        }
        return chosen;
    }

    private static int part(SeenFrame frame, List<SeenFrame> frames, ZoneId zone) {
        Instant first = frames.get(0).capturedAt();
        Duration span = Duration.between(first, frames.get(frames.size() - 1).capturedAt());
        if (span.compareTo(DAY) >= 0) {
            return frame.capturedAt().atZone(zone).getHour();
        }
        return (int) (PARTS * Duration.between(first, frame.capturedAt()).toMillis() / (span.toMillis() + 1));
    }

    private static String kind(Answer answer) {
        return answer.unknown() ? "unknown" : "label " + answer.label();
    }

    /** The finaliser of SplitMix64, of what identifies a record. */
    private static long hash(SeenFrame frame) {
        RecordCoordinates source = frame.source();
        long mixed = source.offset() * 0x9e3779b97f4a7c15L + source.partition() + 31L * source.topic().hashCode();
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
