package io.flinkvision.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Writes checkpoints with whole networks in them, each of whose tensors has one number throughout. */
public final class CheckpointBytes {

    private final PickleBytes pickle = PickleBytes.start().opcodes("}");
    private final ZipBytes zip = new ZipBytes();
    private int storages;

    /** Begins a dict in the dict that is being written. */
    public CheckpointBytes begin(String key) {
        pickle.text(key).opcodes("}");
        return this;
    }

    /** Ends the dict that was begun last. */
    public CheckpointBytes end() {
        pickle.opcodes("s");
        return this;
    }

    /** The tensors of a network as entries of the dict that is being written. */
    public CheckpointBytes tensors(Map<String, List<Integer>> shapes, UnaryOperator<String> name, float value) {
        int largest = shapes.values().stream().mapToInt(CheckpointBytes::elements).max().orElseThrow();
        ByteBuffer bytes = ByteBuffer.allocate(largest * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(value);
        }
        String key = Integer.toString(storages++);
        zip.entry("a/data/" + key, bytes.array());
        shapes.forEach((tensor, shape) -> {
            int[] strides = new int[shape.size()];
            for (int i = shape.size() - 1, stride = 1; i >= 0; i--) {
                strides[i] = stride;
                stride *= shape.get(i);
            }
            pickle.text(name.apply(tensor)).tensor("FloatStorage", key, largest, 0,
                    shape.stream().mapToInt(Integer::intValue).toArray(), strides).opcodes("s");
        });
        return this;
    }

    /** So many tensors of one number. */
    public CheckpointBytes tensors(int count) {
        zip.entry("a/data/" + storages, new byte[Float.BYTES]);
        for (int i = 0; i < count; i++) {
            pickle.text("t" + i).tensor("FloatStorage", Integer.toString(storages), 1, 0, new int[] {1}, new int[] {1})
                    .opcodes("s");
        }
        storages++;
        return this;
    }

    public CheckpointBytes text(String key, String value) {
        pickle.text(key).text(value).opcodes("s");
        return this;
    }

    public CheckpointBytes texts(String key, String... values) {
        pickle.text(key).opcodes("](");
        List.of(values).forEach(pickle::text);
        pickle.opcodes("es");
        return this;
    }

    public CheckpointBytes numbers(String key, double... values) {
        pickle.text(key).opcodes("(");
        for (double value : values) {
            pickle.raw('G').raw(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        }
        pickle.opcodes("ts");
        return this;
    }

    /** An object made by calling a class or function with a text. */
    public CheckpointBytes called(String key, String module, String name) {
        pickle.text(key).global(module, name).opcodes("(").text("argument").opcodes("tRs");
        return this;
    }

    /** An object made without calling its class, with attributes. */
    public CheckpointBytes object(String key, String module, String name, Map<String, String> attributes) {
        pickle.text(key).global(module, name).opcodes(")").raw(0x81).opcodes("}");
        attributes.forEach((attribute, value) -> pickle.text(attribute).text(value).opcodes("s"));
        pickle.opcodes("bs");
        return this;
    }

    /** A numpy array as protocol 2 has it, its bytes as a text. */
    public CheckpointBytes numpyArray(String key, int bytes) {
        pickle.text(key).global("numpy.core.multiarray", "_reconstruct").opcodes("(").global("numpy", "ndarray")
                .opcodes("K").raw(0).raw(0x85).global("_codecs", "encode").opcodes("(").text("b").text("latin1")
                .opcodes("tRtR(K").raw(1).opcodes("K").raw(3).raw(0x85).global("numpy", "dtype").opcodes("(")
                .text("u1").opcodes("tR").raw(0x89).global("_codecs", "encode").opcodes("(")
                .text("x".repeat(bytes)).text("latin1").opcodes("tRtbs");
        return this;
    }

    public Path write(Path file) throws IOException {
        return zip.entry("a/data.pkl", pickle.stop()).write(file);
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().reduce(1, (a, b) -> a * b);
    }
}
