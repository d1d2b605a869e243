package io.flinkvision.tools.watch;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which dead letters are sent back, and where to.
 *
 * @param deadLetterTopic where they lie
 * @param group the consumer group whose offsets tell how far earlier runs came
 * @param isInput whether the job reads a topic; others get nothing
 * @param target the topic that gets them all, in place of that which each came from
 * @param codes the error codes of those that are sent; all, where it is empty
 * @param since where to begin, whatever earlier runs did
 * @param most how many are sent at the most
 * @param dryRun whether nothing is sent and nothing committed
 */
public record ReplayPlan(
        String deadLetterTopic,
        String group,
        Predicate<String> isInput,
        Optional<String> target,
        Set<String> codes,
        Optional<StartPosition> since,
        OptionalLong most,
        boolean dryRun) {

    public ReplayPlan {
        Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(isInput, "isInput");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(most, "most");
        codes = Set.copyOf(codes);
        if (target.filter(deadLetterTopic::equals).isPresent()) {
            throw new IllegalArgumentException("Dead letters cannot be sent to their own topic, " + deadLetterTopic);
        }
        if (target.isPresent() && !ReplaySender.isTopic(target.get())) {
            throw new IllegalArgumentException("No topic can be called '" + target.get() + "'");
        }
        if (most.isPresent() && most.getAsLong() < 1) {
            throw new IllegalArgumentException("At least one dead letter must be allowed, not " + most.getAsLong());
        }
    }

    /** Whether a dead letter is of the codes that are sent. */
    boolean concerns(DeadLetterRecord letter) {
        return codes.isEmpty() || letter.headers().code().filter(codes::contains).isPresent();
    }
}
