package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The properties of an ONNX model (onnx.ai, {@code onnx.proto}): everything except its weights.
 *
 * @param source where it comes from, for errors
 * @param inputs what it is given, without the initializers that older files list among them
 * @param outputs what it computes
 * @param nodes how many operators it has
 * @param parameters elements of its initializers, running statistics included, shapes and indices not
 * @param lastOperator the operator that makes the output, apart from those that only change its shape; empty where the
 *     model has not exactly one output
 * @param metadata texts that its author added
 */
public record OnnxModel(
        String source,
        List<Value> inputs,
        List<Value> outputs,
        int nodes,
        long parameters,
        String lastOperator,
        Map<String, String> metadata) {

    /** A dimension that is open: a batch of any size, pictures of any width. */
    public static final int OPEN = -1;

    /** The file name extension. */
    public static final String SUFFIX = ".onnx";

    /** ONNX's name of 32-bit floats. */
    private static final String FLOAT = "float";

    /** The operators whose output is a probability for each class. */
    private static final List<String> PROBABILITY_OPERATORS = List.of("Softmax", "Sigmoid");

    /**
     * An input or output.
     *
     * @param name its name in the model
     * @param type of its elements, as ONNX calls it: {@code float}, {@code uint8}
     * @param shape its dimensions, some of them {@link #OPEN}; empty if the model does not say
     */
    public record Value(String name, String type, List<Integer> shape) {

        public Value {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
            shape = List.copyOf(shape);
        }

        /** {@code input: float [?, 3, 224, 224]}. */
        @Override
        public String toString() {
            return name + ": " + type + " " + (shape.isEmpty() ? "of any shape" : shape.stream()
                    .map(dimension -> dimension == OPEN ? "?" : dimension.toString())
                    .collect(Collectors.joining(", ", "[", "]")));
        }
    }

    /**
     * The input of an image classifier.
     *
     * @param layout the order of its dimensions
     * @param size rows and columns in pixels; empty where they are open
     */
    public record ImageInput(InputLayout layout, OptionalInt size) {}

    public OnnxModel {
        Objects.requireNonNull(source, "source");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Objects.requireNonNull(lastOperator, "lastOperator");
        metadata = Map.copyOf(metadata);
    }

    /**
     * Reads a file.
     *
     * @throws ModelException if it cannot be read, is not an ONNX model, or keeps its weights in other files
     */
    public static OnnxModel read(Path file) {
        return OnnxModelReader.read(file.toString(), OnnxModelReader.parse(file));
    }

    /**
     * Reads a model that is in memory.
     *
     * @param source where it comes from, for errors
     * @throws ModelException as {@link #read(Path)}
     */
    public static OnnxModel read(String source, byte[] bytes) {
        try {
            return OnnxModelReader.read(source, ModelProto.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(source + " is not an ONNX model, or a damaged one: " + e.getMessage(), e);
        }
    }

    /** Whether a file's name has the extension of ONNX models. */
    public static boolean isNamedSo(Path file) {
        return file.getFileName() != null
                && file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX);
    }

    /**
     * The input, as that of an image classifier: {@code [n, 3, size, size]} or {@code [n, size, size, 3]}, floats.
     *
     * @throws ModelException if it is none
     */
    public ImageInput imageInput() {
        Value input = only(inputs, "input");
        List<Integer> shape = input.shape();
        if (shape.size() != 4 || !takesOne(shape) || shape.get(1) != 3 && shape.get(3) != 3) {
            throw new ModelException(source + ": the input " + input + " is not an image input, which is"
                    + " [n, 3, size, size] or [n, size, size, 3] with n open or 1");
        }
        InputLayout layout = shape.get(1) == 3 ? InputLayout.CHANNELS_FIRST : InputLayout.CHANNELS_LAST;
        int height = shape.get(layout == InputLayout.CHANNELS_FIRST ? 2 : 1);
        int width = shape.get(layout == InputLayout.CHANNELS_FIRST ? 3 : 2);
        if (height != OPEN && width != OPEN && height != width) {
            throw new ModelException(source + ": the input " + input + " takes pictures that are not square, which is"
                    + " not supported");
        }
        int size = Math.max(height, width);
        return new ImageInput(layout, size == OPEN ? OptionalInt.empty() : OptionalInt.of(size));
    }

    /**
     * The classes of the output, as that of a classifier: {@code [n, classes]} or {@code [n, classes, 1, 1]}, floats.
     *
     * @return empty where their number is open
     * @throws ModelException if it is none
     */
    public OptionalInt classes() {
        Value output = only(outputs, "output");
        List<Integer> shape = output.shape();
        if (shape.isEmpty()) {
            return OptionalInt.empty();
        }
        boolean flat = shape.size() == 2;
        boolean pooled = shape.size() == 4 && isOneOrOpen(shape.get(2)) && isOneOrOpen(shape.get(3));
        if (!flat && !pooled || !takesOne(shape) || shape.get(1) == 0) {
            throw new ModelException(source + ": the output " + output + " is not one score per class, which is"
                    + " [n, classes] or [n, classes, 1, 1] with n open or 1");
        }
        return shape.get(1) == OPEN ? OptionalInt.empty() : OptionalInt.of(shape.get(1));
    }

    /** Probabilities if the last operator makes them, else logits. */
    public Scores scores() {
        return PROBABILITY_OPERATORS.contains(lastOperator) ? Scores.PROBABILITIES : Scores.LOGITS;
    }

    private Value only(List<Value> values, String role) {
        if (values.size() != 1) {
            throw new ModelException(source + ": an image classifier has one " + role + ", but this model has "
                    + values.size() + (values.isEmpty() ? "" : ": " + values.stream()
                            .map(Value::toString).collect(Collectors.joining("; "))));
        }
        Value value = values.get(0);
        if (!value.type().equals(FLOAT)) {
            throw new ModelException(source + ": the " + role + " " + value + " is not of 32-bit floats; convert the"
                    + " model so that its input and output are float32, whatever it computes with inside");
        }
        return value;
    }

    private static boolean takesOne(List<Integer> shape) {
        return isOneOrOpen(shape.get(0));
    }

    private static boolean isOneOrOpen(int dimension) {
        return dimension == 1 || dimension == OPEN;
    }

    /** The order of the dimensions of a network's input. */
    public enum InputLayout {
        /** NCHW, {@code [n, 3, height, width]}: PyTorch's and ONNX's own. */
        CHANNELS_FIRST,
        /** NHWC, {@code [n, height, width, 3]}: TensorFlow's. */
        CHANNELS_LAST;

        /** The shape of one picture, {@code [1, 3, size, size]} or {@code [1, size, size, 3]}. */
        public long[] shape(int size) {
            return this == CHANNELS_FIRST ? new long[] {1, 3, size, size} : new long[] {1, size, size, 3};
        }
    }

    /** The kind of a network's output. */
    public enum Scores {
        /** Unbounded scores, which softmax turns into probabilities. */
        LOGITS,
        /** From 0 to 1, since the network ends with a softmax of its own, or with a sigmoid for each class. */
        PROBABILITIES
    }
}
