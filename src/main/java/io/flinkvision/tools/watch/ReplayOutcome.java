package io.flinkvision.tools.watch;

import java.util.Objects;

/** What became of a dead letter that was to be sent back. */
public sealed interface ReplayOutcome {

    /** The dead letter. */
    DeadLetterRecord letter();

    /**
     * It was sent, or would have been.
     *
     * @param letter the dead letter
     * @param topic where to
     * @param count how often the picture has been sent back with this time
     */
    record Sent(DeadLetterRecord letter, String topic, int count) implements ReplayOutcome {

        public Sent {
            Objects.requireNonNull(letter, "letter");
            Objects.requireNonNull(topic, "topic");
        }
    }

    /**
     * It cannot be sent.
     *
     * @param letter the dead letter
     * @param reason why
     */
    record Refused(DeadLetterRecord letter, String reason) implements ReplayOutcome {

        public Refused {
            Objects.requireNonNull(letter, "letter");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
