package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.flinkvision.core.weights.OnnxModel.Value;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads ONNX models. */
public final class OnnxModelReader {

    /** The operators that hand on the numbers as they are. */
    private static final Set<String> RESHAPING =
            Set.of("Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast");

    /** A cycle of these would be no graph; the bound keeps a hostile file from holding the reader. */
    private static final int MAX_RESHAPINGS = 16;

    /** The element types of weights; the others are those of shapes, indices and truth values. */
    private static final Set<TensorProto.DataType> WEIGHT_TYPES = Set.of(
            TensorProto.DataType.FLOAT, TensorProto.DataType.FLOAT16, TensorProto.DataType.BFLOAT16,
            TensorProto.DataType.DOUBLE, TensorProto.DataType.INT8, TensorProto.DataType.UINT8);

    private OnnxModelReader() {}

    /**
     * The model with all its numbers.
     *
     * @throws ModelException if the file cannot be read, is not an ONNX model, or has too many parts
     */
    static ModelProto parse(Path file) {
        if (Files.isDirectory(file)) {
            throw new ModelException(file + " is a folder, not an ONNX model");
        }
        ForeignFormat.requireNone(file);
        try {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                new Size(file, CodedInputStream.newInstance(in)).count(ModelProto.getDescriptor(), 0);
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                ModelProto model = ModelProto.parseFrom(in);
                if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
                    throw new ModelException(file + " is not an ONNX model: it holds no graph");
                }
                return model;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(file + " is not an ONNX model, or a damaged one: " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Counts the parts of a file before anything is built of them: an empty part takes two bytes in the file and a
     * hundred in memory.
     */
    static final class Size {

        /** Nodes, attributes, dimensions, texts: a network of a thousand nodes has some ten thousand. */
        static final int MAX_PARTS = 2_000_000;

        /** A network of a thousand layers has some thousands. */
        static final int MAX_TENSORS = 100_000;

        /** The limit of protobuf's own reader. */
        private static final int MAX_DEPTH = 100;

        private final Path file;
        private final CodedInputStream in;
        private int parts;
        private int tensors;

        private Size(Path file, CodedInputStream in) {
            this.file = file;
            this.in = in;
        }

        private void count(Descriptor message, int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw new ModelException(file + " nests its parts deeper than " + MAX_DEPTH);
            }
            tensors += message == TensorProto.getDescriptor() ? 1 : 0;
            if (tensors > MAX_TENSORS) {
                throw new ModelException(file + " has more than " + MAX_TENSORS + " tensors, the limit");
            }
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                FieldDescriptor field = message.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
                boolean isDelimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                // Numbers alone are kept as arrays, however many there are.
                parts += isDelimited ? 1 : 0;
                if (parts > MAX_PARTS) {
                    throw new ModelException(file + " has more than " + MAX_PARTS + " parts, the limit");
                }
                if (isDelimited && field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    int limit = in.pushLimit(in.readRawVarint32());
                    count(field.getMessageType(), depth + 1);
                    in.popLimit(limit);
                } else {
                    in.skipField(tag);
                }
            }
        }
    }

    /** @throws ModelException if the model keeps weights in other files, or has fields that are not known */
    public static OnnxModel read(String source, ModelProto model) {
        GraphProto graph = model.getGraph();
        requireOwnWeights(source, model);
        Set<String> initializers =
                graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        List<Value> inputs = graph.getInputList().stream()
                .filter(input -> !initializers.contains(input.getName()))
                .map(OnnxModelReader::value)
                .toList();
        List<Value> outputs = graph.getOutputList().stream().map(OnnxModelReader::value).toList();
        return new OnnxModel(source, inputs, outputs, graph.getNodeCount(), parameters(graph),
                outputs.size() == 1 ? lastOperator(graph, outputs.get(0).name()) : "",
                metadata(model));
    }

    /** A model is one file here: it travels with a job, and another machine's files are not there. */
    private static void requireOwnWeights(String source, ModelProto model) {
        OnnxTensors.changed(source, model, tensor -> {
            if (OnnxExternalData.isExternal(tensor)) {
                throw new ModelException(source + ": tensor " + tensor.getName() + " lies in another file, and a bundle"
                        + " holds all of its model; 'vision model import' takes such data in");
            }
            return tensor;
        });
    }

    private static Value value(ValueInfoProto info) {
        TensorProto.DataType type = Optional.ofNullable(
                TensorProto.DataType.forNumber(info.getType().getTensorType().getElemType()))
                .orElse(TensorProto.DataType.UNDEFINED);
        List<Integer> shape = info.getType().getTensorType().getShape().getDimList().stream()
                .map(OnnxModelReader::dimension)
                .toList();
        return new Value(info.getName(), type.name().toLowerCase(Locale.ROOT), shape);
    }

    private static int dimension(Dimension dimension) {
        boolean fixed = dimension.hasDimValue() && dimension.getDimValue() >= 0
                && dimension.getDimValue() <= Integer.MAX_VALUE;
        return fixed ? (int) dimension.getDimValue() : OnnxModel.OPEN;
    }

    private static long parameters(GraphProto graph) {
        return graph.getInitializerList().stream()
                .filter(tensor -> WEIGHT_TYPES.contains(TensorProto.DataType.forNumber(tensor.getDataType())))
                .mapToLong(tensor -> tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }

    private static String lastOperator(GraphProto graph, String output) {
        String name = output;
        for (int step = 0; step < MAX_RESHAPINGS; step++) {
            String sought = name;
            Optional<NodeProto> maker = graph.getNodeList().stream()
                    .filter(node -> node.getOutputList().contains(sought))
                    .findFirst();
            if (maker.isEmpty() || maker.get().getInputCount() == 0
                    || !RESHAPING.contains(maker.get().getOpType())) {
                return maker.map(NodeProto::getOpType).orElse("");
            }
            name = maker.get().getInput(0);
        }
        return "";
    }

    /** The last of several texts with the same key counts, as in ONNX's own tools. */
    private static Map<String, String> metadata(ModelProto model) {
        return model.getMetadataPropsList().stream().collect(Collectors.toMap(
                StringStringEntryProto::getKey, StringStringEntryProto::getValue, (first, second) -> second));
    }
}
