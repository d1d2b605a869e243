package io.flinkvision.job.event;

import java.io.Serializable;
import java.time.Duration;

/**
 * The rules by which what was measured of a camera's pictures becomes a trouble.
 *
 * @param troubleAfter how long a trouble must last to be reported, and must be gone for its end to be
 * @param frozenAfter how long a camera must show the same picture to be frozen
 */
public record HealthRules(Duration troubleAfter, Duration frozenAfter) implements Serializable {

    public static final HealthRules DEFAULTS = new HealthRules(Duration.ofMinutes(1), Duration.ofMinutes(2));

    /** So many times as long as a trouble must last, a view counts: longer than a passing lorry, shorter than dusk. */
    private static final int HALF_LIVES = 10;

    /** @throws IllegalArgumentException if a time is not positive */
    public HealthRules {
        if (troubleAfter.toMillis() < 1) {
            throw new IllegalArgumentException("A trouble cannot be reported after " + troubleAfter);
        }
        if (frozenAfter.toMillis() < 1) {
            throw new IllegalArgumentException("A camera cannot be frozen after " + frozenAfter);
        }
    }

    /** The age at which a picture has half the weight of a new one in the usual view of a camera. */
    Duration halfLife() {
        return troubleAfter.multipliedBy(HALF_LIVES);
    }
}
