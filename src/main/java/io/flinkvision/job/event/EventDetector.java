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
 * <li>Hysteresis: the camera keeps showing its label while the smoothed score of that is not below the leave threshold,
 *     unless another label has reached the enter threshold and has a higher score. Otherwise it shows the label with
 *     the highest smoothed score that has reached the enter threshold (the first in text order of several), or none.
 * <li>Only what lasts is reported: a label once a frame shows it that is the minimum duration after its first frame;
 *     the end of a label once it has been away for that long. While a label that came within that time may yet be
 *     reported, the end waits for it, and both are one {@link Changed}.
 * </ol>
 *
 * <p>A frame without labels counts as one in which each label has the score 0: it keeps the camera online, and what
 * was shown ends.
 *
 * <p>What was measured of a frame says what is wrong with the camera ({@link HealthDetector}), whatever its labels are.
 *
 * <p>The same frames give the same events whenever they are processed: there is no clock here. The caller sorts frames
 * by time, and reports when a camera has been silent for too long.
 */
public final class EventDetector {

    private final DetectionRules rules;
    private final HealthDetector health;

    /**
     * The outcome of a frame, or of silence.
     *
     * @param state of the camera after it
     * @param events that have become certain by it, the earliest first
     */
    public record Step(CameraState state, List<Event> events) {

        public Step {
            Objects.requireNonNull(state, "state");
            events = List.copyOf(events);
        }
    }

    /** @param rules by which scores become events */
    public EventDetector(DetectionRules rules) {
        this.rules = Objects.requireNonNull(rules, "rules");
        this.health = new HealthDetector(rules.health());
    }

    public DetectionRules rules() {
        return rules;
    }

    /**
     * Processes a frame. If the frame before it is too old, the camera was offline in between.
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
        HealthDetector.Step troubles = health.frame(state.health(), frame);
        state = shown(state, frame, events).with(troubles.health());
        events.addAll(troubles.events());
        return new Step(state, events);
    }

    /** No frame has come for too long, and none older than that will. */
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

    /** No more frames before a time will come, so a minute may be over. */
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

    /** The label by smoothed scores and hysteresis. */
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
