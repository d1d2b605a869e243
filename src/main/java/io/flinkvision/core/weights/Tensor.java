package io.flinkvision.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A named array of numbers.
 *
 * @param name its name in the state dict
 * @param type the type of its elements
 * @param shape its dimensions, the outermost first; empty for a single number
 * @param data its elements, row-major, from index 0 to the limit; little-endian
 */
public record Tensor(String name, ElementType type, List<Integer> shape, ByteBuffer data) {

    public Tensor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (shape.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("Tensor " + name + " has a negative dimension: " + shape);
        }
        List<Integer> dimensions = shape;
        long bytes = bytes(shape, type).orElseThrow(() -> new IllegalArgumentException(
                "Tensor " + name + " has the shape " + dimensions + ", which is beyond all bounds"));
        if (bytes != data.limit()) {
            throw new IllegalArgumentException("Tensor " + name + " of the shape " + shape + " has "
                    + data.limit() + " bytes, not " + bytes);
        }
    }

    /** A tensor of floats in memory. */
    public static Tensor of(String name, List<Integer> shape, float[] elements) {
        ByteBuffer data = ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(elements);
        return new Tensor(name, ElementType.F32, shape, data);
    }

    /** The bytes that a shape takes; empty where they are beyond all bounds. */
    static OptionalLong bytes(List<Integer> shape, ElementType type) {
        try {
            return OptionalLong.of(Math.multiplyExact(elements(shape), type.bytes()));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** The number of elements of a shape; throws {@link ArithmeticException} where it is beyond all bounds. */
    static long elements(List<Integer> shape) {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /**
     * The elements as floats. Doubles, and integers beyond 2^24, are rounded to the nearest; a double beyond the range
     * of floats becomes infinite.
     */
    public float[] floats() {
        float[] floats = new float[data.limit() / type.bytes()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = type.read(data, i * type.bytes());
        }
        return floats;
    }
}
