package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors as views of a storage of six floats: 0, 1, 2, 3, 4, 5. */
class TensorReaderTest {

    @TempDir
    Path folder;

    @Test
    void readsTheElementsThatTheStridesReach() throws IOException {
        assertThat(floats(0, new int[] {2, 3}, new int[] {3, 1})).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(floats(0, new int[] {3, 2}, new int[] {1, 3})).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(floats(1, new int[] {2, 2}, new int[] {3, 1})).containsExactly(1, 2, 4, 5);
        assertThat(floats(5, new int[] {}, new int[] {})).containsExactly(5);
        assertThat(floats(2, new int[] {3}, new int[] {0})).containsExactly(2, 2, 2);
        assertThat(floats(1, new int[] {2, 1, 3}, new int[] {1, 9, 1})).containsExactly(1, 2, 3, 2, 3, 4);
    }

    @Test
    void ignoresTheStrideOfADimensionOfOne() throws IOException {
        assertThat(floats(4, new int[] {1, 2}, new int[] {Integer.MAX_VALUE, 1})).containsExactly(4, 5);
        assertThat(floats(0, new int[] {1, 2}, new int[] {Integer.MAX_VALUE, 2})).containsExactly(0, 2);
    }

    @Test
    void readsATensorWithoutElementsWhereverItStarts() throws IOException {
        assertThat(floats(100, new int[] {0, 3}, new int[] {3, 1})).isEmpty();
    }

    @Test
    void refusesAViewThatReachesOutsideItsStorage() {
        refuses(1, new int[] {2, 3}, new int[] {3, 1}, "reaches to element 6 of the storage 0, which has 6");
        refuses(6, new int[] {}, new int[] {}, "reaches to element 6");
        refuses(0, new int[] {2, 2}, new int[] {5, 1}, "reaches to element 6");
        refuses(Integer.MAX_VALUE, new int[] {2}, new int[] {Integer.MAX_VALUE}, "reaches to element 4294967294");
        refuses(0, new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE}, new int[] {Integer.MAX_VALUE, 1}, "reaches to");
    }

    @Test
    void refusesNegativeNumbers() {
        refuses(-1, new int[] {1}, new int[] {1}, "the offset -1");
        refuses(0, new int[] {-1}, new int[] {1}, "[-1] has a dimension that is not a count");
        refuses(5, new int[] {6}, new int[] {-1}, "the strides [-1] is negative");
    }

    @Test
    void refusesShapesAndStridesOfDifferentLengths() {
        refuses(0, new int[] {2, 3}, new int[] {1}, "differ in length");
    }

    @Test
    void refusesAShapeBeyondAllBoundsThoughItHoldsNothing() {
        int most = Integer.MAX_VALUE;
        refuses(0, new int[] {most, most, most, 0}, new int[] {0, 0, 0, 0}, "beyond all bounds");
    }

    @Test
    void refusesToBlowUpASingleNumber() {
        refuses(0, new int[] {1 << 27}, new int[] {0}, "contiguous()");
        refuses(0, new int[] {1 << 30, 1 << 30}, new int[] {0, 0}, "contiguous()");
    }

    @Test
    void countsWhatAllTensorsTogetherTake() throws IOException {
        PickleBytes pickle = PickleBytes.start().opcodes("}");
        for (int i = 0; i < 2; i++) {
            pickle.text("w" + i).tensor("FloatStorage", "0", 6, 0, new int[] {3 << 23}, new int[] {0}).opcodes("s");
        }
        Path file = ZipBytes.checkpoint(pickle.stop(), storage(ByteOrder.LITTLE_ENDIAN))
                .write(folder.resolve("weights.pth"));

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> StateDict.read(file))
                .withMessageContaining("tensor w1");
    }

    @Test
    void readsStoragesOfABigEndianMachine() throws IOException {
        byte[] pickle = PickleBytes.stateDict("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1});
        Path file = ZipBytes.checkpoint(pickle, storage(ByteOrder.BIG_ENDIAN))
                .entry("a/byteorder", "big".getBytes(StandardCharsets.US_ASCII))
                .write(folder.resolve("weights.pth"));

        assertThat(StateDict.read(file).floats("w")).containsExactly(0, 1, 2, 3, 4, 5);
    }

    private float[] floats(int offset, int[] shape, int[] strides) throws IOException {
        StateDict stateDict = StateDict.read(write(offset, shape, strides));
        assertThat(stateDict.shapes().values()).containsExactly(Arrays.stream(shape).boxed().toList());
        return stateDict.floats("w");
    }

    private void refuses(int offset, int[] shape, int[] strides, String part) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> StateDict.read(write(offset, shape, strides)))
                .withMessageContainingAll("weights.pth: tensor w: ", part);
    }

    private Path write(int offset, int[] shape, int[] strides) throws IOException {
        byte[] pickle = PickleBytes.stateDict("FloatStorage", "0", 6, offset, shape, strides);
        return ZipBytes.checkpoint(pickle, storage(ByteOrder.LITTLE_ENDIAN)).write(folder.resolve("weights.pth"));
    }

    private static byte[] storage(ByteOrder order) {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(order);
        for (int i = 0; i < 6; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }
}
