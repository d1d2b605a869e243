package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.job.event.DetectionRules;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a job file says about events: {@link EventOptions} explains each value.
 *
 * @param topic of the events
 * @param rules what counts as an event
 * @param outOfOrderness how much later than a newer frame one may come
 * @param idleAfter when a reader without records holds back no other one's event time
 * @param forgetAfter when nothing is remembered any more of a camera without frames
 */
public record EventSettings(
        String topic, DetectionRules rules, Duration outOfOrderness, Duration idleAfter, Duration forgetAfter) {

    public EventSettings {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(rules, "rules");
        Objects.requireNonNull(outOfOrderness, "outOfOrderness");
        Objects.requireNonNull(idleAfter, "idleAfter");
        Objects.requireNonNull(forgetAfter, "forgetAfter");
    }

    /** The settings of a configuration without {@link #problems}. */
    static EventSettings of(Configuration configuration, String topic) {
        return new EventSettings(
                topic,
                new DetectionRules(
                        configuration.get(EventOptions.HALF_LIFE),
                        configuration.get(EventOptions.ENTER),
                        configuration.get(EventOptions.LEAVE),
                        configuration.get(EventOptions.MINIMUM_DURATION),
                        configuration.get(EventOptions.OFFLINE_AFTER)),
                configuration.get(EventOptions.OUT_OF_ORDERNESS),
                configuration.get(EventOptions.IDLE_AFTER),
                configuration.get(EventOptions.FORGET_AFTER));
    }

    /** Adds what is wrong with the values. */
    static void check(Configuration configuration, List<Problem> problems) {
        double enter = configuration.get(EventOptions.ENTER);
        if (enter <= 0 || enter > 1) {
            problems.add(configuration.problem(EventOptions.ENTER, "must be above 0 and at most 1, not " + enter));
        }
        double leave = configuration.get(EventOptions.LEAVE);
        if (leave < 0 || leave > enter) {
            problems.add(configuration.problem(EventOptions.LEAVE, "must be from 0 to events.enter, which is " + enter
                    + ", not " + leave));
        }
        for (Option<Duration> option : List.of(EventOptions.HALF_LIFE, EventOptions.OFFLINE_AFTER,
                EventOptions.IDLE_AFTER)) {
            if (configuration.get(option).isZero()) {
                problems.add(configuration.problem(option, "must be longer than 0"));
            }
        }
        if (configuration.get(EventOptions.FORGET_AFTER)
                .compareTo(configuration.get(EventOptions.OFFLINE_AFTER).multipliedBy(2)) < 0) {
            problems.add(configuration.problem(EventOptions.FORGET_AFTER, "must be at least twice events.offline-after:"
                    + " what is forgotten cannot go offline"));
        }
    }
}
