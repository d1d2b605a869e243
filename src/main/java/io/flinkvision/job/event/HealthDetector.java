package io.flinkvision.job.event;

import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the troubles of one camera in what was measured of its pictures. A camera is
 *
 * <ul>
 * <li>frozen, if its pictures are the same and not black;
 * <li>dark, if its pictures are black and without contrast, which a night with a lamp in it is not;
 * <li>covered, if contrast and detail fall far below those of the last minutes, both in parts of the brightness: dusk
 *     and lamps that are switched off leave these as they are;
 * <li>moved, if its picture suddenly has other light and dark places than in the last minutes and than in all views
 *     that are known of it. Where the light has become quite another one at the same time, as it does when lamps or
 *     infrared are switched on, that is a new view of the same place.
 * </ul>
 *
 * <p>Each has one threshold to begin and another one to end, must last to be reported and be gone to be reported as
 * ended. While one of them may be there, nothing is learned. Where nothing can be said of one, since another one hides
 * it, it stays as it was.
 *
 * <p>There is no clock here: the same frames give the same events.
 */
final class HealthDetector {

    private static final double DARK_BRIGHTNESS = 10;
    private static final double DARK_CONTRAST = 5;

    /** Of the two thresholds of the dark, those of its end are so many times as high. */
    private static final double LIGHTER = 1.5;

    private static final double COVERED_DETAIL = 0.3;
    private static final double COVERED_CONTRAST = 0.45;
    private static final double UNCOVERED_DETAIL = 0.5;

    /** A view that has hardly any detail itself: a wall, or the sky. */
    private static final double MIN_USUAL_DETAIL = 0.01;

    private static final double MOVED_DISTANCE = 0.28;
    private static final double SAME_VIEW_DISTANCE = 0.2;

    /** A camera that has been moved shows its usual view, after so long. */
    private static final Duration MOVED_FOR_GOOD = Duration.ofDays(1);

    /** A picture that comes a second time may have been sent twice. */
    private static final int FROZEN_REPETITIONS = 4;

    /** Known views fade so many times as slowly as the usual one. */
    private static final int FADING = 12;

    private final HealthRules rules;

    /** Whether a picture shows a trouble. */
    private enum Finding { PRESENT, ABSENT, HIDDEN }

    /**
     * The outcome of a frame.
     *
     * @param health of the camera after it
     * @param events that have become certain by it
     */
    record Step(CameraHealth health, List<Event> events) {

        Step {
            Objects.requireNonNull(health, "health");
            events = List.copyOf(events);
        }
    }

    HealthDetector(HealthRules rules) {
        this.rules = Objects.requireNonNull(rules, "rules");
    }

    /** Looks at a frame that was measured; one that was not says nothing. */
    Step frame(CameraHealth before, Frame frame) {
        return frame.view().map(view -> frame(before, frame, view)).orElseGet(() -> new Step(before, List.of()));
    }

    private Step frame(CameraHealth before, Frame frame, ViewStatistics view) {
        SeenPicture picture = before.last().map(last -> last.then(frame, view))
                .orElseGet(() -> SeenPicture.first(frame, view));
        List<Event> events = new ArrayList<>();
        SortedMap<Trouble, SeenTrouble> troubles = new TreeMap<>(before.troubles());
        findings(before, picture).forEach((trouble, finding) ->
                follow(trouble, finding, frame, picture, troubles, events));
        boolean forGood = Optional.ofNullable(troubles.get(Trouble.MOVED))
                .filter(moved -> moved.reported() && lasts(moved.from(), frame, MOVED_FOR_GOOD)).isPresent();
        if (forGood) {
            events.add(new TroubleEnded(Trouble.MOVED, troubles.remove(Trouble.MOVED).from(), frame.time()));
            return new Step(new CameraHealth(Optional.of(picture), Optional.of(UsualView.of(frame.time(), view)),
                    List.of(), Optional.empty(), troubles), events);
        }
        CameraHealth after = new CameraHealth(
                Optional.of(picture), before.usual(), before.known(), before.otherLightSince(), troubles);
        boolean learns = troubles.isEmpty() && !picture.isRepeated();
        return new Step(learns ? learned(after, frame.time(), view) : after, events);
    }

    /** In the order in which one hides the others. */
    private Map<Trouble, Finding> findings(CameraHealth before, SeenPicture picture) {
        ViewStatistics view = picture.view();
        Map<Trouble, Finding> findings = new EnumMap<>(Trouble.class);
        boolean dark = isDark(view, before.troubles().containsKey(Trouble.DARK));
        findings.put(Trouble.DARK, finding(dark));
        findings.put(Trouble.FROZEN, dark ? Finding.HIDDEN : finding(picture.isRepeated()));
        Finding covered = dark ? Finding.HIDDEN : covered(before, view);
        findings.put(Trouble.COVERED, covered);
        findings.put(Trouble.MOVED, covered == Finding.ABSENT ? moved(before, view) : Finding.HIDDEN);
        return findings;
    }

    private static Finding finding(boolean present) {
        return present ? Finding.PRESENT : Finding.ABSENT;
    }

    private static boolean isDark(ViewStatistics view, boolean already) {
        double factor = already ? LIGHTER : 1;
        return view.brightness() < factor * DARK_BRIGHTNESS && view.contrast() < factor * DARK_CONTRAST;
    }

