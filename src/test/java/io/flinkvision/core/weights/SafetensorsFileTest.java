package io.flinkvision.core.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    /** Two tensors, six bytes of data. */
    private static final String TWO_TENSORS = """
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
            "b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]}}""";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void readsEachTensorWithItsTypeAndShape() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1.5f).putFloat(-2).putShort((short) 0x3c00).putShort((short) 0xc000);
        data.putShort((short) 0x3f80).putShort((short) 0xbf80).putLong(42);
        write("""
                {"__metadata__":{"format":"pt"},\
                "single":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
                "half":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},\
                "brain":{"dtype":"BF16","shape":[2,1,1],"data_offsets":[12,16]},\
                "steps":{"dtype":"I64","shape":[],"data_offsets":[16,24]}}""", data.array());

        List<Tensor> tensors = SafetensorsFile.read(file);

        assertThat(tensors).extracting(Tensor::name).containsExactly("single", "half", "brain", "steps");
        assertThat(tensors).extracting(Tensor::shape)
                .containsExactly(List.of(1, 2), List.of(2), List.of(2, 1, 1), List.of());
        assertThat(tensors).extracting(Tensor::type)
                .containsExactly(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.I64);
        assertThat(tensors.get(0).floats()).containsExactly(1.5f, -2);
        assertThat(tensors.get(1).floats()).containsExactly(1, -2);
        assertThat(tensors.get(2).floats()).containsExactly(1, -1);
        assertThat(tensors.get(3).floats()).containsExactly(42);
    }

    @Test
    void readsAFileInMemoryWithItsMetadata() {
        byte[] bytes = SafetensorsWriter.bytes(
                List.of(Tensor.of("a", List.of(2), new float[] {1, 2})), Map.of("name", "gate \"1\"", "version", "2"));

        SafetensorsFile.Contents contents = SafetensorsFile.read("record 7", bytes);

        assertThat(contents.tensors().floats("a")).containsExactly(1, 2);
        assertThat(contents.metadata()).containsOnly(Map.entry("name", "gate \"1\""), Map.entry("version", "2"));
        bytes[0]++;
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> SafetensorsFile.read("record 7", bytes))
                .withMessageStartingWith("record 7: ");
    }

    @Test
    void findsTheTensorsWhereTheHeaderHasAnotherOrderThanTheData() throws IOException {
        write("""
                {"second":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},\
                "first":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""",
                1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);

        List<Tensor> tensors = SafetensorsFile.read(file);

        assertThat(tensors.get(0).name()).isEqualTo("second");
        assertThat(tensors.get(0).floats()).containsExactly(2);
        assertThat(tensors.get(1).floats()).containsExactly(1);
    }

    @Test
    void readsTensorsWithoutElementsAndAHeaderFilledWithSpaces() throws IOException {
        write("""
                {"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},\
                "b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
                "c":{"dtype":"F16","shape":[0],"data_offsets":[4,4]}}""" + " ".repeat(7), 0, 0, 0, 0);

        List<Tensor> tensors = SafetensorsFile.read(file);

        assertThat(tensors).extracting(tensor -> tensor.floats().length).containsExactly(0, 1, 0);
    }

    @Test
    void readsAFileWithoutTensors() throws IOException {
        write("{}");

        assertThat(SafetensorsFile.read(file)).isEmpty();
    }

    @Test
    void refusesAFileThatIsCutOffAnywhere() throws IOException {
        write(TWO_TENSORS, 0, 0, 0, 0, 0, 0);
        byte[] whole = Files.readAllBytes(file);
        assertThat(SafetensorsFile.read(file)).hasSize(2);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused("truncated");
        }
    }

    @Test
    void saysThatAFileIsMissing() {
        assertRefused("there is no such file");
    }

    @Test
    void saysThatAFolderIsNoFile() throws IOException {
        Files.createDirectory(file);

        assertRefused("is a folder");
    }

    @ParameterizedTest
    @CsvSource({
        "100000001, 100000001",
        "4702111234474983745, 4702111234474983745",
        "-1, 18446744073709551615",
        "-9223372036854775808, 9223372036854775808"
    })
    void refusesAHeaderThatIsLongerThanTheFormatAllows(long length, String unsigned) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(file, bytes.array());

        assertRefused("a header of " + unsigned + " bytes is longer than the format allows");
    }

    @Test
    void refusesAFileWhoseHeaderIsLongerThanItself() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 57);
        Files.write(file, bytes.array());

        assertRefused("the header of 57 bytes is longer than the file, which has 64: the file is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":}", "hello", "{} {}", "{}x", "{'a':1}", "{\"a\":NaN}", "{\"a\":1,}"})
    void refusesAHeaderThatIsNoJson(String header) throws IOException {
        write(header);

        assertRefused("the header is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "[]", "null", "3", "\"text\""})
    void refusesAHeaderThatIsNoObject(String header) throws IOException {
        write(header);

        assertRefused("the header is not a JSON object");
    }

    @Test
    void refusesAHeaderOfDeepNestingWithoutOverflowingTheStack() throws IOException {
        int depth = 1_000_000;
        write("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}");

        assertRefused("the header is not valid JSON");
    }

    @Test
    void refusesFarMoreTensorsThanAnyNetworkHas() throws IOException {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 300_000; i++) {
            header.append(i == 0 ? "" : ",").append('"').append(i)
                    .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }
        write(header.append('}').toString());

        assertRefused("limit");
    }

    @Test
    void refusesALittleMoreTensorsThanTheLimit() throws IOException {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{}");
        for (int i = 0; i <= StateDict.MAX_TENSORS; i++) {
            header.append(",\"").append(i).append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }
        write(header.append('}').toString());

        assertRefused("the header has more than 10000 tensors, the limit");
    }

    @Test
    void refusesTwoTensorsOfTheSameName() throws IOException {
        write("""
                {"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},\
                "a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}""", 0, 0, 0, 0);

        assertRefused("Duplicate", "'a'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "[]", "\"text\"", "{\"format\":3}", "{\"format\":{}}"})
    void refusesMetadataThatAreNoTexts(String metadata) throws IOException {
        write("{\"__metadata__\":" + metadata + "}");

        assertRefused("__metadata__ is not an object of strings");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"dtype\":\"F8_E4M3\"', the dtype is \"F8_E4M3\"",
        "'\"dtype\":\"f16\"', the dtype is \"f16\"",
        "'\"dtype\":16', the dtype is 16",
        "'\"dtype\":null', the dtype is null",
        "'\"type\":\"F16\"', there is no dtype"
    })
    void refusesAnUnknownElementType(String field, String message) throws IOException {
        write("{\"conv.weight\":{" + field + ",\"shape\":[1],\"data_offsets\":[0,2]}}", 0, 0);

        assertRefused("tensor conv.weight: " + message, "F32, F16, BF16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "[]", "null", "\"text\""})
    void refusesATensorThatIsNoObject(String tensor) throws IOException {
        write("{\"conv.weight\":" + tensor + "}");

        assertRefused("tensor conv.weight: ", "is not an object", tensor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "{}", "null", "\"[1]\""})
    void refusesAShapeThatIsNoList(String shape) throws IOException {
        write(tensor(shape, "[0,2]"), 0, 0);

        assertRefused("tensor conv.weight: the shape is " + shape + ", not a list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-1]", "[-1,-1]", "[1.0]", "[\"1\"]", "[null]", "[[1]]", "[2147483648]", "[1e3]"})
    void refusesAShapeWhoseDimensionsAreNoCounts(String shape) throws IOException {
        write(tensor(shape, "[0,2]"), 0, 0);

        assertRefused("tensor conv.weight: the shape ", "a dimension that is not a count");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[2147483647,2147483647,4]",
        "[2147483647,2147483647,2147483647,2147483647]",
        "[65536,65536,65536,65536]",
        "[2147483647,2147483647,2147483647,0]",
        "[2147483647,2147483647,2]"
    })
    void refusesAShapeWhoseProductIsBeyondAllBounds(String shape) throws IOException {
        write(tensor(shape, "[0,0]"));

        assertRefused("tensor conv.weight: the shape " + shape + " is beyond all bounds");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "3", "null", "{}", "[]", "[0]", "[0,2,4]", "[0,2.0]", "[\"0\",\"2\"]", "[0,9223372036854775808]",
        "[-9223372036854775809,2]", "[0,18446744073709551618]"
    })
    void refusesOffsetsThatAreNotTwoWholeNumbers(String offsets) throws IOException {
        write(tensor("[1]", offsets), 0, 0);

        assertRefused("tensor conv.weight: the data_offsets are " + offsets + ", not two integers");
    }

    @Test
    void refusesATensorWithoutOffsets() throws IOException {
        write("{\"conv.weight\":{\"dtype\":\"F16\",\"shape\":[1]}}", 0, 0);

        assertRefused("tensor conv.weight: there are no data_offsets");
    }

    @Test
    void refusesATensorWithoutAShape() throws IOException {
        write("{\"conv.weight\":{\"dtype\":\"F16\",\"data_offsets\":[0,2]}}", 0, 0);

        assertRefused("tensor conv.weight: there is no shape");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[2,0]", "[0,0]", "[0,1]", "[0,4]", "[-2,0]", "[-9223372036854775808,-9223372036854775806]",
        "[9223372036854775807,-9223372036854775807]", "[0,9223372036854775807]"
    })
    void refusesOffsetsThatDoNotSpanTheShape(String offsets) throws IOException {
        write(tensor("[1]", offsets), 0, 0);

        assertRefused("tensor conv.weight: the data_offsets " + offsets + " do not span the 2 bytes of the shape [1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[2,4]", "[1,3]", "[9223372036854775805,9223372036854775807]"})
    void refusesOffsetsBehindTheEndOfTheFile(String offsets) throws IOException {
        write(tensor("[1]", offsets), 0, 0);

        assertRefused("tensor conv.weight: the data_offsets " + offsets + " end beyond the file, which has 2 bytes");
    }

    @ParameterizedTest
    @CsvSource({"'[0,4]', '[2,4]'", "'[0,4]', '[0,2]'", "'[0,4]', '[1,3]'"})
    void refusesTensorsThatOverlap(String a, String b) throws IOException {
        write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":" + a
                + "},\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":" + b + "}}", 0, 0, 0, 0);

        assertRefused("tensor ", "overlap");
    }

    @Test
    void refusesBytesBetweenTensorsThatBelongToNone() throws IOException {
        write("""
                {"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},\
                "b":{"dtype":"F16","shape":[1],"data_offsets":[3,5]}}""", 0, 0, 0, 0, 0);

        assertRefused("tensor b: the data_offsets start at 3, and the bytes from 2 belong to no tensor");
    }

    @Test
    void refusesBytesAfterTheLastTensor() throws IOException {
        write(TWO_TENSORS, 0, 0, 0, 0, 0, 0, 7, 7, 7);

        assertRefused("the last 3 bytes belong to no tensor");
    }

    @Test
    void doesNotRepeatAnOverlongHeaderInItsMessage() throws IOException {
        write(tensor("[" + "1,".repeat(500_000) + "1]", "[0,0]"), 0, 0);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> SafetensorsFile.read(file))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
    }

    private static String tensor(String shape, String offsets) {
        return "{\"conv.weight\":{\"dtype\":\"F16\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private void write(String header, int... data) throws IOException {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        write(header, bytes);
    }

    private void write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json).put(data);
        Files.write(file, bytes.array());
    }

    private void assertRefused(String... messageParts) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> SafetensorsFile.read(file))
                .withMessageStartingWith(file.toString())
                .withMessageContainingAll(messageParts);
    }
}
