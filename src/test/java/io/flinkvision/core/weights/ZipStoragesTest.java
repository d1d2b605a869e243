package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipStoragesTest {

    private static final byte[] PICKLE = pickle("0");

    /** A float of 1. */
    private static final byte[] STORAGE = {0, 0, (byte) 0x80, 0x3f};

    @TempDir
    Path folder;

    @Test
    void readsAnEntryBeyondFourGibibytes() throws IOException {
        Path file = new ZipBytes().entry("a/data.pkl", PICKLE)
                .hole("a/data/1", 5L << 30)
                .entry("a/data/0", STORAGE)
                .write(folder.resolve("weights.pth"));

        assertThat(Files.size(file)).isGreaterThan(5L << 30);
        assertThat(StateDict.read(file).floats("w")).containsExactly(1);
    }

    @Test
    void refusesAStorageBeyondTwoGibibytes() throws IOException {
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE).hole("a/data/0", 3L << 30), "tensor w", "2 GiB");
    }

    @Test
    void refusesAMissingStorage() throws IOException {
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE), "there is no entry a/data/0", "tensor w needs it");
    }

    @Test
    void refusesAStorageOfAnotherSize() throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, new byte[3]), "a/data/0 has 3 bytes, not the 4", "tensor w needs it");
        refuses(ZipBytes.checkpoint(PICKLE, new byte[8]), "a/data/0 has 8 bytes, not the 4");
    }

    @Test
    void refusesADamagedStorage() throws IOException {
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE).entry("a/data/0", STORAGE, 0, 0, 1),
                "a/data/0 do not match their sum", "tensor w needs it");
    }

    @Test
    void refusesADamagedPickle() throws IOException {
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE, 0, 0, 1).entry("a/data/0", STORAGE), "match their sum");
    }

    @Test
    void passesOverDamageInAnEntryThatIsNotNeeded() throws IOException {
        Path file = ZipBytes.checkpoint(PICKLE, STORAGE).entry("a/data/1", STORAGE, 0, 8, 1)
                .write(folder.resolve("weights.pth"));

        assertThat(StateDict.read(file).floats("w")).containsExactly(1);
    }

    @Test
    void refusesACompressedOrEncryptedEntry() throws IOException {
        int sum = ZipBytes.sum(STORAGE);
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE).entry("a/data/0", STORAGE, 0, 8, sum), "is compressed");
        refuses(new ZipBytes().entry("a/data.pkl", PICKLE).entry("a/data/0", STORAGE, 1, 0, sum), "is encrypted");
    }

    @Test
    void refusesTwoEntriesOfOneName() throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, STORAGE).entry("a/data/0", STORAGE), "two entries called a/data/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../data.pkl", "/a/data.pkl", "a/../../data.pkl", "a\\data.pkl", "a/..", "a/data\0.pkl"})
    void refusesANameThatLeavesTheArchive(String name) throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, STORAGE).entry(name, STORAGE), "a name outside the archive");
    }

    @Test
    void looksForAStorageInTheArchiveOnly() throws IOException {
        Files.write(folder.resolve("0"), STORAGE);

        refuses(ZipBytes.checkpoint(pickle("../../0"), STORAGE), "there is no entry a/data/../../0");
    }

    @Test
    void refusesTwoCheckpointsInOneArchive() throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, STORAGE).entry("b/data.pkl", PICKLE), "two checkpoints");
    }

    @Test
    void refusesAnArchiveWithoutACheckpoint() throws IOException {
        refuses(new ZipBytes().entry("readme.txt", STORAGE), "no data.pkl");
        refuses(new ZipBytes().entry("data.pkl", PICKLE), "no data.pkl in a folder");
    }

    @Test
    void refusesATorchScriptArchive() throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, STORAGE).entry("a/constants.pkl", PICKLE), "TorchScript");
    }

    @Test
    void refusesAByteOrderThatIsNone() throws IOException {
        refuses(ZipBytes.checkpoint(PICKLE, STORAGE).entry("a/byteorder", "middle".getBytes(StandardCharsets.US_ASCII)),
                "a/byteorder says middle");
    }

    @Test
    void sumsAStorageThatTensorsShareOnce() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}");
        for (int i = 0; i < 10; i++) {
            pickle.text("w" + i).tensor("ByteStorage", "0", 5000, 0, new int[] {5000}, new int[] {1}).opcodes("s");
        }
        Path file = ZipBytes.checkpoint(pickle.stop(), new byte[5000]).write(folder.resolve("weights.pth"));

        assertThat(StateDict.read(file).names()).hasSize(10);
    }

    @Test
    void refusesEntriesThatLieInOneAnother() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}");
        ZipBytes archive = new ZipBytes();
        for (int i = 0; i < 10; i++) {
            pickle.text("w" + i).tensor("ByteStorage", "" + i, 5000, 0, new int[] {5000}, new int[] {1}).opcodes("s");
            archive.entryInside("a/data/" + i, new byte[5000]);
        }

        refuses(archive.entry("a/data.pkl", pickle.stop()).entry("a/end", new byte[5000]), "overlaps others");
    }

    private void refuses(ZipBytes archive, String... parts) throws IOException {
        Path file = archive.write(folder.resolve("weights.pth"));
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> StateDict.read(file))
                .withMessageStartingWith(file.toString())
                .withMessageContainingAll(parts);
    }

    private static byte[] pickle(String key) {
        return PickleBytes.stateDict("FloatStorage", key, 1, 0, new int[] {1}, new int[] {1});
    }
}
