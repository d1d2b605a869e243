package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

    private static final Tensor HALVES =
            new Tensor("halves", ElementType.F16, List.of(3), bytes(6).putShort(0, (short) 0x3c00));
    private static final Tensor BRAINS =
            new Tensor("brains", ElementType.BF16, List.of(1, 1), bytes(2).putShort(0, (short) 0x3fc0));
    private static final Tensor FLOATS = Tensor.of("a name with \"quotes\"", List.of(2, 2), new float[] {1, -0f, 3, 4});
    private static final Tensor DOUBLES = new Tensor("doubles", ElementType.F64, List.of(2),
            bytes(16).putDouble(0, 0.1).putDouble(8, -2));
    private static final Tensor COUNTS =
            new Tensor("counts", ElementType.I64, List.of(), bytes(8).putLong(0, 7));

    @TempDir
    Path folder;

    @Test
    void writesWhatTheReaderReads() throws IOException {
        Map<String, Tensor> read = write(HALVES, BRAINS, FLOATS);

        for (Tensor written : List.of(HALVES, BRAINS, FLOATS)) {
            Tensor tensor = read.get(written.name());
            assertThat(tensor.type()).isEqualTo(written.type());
            assertThat(tensor.shape()).isEqualTo(written.shape());
            assertThat(tensor.data()).isEqualTo(written.data());
        }
    }

    @Test
    void writesAllOtherNumbersAsFloats() throws IOException {
        Map<String, Tensor> read = write(DOUBLES, COUNTS);

        assertThat(read.get("doubles").type()).isEqualTo(ElementType.F32);
        assertThat(read.get("doubles").floats()).containsExactly(0.1f, -2);
        assertThat(read.get("counts").type()).isEqualTo(ElementType.F32);
        assertThat(read.get("counts").floats()).containsExactly(7);
    }

    /** Other readers map the file, and take a tensor as an array where it lies. */
    @Test
    void beginsEachTensorAtAMultipleOfItsElements() throws IOException {
        Path file = folder.resolve("aligned.safetensors");
        SafetensorsWriter.write(file, List.of(HALVES, FLOATS));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);

        int start = Long.BYTES + (int) bytes.getLong(0);

        assertThat(start % 8).isZero();
        // The floats come first, though they were given last.
        assertThat(bytes.getFloat(start)).isEqualTo(1);
        assertThat(bytes.getShort(start + 16)).isEqualTo((short) 0x3c00);
        assertThat(bytes.limit()).isEqualTo(start + 16 + 6);
    }

    @Test
    void writesOverNoFile() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.safetensors"), "mine");

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> SafetensorsWriter.write(file, List.of(FLOATS)));
        assertThat(file).hasContent("mine");
    }

    @Test
    void givesTheBytesOfTheFileThatItWrites() throws IOException {
        write(HALVES, FLOATS);

        assertThat(SafetensorsWriter.bytes(List.of(HALVES, FLOATS), Map.of()))
                .isEqualTo(Files.readAllBytes(folder.resolve("tensors.safetensors")));
    }

    @Test
    void givesTheSameBytesForTheSameMetadataInAnyOrder() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("b", "2");
        metadata.put("a", "1");
        Map<String, String> reversed = new LinkedHashMap<>();
        reversed.put("a", "1");
        reversed.put("b", "2");

        assertThat(SafetensorsWriter.bytes(List.of(FLOATS), metadata))
                .isEqualTo(SafetensorsWriter.bytes(List.of(FLOATS), reversed));
    }

    private Map<String, Tensor> write(Tensor... tensors) throws IOException {
        Path file = folder.resolve("tensors.safetensors");
        SafetensorsWriter.write(file, List.of(tensors));
        return SafetensorsFile.read(file).stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }
}
