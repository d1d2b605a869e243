package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

    @Test
    void givesBackTheFloatsThatItWasMadeOf() {
        Tensor tensor = Tensor.of("conv.weight", List.of(2, 3), new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 1e30f});

        assertThat(tensor.floats()).containsExactly(1, -2, 3.5f, 0, Float.MIN_VALUE, 1e30f);
        assertThat(tensor.type()).isEqualTo(ElementType.F32);
    }

    @Test
    void readsLittleEndianBytesWhateverTheOrderOfTheBuffer() {
        ByteBuffer bigEndian = ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f});

        assertThat(new Tensor("bias", ElementType.F32, List.of(1), bigEndian).floats()).containsExactly(1f);
    }

    @Test
    void isANumberWithoutDimensions() {
        assertThat(Tensor.of("scale", List.of(), new float[] {7}).floats()).containsExactly(7f);
    }

    @Test
    void mayHaveNoElements() {
        assertThat(Tensor.of("nothing", List.of(3, 0), new float[0]).floats()).isEmpty();
    }

    @Test
    void keepsItsShapeWhenTheListThatItWasMadeOfChanges() {
        List<Integer> shape = new ArrayList<>(List.of(2));
        Tensor tensor = Tensor.of("bias", shape, new float[2]);
        shape.set(0, 5);

        assertThat(tensor.shape()).containsExactly(2);
    }

    @Test
    void refusesBytesThatAreNotThoseOfItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of("conv.weight", List.of(2, 2), new float[3]))
                .withMessage("Tensor conv.weight of the shape [2, 2] has 12 bytes, not 16");
    }

    @Test
    void refusesNegativeDimensionsEvenWhereTheirProductIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of("conv.weight", List.of(-2, -2), new float[4]))
                .withMessageContainingAll("conv.weight", "[-2, -2]");
    }

    @Test
    void refusesAShapeWhoseProductIsBeyondAllBounds() {
        List<Integer> shape = List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 4);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of("conv.weight", shape, new float[0]))
                .withMessageContainingAll("conv.weight", shape.toString(), "beyond all bounds");
    }
}
