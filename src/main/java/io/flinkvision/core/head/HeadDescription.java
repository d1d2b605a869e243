package io.flinkvision.core.head;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a head says of itself.
 *
 * @param name its name, for people
 * @param labels the labels' names, in the order of its outputs
 * @param backboneDigest SHA-256 of the weights of the network that it was taught on, in hexadecimal
 * @param temperature what the logits are divided by before softmax; above 0
 * @param threshold the distance beyond which a picture is unknown, from 0 to 2; empty if no picture is
 * @param taughtAt when it was taught
 * @param pictures how many pictures it was taught from
 * @param accuracy the share of pictures that it got right when it was measured, from 0 to 1; empty if it was not
 */
public record HeadDescription(String name, List<String> labels, String backboneDigest, double temperature,
        Optional<Double> threshold, Instant taughtAt, int pictures, Optional<Double> accuracy) {

    /** A head fits one record of Kafka; a question with more answers than this is a model of its own. */
    public static final int MAX_LABELS = 100;

    /** Characters of a name or label. */
    public static final int MAX_NAME_LENGTH = 100;

    /** @throws IllegalArgumentException that names the value which is wrong */
    public HeadDescription {
        requireName("name", name);
        labels = List.copyOf(labels);
        if (labels.isEmpty() || labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException(
                    "A head has from 1 to " + MAX_LABELS + " labels, not " + labels.size());
        }
        labels.forEach(label -> requireName("label", label));
        if (new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("The labels " + labels + " are not all different");
        }
        Objects.requireNonNull(backboneDigest, "backboneDigest");
        if (!backboneDigest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("The backbone's digest must be a SHA-256 of 64 lower-case hexadecimal"
                    + " digits, not '" + backboneDigest + "'");
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("The temperature must be positive and finite, not " + temperature);
        }
        threshold.ifPresent(value -> require("threshold", value, 2));
        Objects.requireNonNull(taughtAt, "taughtAt");
        if (pictures < 0) {
            throw new IllegalArgumentException("The number of pictures must not be negative, but is " + pictures);
        }
        accuracy.ifPresent(value -> require("accuracy", value, 1));
    }

    /** Whether a text can be a head's name or label. */
    public static boolean isName(String text) {
        return !text.isBlank() && text.length() <= MAX_NAME_LENGTH && text.chars().noneMatch(Character::isISOControl);
    }

    private static void requireName(String what, String text) {
        Objects.requireNonNull(text, what);
        if (!isName(text)) {
            throw new IllegalArgumentException("A head's " + what + " must have from 1 to " + MAX_NAME_LENGTH
                    + " characters, none of them a control character, not '" + text + "'");
        }
    }

    private static void require(String what, double value, double max) {
        if (!(value >= 0 && value <= max)) {
            throw new IllegalArgumentException("The " + what + " must be from 0 to " + max + ", not " + value);
        }
    }
}
