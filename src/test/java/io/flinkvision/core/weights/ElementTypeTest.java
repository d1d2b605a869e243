package io.flinkvision.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementTypeTest {

    @Test
    void readsEveryHalfPrecisionNumberByItsDefinition() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float expected = (float) halfByDefinition(bits);
            float actual = ElementType.F16.read(littleEndian(2).putShort(0, (short) bits), 0);
            // Bits, because 0 and -0 are equal numbers, and NaN is not equal to itself.
            assertThat(Float.floatToIntBits(actual)).as("half %04x", bits).isEqualTo(Float.floatToIntBits(expected));
        }
    }

    /** IEEE 754-2019, section 3.4: sign, biased exponent of 5 bits, trailing significand of 10 bits. */
    private static double halfByDefinition(int bits) {
        double sign = bits >= 0x8000 ? -1 : 1;
        int exponent = bits % 0x8000 / 0x400;
        double significand = bits % 0x400 / 1024.0;
        if (exponent == 31) {
            return significand == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.pow(2, -14) * significand
                : sign * Math.pow(2, exponent - 15) * (1 + significand);
    }

    @ParameterizedTest
    @CsvSource({
        "0001, 0x1p-24",
        "03ff, 0x1.ff8p-15",
        "0400, 0x1p-14",
        "3555, 0.333251953125",
        "3c00, 1",
        "7bff, 65504",
        "7c00, Infinity",
        "8000, -0.0",
        "c000, -2",
        "fc00, -Infinity",
        "7e00, NaN"
    })
    void readsThePublishedHalfPrecisionNumbers(String bits, Float expected) {
        ByteBuffer data = littleEndian(2).putShort(0, (short) Integer.parseInt(bits, 16));

        assertThat(ElementType.F16.read(data, 0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"3f80, 1", "c049, -3.140625", "0001, 0x1p-133", "7f80, Infinity", "ff80, -Infinity", "7fc0, NaN"})
    void readsBrainFloats(String bits, Float expected) {
        ByteBuffer data = littleEndian(2).putShort(0, (short) Integer.parseInt(bits, 16));

        assertThat(ElementType.BF16.read(data, 0)).isEqualTo(expected);
    }

    @Test
    void readsSinglePrecisionNumbersAtAnyByte() {
        ByteBuffer data = littleEndian(9).putFloat(5, -1.5f);

        assertThat(ElementType.F32.read(data, 5)).isEqualTo(-1.5f);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, -1", "16777216, 16777216", "-9223372036854775808, -0x1p63"})
    void readsWholeNumbers(long number, float expected) {
        ByteBuffer data = littleEndian(8).putLong(0, number);

        assertThat(ElementType.I64.read(data, 0)).isEqualTo(expected);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
