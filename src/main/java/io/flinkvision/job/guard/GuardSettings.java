package io.flinkvision.job.guard;

import io.flinkvision.core.system.Sha256;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Settings of the crash guard.
 *
 * @param enabled whether there is one
 * @param place of the notes of all jobs
 * @param job distinguishes this job's notes from those of others; the same after each submission, see {@link #jobOf}
 * @param deadline for a native call; zero for none
 */
public record GuardSettings(boolean enabled, NotesPlace place, String job, Duration deadline)
        implements Serializable {

    /** No notes, no deadline. */
    public static final GuardSettings OFF =
            new GuardSettings(false, new NotesPlace.TemporaryFiles(), "none", Duration.ZERO);

    public GuardSettings {
        Objects.requireNonNull(place, "place");
        if (!job.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("The job's name for its notes is invalid: '" + job + "'");
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("The deadline must not be negative: " + deadline);
        }
    }

    /**
     * A name for all queries that use a model, 16 hexadecimal digits. Another model is not blamed for its crashes.
     *
     * @param parts what identifies the model: its name, its places
     */
    public static String jobOfModel(List<String> parts) {
        return Sha256.of(String.join("\n", parts)).substring(0, 16);
    }

    /**
     * A name for all submissions of a job, 16 hexadecimal digits: to all of them, an offset means the same record.
     *
     * @param bootstrapServers of the input, in any order
     * @param group the consumer group
     */
    public static String jobOf(List<String> bootstrapServers, String group) {
        String identity = String.join(",", bootstrapServers.stream().sorted().toList()) + "\n" + group;
        return Sha256.of(identity).substring(0, 16);
    }
}
