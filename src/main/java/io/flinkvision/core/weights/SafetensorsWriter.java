package io.flinkvision.core.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes safetensors files, see {@link SafetensorsFile}. */
public final class SafetensorsWriter {

    /** The types that weights are computed with; all others are written as floats. */
    private static final Set<ElementType> KEPT = Set.of(ElementType.F32, ElementType.F16, ElementType.BF16);

    /** Alignment for reads of eight bytes at once. */
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * Writes tensors: floats of 32 and 16 bits as they are, other numbers as {@link Tensor#floats() floats} of 32 bits.
     *
     * @param file is made, and must not be there
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, Collection<Tensor> tensors) throws IOException {
        write(file, tensors, Map.of());
    }

    /**
     * Writes tensors, and texts about them.
     *
     * @param file is made, and must not be there
     * @param metadata texts about the tensors
     * @throws IOException if it cannot be written
     * @throws ModelException if names and texts are too long for a header
     */
    public static void write(Path file, Collection<Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : parts(tensors, metadata)) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
        }
    }

    /**
     * The bytes of such a file, which are the same for the same tensors in the same order and the same metadata.
     *
     * @param metadata texts about the tensors
     */
    public static byte[] bytes(Collection<Tensor> tensors, Map<String, String> metadata) {
        List<ByteBuffer> parts = parts(tensors, metadata);
        ByteBuffer bytes = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact));
        parts.forEach(bytes::put);
        return bytes.array();
    }

    /** The header, then each tensor's elements. */
    private static List<ByteBuffer> parts(Collection<Tensor> tensors, Map<String, String> metadata) {
        // Larger elements first, so that each tensor begins at a multiple of its element's size.
        List<Tensor> inOrder = tensors.stream()
                .map(SafetensorsWriter::ofKeptType)
                .sorted(Comparator.comparingInt(tensor -> -tensor.type().bytes()))
                .toList();
        byte[] header = header(inOrder, metadata).toString().getBytes(StandardCharsets.UTF_8);
        if (header.length + ALIGNMENT > SafetensorsFile.MAX_HEADER_BYTES) {
            throw new ModelException("The names and texts of a safetensors file have " + header.length
                    + " bytes, more than the limit of " + SafetensorsFile.MAX_HEADER_BYTES);
        }
        int padding = (ALIGNMENT - header.length % ALIGNMENT) % ALIGNMENT;
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(ByteBuffer.allocate(Long.BYTES + header.length + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length + padding)
                .put(header)
                .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8))
                .flip());
        inOrder.forEach(tensor -> parts.add(tensor.data().duplicate().rewind()));
        return parts;
    }

    private static Tensor ofKeptType(Tensor tensor) {
        return KEPT.contains(tensor.type()) ? tensor : Tensor.of(tensor.name(), tensor.shape(), tensor.floats());
    }

    private static ObjectNode header(List<Tensor> tensors, Map<String, String> metadata) {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = header.putObject(SafetensorsFile.METADATA);
            new TreeMap<>(metadata).forEach(texts::put);
        }
        long begin = 0;
        for (Tensor tensor : tensors) {
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", tensor.type().name());
            ArrayNode shape = entry.putArray("shape");
            tensor.shape().forEach(shape::add);
            long end = begin + tensor.data().limit();
            entry.putArray("data_offsets").add(begin).add(end);
            begin = end;
        }
        return header;
    }
}
