package io.flinkvision.core.head;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Heads of invented weights, two labels each, that tell one head's answers from another's. */
public final class SampleHeads {

    /** The pooled features of a MobileNetV3-Small. */
    public static final int FEATURES = 576;

    private static final int LABELS = 2;

    private SampleHeads() {}

    /**
     * A head for a MobileNetV3-Small; the same name gives the same bytes.
     *
     * @param name its name; its labels are {@code NAME-yes} and {@code NAME-no}
     * @param backbone SHA-256 of the network's weights
     */
    public static Head of(String name, String backbone) {
        return of(name, backbone, FEATURES);
    }

    /** A head that takes any number of features. */
    public static Head of(String name, String backbone, int features) {
        Random random = new Random(name.hashCode());
        return Head.of(
                new HeadDescription(name, List.of(name + "-yes", name + "-no"), backbone, 1, Optional.of(2.0),
                        Instant.EPOCH, 10, Optional.of(0.9)),
                numbers(random, LABELS * features), numbers(random, LABELS), numbers(random, LABELS * features));
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /** A head's file in which the last number is not one. */
    public static byte[] withNaN(Head head) {
        byte[] bytes = head.bytes().clone();
        int bits = Float.floatToRawIntBits(Float.NaN);
        for (int i = 0; i < Float.BYTES; i++) {
            bytes[bytes.length - Float.BYTES + i] = (byte) (bits >>> 8 * i);
        }
        return bytes;
    }
}
