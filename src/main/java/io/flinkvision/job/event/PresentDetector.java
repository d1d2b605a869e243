package io.flinkvision.job.event;

import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.EventDetector.Step;
import io.flinkvision.job.event.Present.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Follows the steps of an {@link EventDetector} with the present of its camera. The same steps lead to the same present,
 * so a job that repeats them after a failure repeats what it told.
 */
public final class PresentDetector {

    private final DetectionRules rules;

    /**
     * The present that was told last.
     *
     * @param present as it was when it was told
     * @param oppositeSince since when the frames have said the opposite of its {@code unknown}; empty while they do not
     */
    public record Told(Present present, Optional<Instant> oppositeSince) {

        public Told {
            Objects.requireNonNull(present, "present");
            Objects.requireNonNull(oppositeSince, "oppositeSince");
        }
    }

    /** @param rules those of the event detector */
    public PresentDetector(DetectionRules rules) {
        this.rules = Objects.requireNonNull(rules, "rules");
    }

    /**
     * The present after a step.
     *
     * @param before what was told; empty if nothing was
     * @return with the present that was told before if there is nothing new
     */
    public Told after(Optional<Told> before, Step step) {
        CameraState state = step.state();
        Frame last = state.last().orElseThrow();
        boolean unknownBefore = before.filter(told -> told.present().unknown()).isPresent();
        Optional<Instant> opposite = state.online() && last.unknown() != unknownBefore
                ? before.flatMap(Told::oppositeSince).or(() -> Optional.of(last.time()))
                : Optional.empty();
        boolean turns = opposite.filter(since ->
                Duration.between(since, last.time()).compareTo(rules.minimumDuration()) >= 0).isPresent();
        Present present = present(before.map(Told::present), step, state.online() && turns != unknownBefore);
        return before.map(Told::present).filter(told -> !present.isNewsAfter(told))
                .map(told -> new Told(told, opposite))
                .orElseGet(() -> new Told(present, turns ? Optional.empty() : opposite));
    }

    private Present present(Optional<Present> before, Step step, boolean unknown) {
        CameraState state = step.state();
        Frame last = state.last().orElseThrow();
        Instant at = state.online() ? last.time() : last.time().plus(rules.offlineAfter());
        Optional<Shown> shown = state.ongoing().map(episode -> new Shown(episode.label(),
                state.scores().averages().getOrDefault(episode.label(), 0.0), episode.best()));
        Instant since = step.events().stream().filter(PresentDetector::isChange).reduce((one, next) -> next)
                .map(Event::at)
                .or(() -> before.map(Present::since))
                .or(() -> state.ongoing().map(Episode::from))
                .orElse(at);
        return new Present(at, state.online(), since, shown, unknown, last.head(), troubles(state));
    }

    private static List<Present.Trouble> troubles(CameraState state) {
        return state.health().present().entrySet().stream()
                .map(trouble -> new Present.Trouble(trouble.getKey().id(), trouble.getValue()))
                .sorted(Comparator.comparing(Present.Trouble::trouble))
                .toList();
    }

    private static boolean isChange(Event event) {
        return event instanceof Started || event instanceof Ended || event instanceof Changed
                || event instanceof Offline || event instanceof Online;
    }
}
