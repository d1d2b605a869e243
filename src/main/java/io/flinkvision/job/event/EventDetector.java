package io.flinkvision.job.event;

import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds the events in the frames of one camera. A camera shows one label at a time, or none:
 *
 * <ol>
 * <li>The scores of all labels are smoothed ({@link SmoothedScores}).
 * <li>Hysteresis: the camera goes on showing its label while that one's smoothed score is not below the leave
 *     threshold, unless another one has both reached the enter threshold and a higher score. Otherwise it shows the
 *     label of the highest smoothed score that has reached the enter threshold (of several the first in text order), or
 *     none.
 * <li>Only what lasts is reported: a label once a frame comes that is the minimum duration after its first one and
 *     still shows it; the end of a label once it has been away for that long. While a label that came within that time
 *     may yet be reported, the end waits for it, and both are one {@link Changed}.
 * </ol>
 *
 * <p>The same frames give the same events, whenever they are looked at: nothing here knows a clock. Frames are given in
 * the order of their times; to sort them, and to say when a camera has been silent for too long, is the caller's part.
 */
public final class EventDetector {

    private final DetectionRules rules;

    /** @param rules what counts as an event */
    public EventDetector(DetectionRules rules) {
        this.rules = Objects.requireNonNull(rules, "rules");
    }

    /** What counts as an event. */
    public DetectionRules rules() {
        return rules;
    }

    /**
     * Looks at a frame. Where the frame before it lies too far back, the camera was offline in between.
     *
     * @throws IllegalArgumentException if the frame does not come after the last one
     */
    public Step frame(CameraState before, Frame frame) {
        if (!before.precedes(frame)) {
            throw new IllegalArgumentException("The frame " + frame.id() + " of " + frame.time()
                    + " does not come after the last one, " + before.last().map(Frame::id).orElse("none"));
        }
        List<Event> events = new ArrayList<>();
        CameraState state = before;
        Optional<Duration> silence = state.last().map(last -> Duration.between(last.time(), frame.time()));
        if (state.online() && silence.filter(gap -> gap.compareTo(rules.offlineAfter()) >= 0).isPresent()) {
            Step offline = silence(state);
            events.addAll(offline.events());
            state = offline.state();
        }
        if (state.minute().filter(minute -> !minute.holds(frame)).isPresent()) {
            state = tellMinute(state, events);
        }
        if (!state.online()) {
            events.add(new Online(frame.time(), silence));
        }
        MinuteCounts counts = state.minute().filter(minute -> minute.holds(frame))
                .map(minute -> minute.plus(frame))
                .orElseGet(() -> MinuteCounts.of(frame));
        state = state.with(frame, state.scores().plus(frame, rules.halfLife()), counts);
        return new Step(shown(state, frame, events), events);
    }

    /** Takes note that no frame has come for too long, and none will that is older than that. */
    public Step silence(CameraState before) {
        if (!before.online()) {
            return new Step(before, List.of());
        }
        List<Event> events = new ArrayList<>();
        before.ongoing().ifPresent(episode -> events.add(
                new Ended(before.awaySince().map(episode::endingAt).orElse(episode))));
        CameraState state = tellMinute(before, events);
        Instant lastFrameAt = state.last().orElseThrow().time();
        events.add(new Offline(lastFrameAt.plus(rules.offlineAfter()), lastFrameAt));
        return new Step(state.silent(), events);
    }

    /** Takes note that there will be no more frames before a time, and so that a minute may be over. */
    public Step timeHasReached(CameraState before, Instant time) {
        List<Event> events = new ArrayList<>();
        boolean over = before.minute().filter(minute -> !minute.end().isAfter(time)).isPresent();
        return new Step(over ? tellMinute(before, events) : before, events);
    }

    private static CameraState tellMinute(CameraState before, List<Event> events) {
        return before.minute().filter(minute -> !minute.told()).map(minute -> {
            events.add(new Counted(minute.from(), minute.counts()));
            return before.with(minute.asTold());
        }).orElse(before);
    }

    /** The state after a frame whose scores are smoothed already. */
    private CameraState shown(CameraState state, Frame frame, List<Event> events) {
        Optional<String> shown = shownLabel(state);
        Optional<Episode> ongoing = state.ongoing();
        if (ongoing.isPresent() && shown.equals(ongoing.map(Episode::label))) {
            return state.showing(ongoing.get().with(frame));
        }
        Optional<Instant> away = ongoing.map(episode -> state.awaySince().orElse(frame.time()));
        Optional<Episode> candidate = shown.map(label -> state.candidate()
                .filter(known -> known.label().equals(label))
                .map(known -> known.with(frame))
                .orElseGet(() -> Episode.beginning(label, frame)));
        if (candidate.filter(label -> lasts(label.from(), frame)).isPresent()) {
            Episode started = candidate.get();
            events.add(ongoing.<Event>map(episode -> new Changed(
                            episode.endingAt(away.orElseThrow()), started.label(), started.from(), started.best()))
                    .orElseGet(() -> new Started(started.label(), started.from(), started.best())));
            return state.showing(started);
        }
        boolean over = away.filter(since -> lasts(since, frame) && !mayFollow(candidate, since)).isPresent();
        if (over) {
            events.add(new Ended(ongoing.orElseThrow().endingAt(away.get())));
            return state.with(Optional.empty(), Optional.empty(), candidate);
        }
        return state.with(ongoing, away, candidate);
    }

    /** Whether a label that is shown now would follow without a gap on one that ended at a time. */
    private boolean mayFollow(Optional<Episode> candidate, Instant end) {
        return candidate
                .filter(label -> Duration.between(end, label.from()).compareTo(rules.minimumDuration()) < 0)
                .isPresent();
    }

    private boolean lasts(Instant since, Frame frame) {
        return Duration.between(since, frame.time()).compareTo(rules.minimumDuration()) >= 0;
    }

    /** The label that the smoothed scores and the hysteresis say. */
    private Optional<String> shownLabel(CameraState state) {
        Map<String, Double> averages = state.scores().averages();
        Optional<String> held = held(state).filter(label -> averages.getOrDefault(label, 0.0) >= rules.leave());
        double scoreToBeat = held.map(label -> averages.getOrDefault(label, 0.0)).orElse(-1.0);
        Optional<String> shown = held;
        for (Map.Entry<String, Double> average : averages.entrySet()) {
            if (average.getValue() >= rules.enter() && average.getValue() > scoreToBeat) {
                shown = Optional.of(average.getKey());
                scoreToBeat = average.getValue();
            }
        }
        return shown;
    }

    /** The label that was shown until now, whether it has been reported or not. */
    private static Optional<String> held(CameraState state) {
        return state.candidate().or(() -> state.awaySince().isPresent() ? Optional.empty() : state.ongoing())
                .map(Episode::label);
    }
}
