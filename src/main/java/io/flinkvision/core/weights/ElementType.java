package io.flinkvision.core.weights;

import java.nio.ByteBuffer;

/** The types of a tensor's elements, all little-endian. */
public enum ElementType {
    /** IEEE 754 binary32. */
    F32(4, ByteBuffer::getFloat),
    /** IEEE 754 binary16. */
    F16(2, (data, index) -> halfToFloat(data.getShort(index))),
    /** bfloat16: the upper half of a binary32. */
    BF16(2, (data, index) -> Float.intBitsToFloat(data.getShort(index) << 16)),
    /** IEEE 754 binary64; beyond the range of a binary32 it becomes infinite. */
    F64(8, (data, index) -> (float) data.getDouble(index)),
    /** 64-bit two's complement integer. */
    I64(8, ByteBuffer::getLong),
    /** 32-bit two's complement integer. */
    I32(4, ByteBuffer::getInt),
    /** 16-bit two's complement integer. */
    I16(2, ByteBuffer::getShort),
    /** 8-bit two's complement integer. */
    I8(1, ByteBuffer::get),
    /** 8-bit unsigned integer. */
    U8(1, (data, index) -> data.get(index) & 0xff),
    /** Truth value of a byte: 1, or 0 for the byte 0. */
    BOOL(1, (data, index) -> data.get(index) == 0 ? 0 : 1);

    private final int bytes;
    private final Reader reader;

    ElementType(int bytes, Reader reader) {
        this.bytes = bytes;
        this.reader = reader;
    }

    private interface Reader {

        float read(ByteBuffer data, int index);
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** The element that starts at byte {@code index}. */
    float read(ByteBuffer data, int index) {
        return reader.read(data, index);
    }

    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            // Zero or subnormal: fraction * 2^-24 is exact in binary32.
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int bits = exponent == 0x1f ? 0x7f800000 : exponent + (127 - 15) << 23;
        return Float.intBitsToFloat(sign | bits | fraction << 13);
    }
}
