package io.flinkvision.core.bundle;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights made by a formula, so that a reference needs no weights file: element {@code i} of a tensor comes from
 * SplitMix64 seeded with the FNV-1a hash of the tensor's name, scaled by what the tensor is.
 */
public final class FormulaWeights {

    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private FormulaWeights() {}

    /** Element {@code i} of the sequence of a name, in [-1, 1), exact in float32. */
    static float uniform(String name, long salt, int i) {
        long hash = FNV_OFFSET_BASIS;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        long z = hash + salt + (i + 1L) * GOLDEN_GAMMA;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        z = z ^ z >>> 31;
        return (z >>> 40) / (float) (1 << 23) - 1;
    }

    /** {@code count} elements of the input, 2 u each. */
    public static float[] input(long salt, int count) {
        float[] input = sequence("input", salt, count);
        for (int i = 0; i < count; i++) {
            input[i] *= 2;
        }
        return input;
    }

    /** The state dict of the given names and shapes. */
    public static StateDict stateDict(Map<String, List<Integer>> shapes, long salt) {
        return StateDict.of("formula-made weights", shapes.entrySet().stream()
                .map(entry -> Tensor.of(entry.getKey(), entry.getValue(),
                        elements(entry.getKey(), entry.getValue(), shapes.keySet(), salt)))
                .toList());
    }

    private static float[] elements(String name, List<Integer> shape, Set<String> names, long salt) {
        int count = shape.stream().reduce(1, Math::multiplyExact);
        String module = name.substring(0, name.lastIndexOf('.'));
        if (name.endsWith(".num_batches_tracked")) {
            return new float[count];
        }
        float[] elements = sequence(name, salt, count);
        float scale;
        float shift = 0;
        if (name.endsWith(".running_var")) {
            scale = 0.5f;
            shift = 1;
        } else if (name.endsWith(".running_mean") || name.endsWith(".bias")) {
            scale = 0.25f;
        } else if (names.contains(module + ".running_var")) {
            scale = 0.25f;
            shift = 1;
        } else {
            scale = (float) Math.sqrt(6.0 / (count / shape.get(0)));
        }
        for (int i = 0; i < count; i++) {
            elements[i] = shift + scale * elements[i];
        }
        return elements;
    }

    private static float[] sequence(String name, long salt, int count) {
        float[] sequence = new float[count];
        for (int i = 0; i < count; i++) {
            sequence[i] = uniform(name, salt, i);
        }
        return sequence;
    }
}