    private Finding covered(CameraHealth before, ViewStatistics view) {
        if (before.troubles().containsKey(Trouble.COVERED)) {
            return finding(before.usual().orElseThrow().detailOf(view) < UNCOVERED_DETAIL);
        }
        return finding(before.usual()
                .filter(usual -> usual.isKnownFor(rules.halfLife()) && usual.detail() >= MIN_USUAL_DETAIL)
                .filter(usual -> usual.detailOf(view) < COVERED_DETAIL && usual.contrastOf(view) < COVERED_CONTRAST)
                .isPresent());
    }

    private Finding moved(CameraHealth before, ViewStatistics view) {
        if (before.troubles().containsKey(Trouble.MOVED)) {
            return finding(distance(before, view) > SAME_VIEW_DISTANCE);
        }
        return finding(before.usual()
                .filter(usual -> usual.isKnownFor(rules.halfLife()) && !usual.isInOtherLight(view))
                .filter(usual -> distance(before, view) > MOVED_DISTANCE)
                .isPresent());
    }

    /** To the view that a picture is nearest to. */
    private static double distance(CameraHealth before, ViewStatistics view) {
        double usual = before.usual().map(known -> known.distance(view)).orElse(0.0);
        return Math.min(usual, before.known().stream().mapToDouble(known -> known.distance(view)).min().orElse(usual));
    }

    /** Takes a trouble on by one frame. */
    private void follow(Trouble trouble, Finding finding, Frame frame, SeenPicture picture,
            SortedMap<Trouble, SeenTrouble> troubles, List<Event> events) {
        Optional<SeenTrouble> before = Optional.ofNullable(troubles.get(trouble));
        if (finding == Finding.PRESENT) {
            SeenTrouble seen = before.orElseGet(() -> beginning(trouble, frame, picture))
                    .withGoneSince(Optional.empty());
            if (!seen.reported() && isCertain(trouble, seen, frame, picture)) {
                events.add(new TroubleStarted(trouble, seen.from(), seen.frame()));
                seen = seen.asReported();
            }
            troubles.put(trouble, seen);
        } else if (finding == Finding.ABSENT && before.isPresent()) {
            SeenTrouble seen = before.get();
            Instant gone = seen.goneSince().orElse(frame.time());
            if (!seen.reported()) {
                troubles.remove(trouble);
            } else if (lasts(gone, frame, rules.troubleAfter())) {
                events.add(new TroubleEnded(trouble, seen.from(), gone));
                troubles.remove(trouble);
            } else {
                troubles.put(trouble, seen.withGoneSince(Optional.of(gone)));
            }
        }
    }

    private static SeenTrouble beginning(Trouble trouble, Frame frame, SeenPicture picture) {
        return trouble == Trouble.FROZEN
                ? new SeenTrouble(picture.sameSince(), picture.frame(), false, Optional.empty())
                : new SeenTrouble(frame.time(), frame.id(), false, Optional.empty());
    }

    private boolean isCertain(Trouble trouble, SeenTrouble seen, Frame frame, SeenPicture picture) {
        return trouble == Trouble.FROZEN
                ? picture.repetitions() >= FROZEN_REPETITIONS && lasts(seen.from(), frame, rules.frozenAfter())
                : lasts(seen.from(), frame, rules.troubleAfter());
    }

    private static boolean lasts(Instant since, Frame frame, Duration time) {
        return Duration.between(since, frame.time()).compareTo(time) >= 0;
    }

    /** The state with one more picture of a camera without troubles. */
    private CameraHealth learned(CameraHealth health, Instant time, ViewStatistics view) {
        if (health.usual().isEmpty()) {
            return with(health, UsualView.of(time, view), health.known(), Optional.empty());
        }
        UsualView usual = health.usual().get();
        if (usual.isInOtherLight(view) && usual.distance(view) > SAME_VIEW_DISTANCE) {
            Instant since = health.otherLightSince().orElse(time);
            if (Duration.between(since, time).compareTo(rules.troubleAfter()) < 0) {
                return with(health, usual, health.known(), Optional.of(since));
            }
            UsualView other = nearest(health.known(), view).filter(known -> !known.isInOtherLight(view))
                    .orElseGet(() -> UsualView.of(time, view));
            return with(health, other, health.known(), Optional.empty());
        }
        UsualView next = usual.plus(time, view, rules.halfLife());
        return with(health, next, known(health.known(), next, time, view), Optional.empty());
    }

    private static CameraHealth with(
            CameraHealth health, UsualView usual, List<UsualView> known, Optional<Instant> otherLight) {
        return new CameraHealth(health.last(), Optional.of(usual), known, otherLight, health.troubles());
    }

    private static Optional<UsualView> nearest(List<UsualView> known, ViewStatistics view) {
        return known.stream().min(Comparator.comparingDouble(one -> one.distance(view)))
                .filter(one -> one.distance(view) <= SAME_VIEW_DISTANCE);
    }

    /** The known views with one more picture; with one more view if the picture is like none of them. */
    private List<UsualView> known(List<UsualView> known, UsualView usual, Instant time, ViewStatistics view) {
        if (!usual.isKnownFor(rules.halfLife())) {
            return known;
        }
        Optional<UsualView> nearest = nearest(known, view);
        if (nearest.isEmpty() && usual.distance(view) > SAME_VIEW_DISTANCE) {
            return known;
        }
        List<UsualView> next = new ArrayList<>(known);
        nearest.ifPresent(next::remove);
        if (next.size() == CameraHealth.MAX_KNOWN) {
            next.remove(0);
        }
        next.add(nearest.map(one -> one.plus(time, view, rules.halfLife().multipliedBy(FADING))).orElse(usual));
        return next;
    }
}
