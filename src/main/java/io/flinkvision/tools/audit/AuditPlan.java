package io.flinkvision.tools.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an audit holds against what.
 *
 * @param isInput whether the job reads a topic
 * @param group the job's consumer group, which tells how far it has come
 * @param labelTopic where its labels lie
 * @param deadLetterTopic where its dead letters lie
 * @param since the time from which on input records count; empty for the oldest that are still there
 * @param patience how long to wait for outcomes that are not there yet
 * @param mostOffenders how many offenders are named at the most
 */
public record AuditPlan(
        Predicate<String> isInput,
        String group,
        String labelTopic,
        String deadLetterTopic,
        Optional<Instant> since,
        Duration patience,
        int mostOffenders) {

    public AuditPlan {
        Objects.requireNonNull(isInput, "isInput");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(labelTopic, "labelTopic");
        Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
        Objects.requireNonNull(since, "since");
        if (patience.isNegative()) {
            throw new IllegalArgumentException("Patience cannot be " + patience);
        }
        if (mostOffenders < 0) {
            throw new IllegalArgumentException("The most offenders to name cannot be " + mostOffenders);
        }
    }
}
