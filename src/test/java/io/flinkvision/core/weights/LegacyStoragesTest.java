package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyStoragesTest {

    /** torch/serialization.py's number, the lowest byte first. */
    private static final int[] MAGIC_NUMBER = {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

    private static final byte[] PICKLE =
            PickleBytes.stateDict("FloatStorage", "7", 2, 0, new int[] {2}, new int[] {1});

    @TempDir
    Path folder;

    @Test
    void readsTheStoragesInTheOrderOfTheirKeys() throws IOException {
        byte[] pickle = PickleBytes.start().opcodes("}")
                .text("v").tensor("FloatStorage", "8", 1, 0, new int[] {1}, new int[] {1}).opcodes("s")
                .text("w").tensor("FloatStorage", "7", 2, 0, new int[] {2}, new int[] {1}).opcodes("s").stop();

        StateDict stateDict = StateDict.read(write(pickle, keys("7", "8"), storage(2, 1, 2), storage(1, 3)));

        assertThat(stateDict.floats("w")).containsExactly(1, 2);
        assertThat(stateDict.floats("v")).containsExactly(3);
    }

    @Test
    void readsAStretchOfAStorage() throws IOException {
        assertThat(StateDict.read(write(stretch(1, 2), keys("7"), storage(4, 1, 2, 3, 4))).floats("w"))
                .containsExactly(2, 3);
    }

    @Test
    void refusesAStretchOutsideItsStorage() throws IOException {
        for (int start : new int[] {-1, 3, Integer.MAX_VALUE}) {
            refuses(write(stretch(start, 2), keys("7"), storage(4, 1, 2, 3, 4)), "tensor w", "from " + start + " on");
        }
        refuses(write(stretch(1, 1), keys("7"), storage(4, 1, 2, 3, 4)), "tensor w", "storage 7, which has 1");
    }

    /** A state dict of one tensor of two elements, in a stretch of a storage of four. */
    private static byte[] stretch(int start, int length) {
        return PickleBytes.start().opcodes("}").text("w").global("torch._utils", "_rebuild_tensor").opcodes("((")
                .text("storage").global("torch", "FloatStorage").text("7").text("cpu").number(4)
                .opcodes("(").text("70").number(start).number(length).opcodes("ttQ")
                .number(0).numbers(2).numbers(1).opcodes("tRs").stop();
    }

    @Test
    void refusesAStorageThatIsNotAmongTheKeys() throws IOException {
        refuses(write(PICKLE, keys()), "the storage 7 is missing", "tensor w needs it");
    }

    @Test
    void refusesAStorageThatTheFileEndsBefore() throws IOException {
        refuses(write(PICKLE, keys("7")), "the storage 7 is missing at byte", "truncated");
        refuses(write(PICKLE, keys("7"), new byte[7]), "the storage 7 is missing at byte", "truncated");
    }

    @Test
    void refusesAStorageLongerThanTheFile() throws IOException {
        refuses(write(PICKLE, keys("7"), storage(2, 1)), "the storage 7 of 2 elements", "truncated");
        refuses(write(PICKLE, keys("7"), storage(-1, 1)), "the storage 7 of 18446744073709551615 elements");
        refuses(write(PICKLE, keys("7"), storage(Long.MAX_VALUE / 2, 1)), "the storage 7 of 4611686018427387903");
    }

    @Test
    void refusesAStorageOfAnotherSizeThanTheTensorSays() throws IOException {
        refuses(write(PICKLE, keys("7"), storage(3, 1, 2, 3)), "storage 7 has 3 elements of 4 bytes",
                "FloatStorage of 2", "tensor w needs it");
    }

    @Test
    void refusesAStorageThatTensorsTakeForDifferentTypes() throws IOException {
        byte[] pickle = PickleBytes.start().opcodes("}")
                .text("v").tensor("FloatStorage", "7", 2, 0, new int[] {2}, new int[] {1}).opcodes("s")
                .text("w").tensor("DoubleStorage", "7", 2, 0, new int[] {2}, new int[] {1}).opcodes("s").stop();

        refuses(write(pickle, keys("7"), storage(2, 1, 2)), "is said to be a torch.DoubleStorage", "tensor w");
    }

    @Test
    void refusesKeysThatAreNone() throws IOException {
        refuses(write(PICKLE, PickleBytes.start().opcodes("N").stop()), "keys are not a list");
        refuses(write(PICKLE, PickleBytes.start().opcodes("](Ne").stop()), "key is None");
        refuses(write(PICKLE, keys("9"), storage(2, 1, 2)), "nothing says what the storage 9 is");
        refuses(write(PICKLE, keys("7", "7"), storage(2, 1, 2), storage(2, 1, 2)), "two storages called 7");
    }

    @Test
    void refusesAPickleThatIsNoCheckpoint() throws IOException {
        Path file = folder.resolve("weights.pth");
        refuses(Files.write(file, PICKLE), "without the magic number");
        byte[] otherVersion = start(7).bytes();
        refuses(Files.write(file, otherVersion), "without the version");
        refuses(Files.write(file, start(1001).raw(0x80, 2).opcodes("N.").bytes()), "facts about the machine");
    }

    @Test
    void refusesAHostilePickleInPlaceOfTheMagicNumber() throws IOException {
        byte[] hostile = PickleBytes.start().global("os", "system").raw('(').text("touch hostile").opcodes("tR").stop();

        refuses(Files.write(folder.resolve("weights.pth"), hostile), "os.system");
    }

    private static PickleBytes start(int version) {
        return PickleBytes.start().raw(0x8a, 10).raw(MAGIC_NUMBER).opcodes(".")
                .raw(0x80, 2).number(version).opcodes(".");
    }

    private Path write(byte[] pickle, byte[] keys, byte[]... storages) throws IOException {
        PickleBytes file = start(1001).raw(0x80, 2).opcodes("}.").raw(pickle).raw(keys);
        for (byte[] storage : storages) {
            file.raw(storage);
        }
        return Files.write(folder.resolve("weights.pth"), file.bytes());
    }

    private static byte[] keys(String... keys) {
        PickleBytes pickle = PickleBytes.start().opcodes("](");
        for (String key : keys) {
            pickle.text(key);
        }
        return pickle.opcodes("e").stop();
    }

    private static byte[] storage(long count, float... elements) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + elements.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(count);
        for (float element : elements) {
            bytes.putFloat(element);
        }
        return bytes.array();
    }

    private static void refuses(Path file, String... parts) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> StateDict.read(file))
                .withMessageStartingWith(file.toString())
                .withMessageContainingAll(parts);
    }
}
