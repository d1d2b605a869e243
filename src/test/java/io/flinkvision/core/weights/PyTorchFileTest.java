package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what PyTorch itself wrote; make-fixtures.py beside the fixtures says how. */
class PyTorchFileTest {

    private static final Path FIXTURES = Path.of("src/test/resources/weights");

    /** A low bit, the sign, or all bits of a byte, in turn. */
    private static final int[] CHANGES = {0x01, 0x80, 0xff};

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("typesFiles")
    void readsEveryElementType(Path file) {
        StateDict stateDict = StateDict.read(file);

        assertThat(stateDict.names()).containsExactly("float", "double", "half", "bfloat16", "long", "int", "short",
                "char", "byte", "bool", "scalar", "empty", "parameter");
        assertThat(stateDict.shapes()).containsEntry("float", List.of(2, 3, 2, 2)).containsEntry("scalar", List.of())
                .containsEntry("empty", List.of(0, 3));
        assertThat(stateDict.floats("float")).containsExactly(firstQuarters(24));
        assertThat(stateDict.floats("double")).containsExactly(firstQuarters(6));
        assertThat(stateDict.floats("half")).containsExactly(firstQuarters(9));
        assertThat(stateDict.floats("bfloat16")).containsExactly(firstQuarters(12));
        for (String name : List.of("long", "int", "short", "char")) {
            assertThat(stateDict.floats(name)).as(name).containsExactly(-2, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 1);
        }
        assertThat(stateDict.floats("byte")).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3);
        assertThat(stateDict.floats("bool")).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1);
        assertThat(stateDict.floats("scalar")).containsExactly(-2);
        assertThat(stateDict.floats("empty")).isEmpty();
        assertThat(stateDict.floats("parameter")).containsExactly(firstQuarters(10));
    }

    static Stream<Path> typesFiles() throws IOException {
        return fixtures("types");
    }

    @ParameterizedTest
    @MethodSource("viewsFiles")
    void readsViewsInTheOrderOfTheirElements(Path file) {
        StateDict stateDict = StateDict.read(file);

        assertThat(stateDict.floats("base")).containsExactly(firstQuarters(24));
        assertThat(stateDict.floats("shared")).containsExactly(firstQuarters(24));
        assertThat(stateDict.floats("row")).containsExactly(quarters(12, 13, 14, 15, 16, 17));
        assertThat(stateDict.floats("reshaped")).containsExactly(firstQuarters(24));
        assertThat(stateDict.floats("transposed")).containsExactly(quarters(IntStream.range(0, 24)
                .map(i -> i % 4 * 6 + i / 4)
                .toArray()));
        assertThat(stateDict.floats("stepped")).containsExactly(quarters(6, 9, 18, 21));
        assertThat(stateDict.floats("expanded")).containsExactly(quarters(1, 1, 1, 1, 1, 1));
        assertThat(stateDict.floats("channelsLast")).containsExactly(firstQuarters(24));
        assertThat(stateDict.floats("halfTransposed")).containsExactly(quarters(0, 2, 4, 1, 3, 5));
        assertThat(stateDict.shapes()).isEqualTo(Map.of("base", List.of(4, 6), "shared", List.of(4, 6),
                "row", List.of(6), "reshaped", List.of(2, 12), "transposed", List.of(6, 4), "stepped", List.of(2, 2),
                "expanded", List.of(3, 2), "channelsLast", List.of(2, 3, 2, 2), "halfTransposed", List.of(2, 3)));
    }

    static Stream<Path> viewsFiles() throws IOException {
        return fixtures("views");
    }

    @ParameterizedTest
    @MethodSource("checkpointFiles")
    void findsTheStateDictOfATrainingCheckpointAndDropsTheDataParallelPrefix(Path file) {
        StateDict stateDict = StateDict.read(file);

        assertThat(stateDict.names()).containsExactly("weight", "bias");
        assertThat(stateDict.floats("weight")).containsExactly(firstQuarters(6));
        assertThat(stateDict.floats("bias")).containsExactly(firstQuarters(2));
    }

    static Stream<Path> checkpointFiles() throws IOException {
        return fixtures("checkpoint");
    }

    @ParameterizedTest
    @MethodSource("complexFiles")
    void namesATensorWhoseElementsAreNotRead(Path file) {
        refuses(file, "tensor complex", "torch.ComplexFloatStorage");
    }

    static Stream<Path> complexFiles() throws IOException {
        return fixtures("complex");
    }

    @ParameterizedTest
    @MethodSource("moduleFiles")
    void refusesAWholeModuleAndSaysHowToSaveItsWeights(Path file) {
        refuses(file, "torch.nn.modules.linear.Linear", "torch.save(model.state_dict(), file)");
    }

    static Stream<Path> moduleFiles() throws IOException {
        return fixtures("module");
    }

    @ParameterizedTest
    @MethodSource("filesOfEachForm")
    void refusesAFileThatIsCutOffAnywhere(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += length < 32 || length > whole.length - 32 ? 1 : 11) {
            Path cut = Files.write(folder.resolve(length + "-cut.pth"), Arrays.copyOf(whole, length));
            assertThatExceptionOfType(ModelException.class).as("cut to %s bytes", length)
                    .isThrownBy(() -> StateDict.read(cut))
                    .withMessageContaining("cut.pth");
        }
    }

    @ParameterizedTest
    @MethodSource("filesOfEachForm")
    void readsOrRefusesAFileWithAnyByteChangedButNeverFailsOtherwise(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < bytes.length; i++) {
            int change = CHANGES[i % CHANGES.length];
            bytes[i] ^= (byte) change;
            Path changed = Files.write(folder.resolve(i + "-changed.pth"), bytes);
            try {
                StateDict stateDict = StateDict.read(changed);
                stateDict.names().forEach(name -> readIgnoringDamage(stateDict, name));
            } catch (ModelException e) {
                assertThat(e).hasMessageContaining("changed.pth");
                refused++;
            }
            bytes[i] ^= (byte) change;
            Files.delete(changed);
        }
        assertThat(refused).isGreaterThan(bytes.length / 3);
    }

    private static void readIgnoringDamage(StateDict stateDict, String name) {
        try {
            stateDict.floats(name);
        } catch (ModelException e) {
            assertThat(e).hasMessageContaining(name);
        }
    }

    static Stream<Path> filesOfEachForm() {
        return Stream.of("pytorch-1.13/views.pth", "pytorch-2.13/views.pth", "pytorch-1.13/views-legacy.pth",
                        "pytorch-2.13/checkpoint-legacy.pth")
                .map(FIXTURES::resolve);
    }

    @ParameterizedTest
    @CsvSource({"views.pth,weights.safetensors", "views-legacy.pth,weights.zip"})
    void tellsTheFormatByTheContentNotTheName(String fixture, String name) throws IOException {
        Path file = Files.copy(FIXTURES.resolve("pytorch-1.13").resolve(fixture), folder.resolve(name));

        assertThat(StateDict.read(file).floats("base")).containsExactly(firstQuarters(24));
    }

    @Test
    void readsASafetensorsFileWhoseFirstBytesLookLikeAPickle() throws IOException {
        String header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        byte[] padded = (header + " ".repeat(0x280 - header.length())).getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("weights.pth");
        Files.write(file, new PickleBytes().raw(0x80, 2, 0, 0, 0, 0, 0, 0).raw(padded).raw(7).bytes());

        assertThat(StateDict.read(file).floats("w")).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model", "model_state_dict", "state_dict_ema", "model_ema"})
    void findsTheStateDictUnderItsUsualNames(String key) throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}").text("epoch").number(3).opcodes("s").text(key);

        Path file = write(oneTensor(pickle, "w").opcodes("s").stop());

        assertThat(StateDict.read(file).names()).containsExactly("w");
    }

    @Test
    void prefersTheWeightsToTheirAverageWhateverTheirOrder() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}").text("model_ema");
        oneTensor(pickle, "average").opcodes("s").text("model");
        oneTensor(pickle, "w").opcodes("s");

        assertThat(StateDict.read(write(pickle.stop())).names()).containsExactly("w");
    }

    @Test
    void takesAnEntryThatIsATextForNoStateDict() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}").text("model").text("small").opcodes("s")
                .text("model_state_dict");

        assertThat(StateDict.read(write(oneTensor(pickle, "w").opcodes("s").stop())).names()).containsExactly("w");
    }

    @Test
    void keepsAPrefixThatNotAllNamesHave() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}").text("module.w");
        pickle.tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1}).opcodes("s").text("v");
        pickle.tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1}).opcodes("s");

        assertThat(StateDict.read(write(pickle.stop())).names()).isEqualTo(Set.of("module.w", "v"));
    }

    @Test
    void listsTheEntriesOfACheckpointWithoutAStateDict() throws IOException {
        refuses(write(PickleBytes.start().opcodes("}").text("epoch").number(3).opcodes("s").stop()),
                "no state dict", "[epoch]");
    }

    @Test
    void namesAnEntryOfTheStateDictThatIsNoTensor() throws IOException {
        PickleBytes pickle = oneTensor(PickleBytes.start(), "w");

        refuses(write(pickle.text("steps").number(3).opcodes("s").stop()), "tensor steps", "an integer");
    }

    @Test
    void refusesAnEmptyStateDictAndWhatIsNoDictAtAll() throws IOException {
        refuses(write(PickleBytes.start().opcodes("}").text("model").opcodes("}s").stop()), "the state dict is empty");
        refuses(write(PickleBytes.start().opcodes("]").stop()), "a list, not a state dict");
    }

    @Test
    void refusesANumberAsATensorsName() throws IOException {
        PickleBytes pickle = oneTensor(PickleBytes.start(), "w").number(1);
        pickle.tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1}).opcodes("s");

        refuses(write(pickle.stop()), "a key that is not a text");
    }

    @Test
    void namesTheElementOfADoubleBeyondTheRangeOfFloats() throws IOException {
        byte[] huge = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(1e300).array();
        byte[] pickle = PickleBytes.stateDict("DoubleStorage", "0", 1, 0, new int[] {1}, new int[] {1});
        Path file = ZipBytes.checkpoint(pickle, huge).write(folder.resolve("weights.pth"));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> StateDict.read(file).floats("w"))
                .withMessageContaining("element 0 of tensor w is Infinity");
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        refuses(folder.resolve("missing.pth"), "missing.pth: there is no such file");
    }

    /** A dict of one tensor of one element. */
    private static PickleBytes oneTensor(PickleBytes pickle, String name) {
        return pickle.opcodes("}").text(name)
                .tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1}).opcodes("s");
    }

    private Path write(byte[] pickle) throws IOException {
        return ZipBytes.checkpoint(pickle, new byte[4]).write(folder.resolve("weights.pth"));
    }

    private static void refuses(Path file, String... parts) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> StateDict.read(file))
                .withMessageStartingWith(file.toString())
                .withMessageContainingAll(parts);
    }

    private static Stream<Path> fixtures(String name) throws IOException {
        try (Stream<Path> files = Files.walk(FIXTURES)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "(-.*)?\\.pth")).toList().stream();
        }
    }

    private static float[] firstQuarters(int count) {
        return quarters(IntStream.range(0, count).toArray());
    }

    private static float[] quarters(int... indices) {
        float[] elements = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            elements[i] = indices[i] / 4f - 2;
        }
        return elements;
    }
}
