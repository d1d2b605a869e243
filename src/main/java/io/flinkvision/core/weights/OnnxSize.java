package io.flinkvision.core.weights;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Counts the parts of an ONNX file before anything is built of them: an empty part takes two bytes in the file and a
 * hundred in memory.
 */
final class OnnxSize {

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

    private OnnxSize(Path file, CodedInputStream in) {
        this.file = file;
        this.in = in;
    }

    /** @throws ModelException if the file cannot be read, is no ONNX model, or has too many parts */
    static void require(Path file) {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            CodedInputStream in = CodedInputStream.newInstance(stream);
            new OnnxSize(file, in).count(ModelProto.getDescriptor(), 0);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(file + " is no ONNX model, or a damaged one: " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
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
