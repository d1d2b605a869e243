package io.flinkvision.job.guard;

import io.flinkvision.core.system.Sha256;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a job guards itself against records that kill the process.
 *
 * @param enabled whether it does
 * @param place where the notes of all jobs lie
 * @param job what tells this job's notes from those of others: the same after each submission, see {@link #jobOf}
 * @param deadline the longest that a native call may take; zero for as long as it likes
 */
public record GuardSettings(boolean enabled, NotesPlace place, String job, Duration deadline)
        implements Serializable {

    /** No notes, no deadline. */
    public static final GuardSettings OFF =
            new GuardSettings(false, new NotesPlace.TemporaryFiles(), "none", Duration.ZERO);

    public GuardSettings {
        Objects.requireNonNull(place, "place");
        if (!job.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("A job's notes cannot be called '" + job + "'");
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("The deadline cannot be " + deadline);
        }
    }

    /**
     * A name for all submissions of a job, 16 hexadecimal digits: the offsets of a consumer group on a set of brokers
     * mean the same records to each of them.
     *
     * @param bootstrapServers the brokers that the job reads from, in any order
     * @param group its consumer group
     */
    public static String jobOf(List<String> bootstrapServers, String group) {
        String identity = String.join(",", bootstrapServers.stream().sorted().toList()) + "\n" + group;
        return Sha256.of(identity).substring(0, 16);
    }
}
