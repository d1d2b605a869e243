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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

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
        // Larger elements first, so that each tensor begins at a multiple of its element's size.
        List<Tensor> inOrder = tensors.stream()
                .map(SafetensorsWriter::ofKeptType)
                .sorted(Comparator.comparingInt(tensor -> -tensor.type().bytes()))
                .toList();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] header = header(inOrder).toString().getBytes(StandardCharsets.UTF_8);
            int padding = (ALIGNMENT - header.length % ALIGNMENT) % ALIGNMENT;
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length + padding)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length + padding)
                    .put(header)
                    .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8))
                    .flip();
            writeAll(channel, start);
            for (Tensor tensor : inOrder) {
                writeAll(channel, tensor.data().duplicate().rewind());
            }
        }
    }

    private static Tensor ofKeptType(Tensor tensor) {
        return KEPT.contains(tensor.type()) ? tensor : Tensor.of(tensor.name(), tensor.shape(), tensor.floats());
    }

    private static ObjectNode header(List<Tensor> tensors) {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
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

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
