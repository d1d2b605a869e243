package io.flinkvision.job.record;

import io.flinkvision.core.system.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A model that a running job tries beside its own.
 *
 * <p>Who or what gets it follows from a hash alone, so that all subtasks agree, before and after a restart: that of the
 * camera's key, or that of the picture's id. What a percentage has, a larger one has too.
 *
 * @param choice the model
 * @param mode what it is used for
 * @param percent of the pictures ({@link Mode#SHADOW}) or of the cameras ({@link Mode#CANARY}), above 0 and at most 100
 */
public record ModelCandidate(ModelChoice choice, Mode mode, double percent) {

    /** The share of pictures that a shadow classifies, where nobody says another one. */
    public static final double DEFAULT_SAMPLE_PERCENT = 5;

    /** What a candidate is used for. */
    public enum Mode {
        /** Classifies a sample of the pictures, to be compared; no label is its own. */
        SHADOW,
        /** Labels a share of the cameras. */
        CANARY;

        /** As in the JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException if there is no such mode */
        static Mode named(String name) {
            return Arrays.stream(values()).filter(mode -> mode.toString().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "The mode of a candidate is shadow or canary, not '" + name + "'"));
        }
    }

    public ModelCandidate {
        Objects.requireNonNull(choice, "choice");
        Objects.requireNonNull(mode, "mode");
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException(
                    "The percentage of a candidate must be above 0 and at most 100, not " + percent);
        }
    }

    /**
     * Whether a camera's pictures are labelled by this model: those of the canary's share. Pictures without a key are of
     * no known camera, and so never.
     */
    public boolean labels(Optional<byte[]> key) {
        return mode == Mode.CANARY && key.filter(this::has).isPresent();
    }

    /**
     * Whether a picture is in the shadow's sample.
     *
     * @param id of its labels
     */
    public boolean compares(String id) {
        return mode == Mode.SHADOW && has(id.getBytes(StandardCharsets.UTF_8));
    }

    /** The first four bytes of the SHA-256, as a number without a sign, against as large a share of all such numbers. */
    private boolean has(byte[] bytes) {
        long hash = Integer.toUnsignedLong(ByteBuffer.wrap(Sha256.newDigest().digest(bytes)).getInt());
        return hash < percent / 100 * (1L << Integer.SIZE);
    }

    /** As in {@code the canary of 10 % of the cameras}. */
    public String use() {
        String share = percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
        return mode == Mode.SHADOW
                ? "the shadow of " + share + " % of the pictures"
                : "the canary of " + share + " % of the cameras";
    }

    /** As in {@code the model at s3://models/new (SHA-256 …) as the canary of 10 % of the cameras}. */
    @Override
    public String toString() {
        return "the model at " + choice.bundle() + " (SHA-256 " + choice.digest() + ") as " + use();
    }
}
