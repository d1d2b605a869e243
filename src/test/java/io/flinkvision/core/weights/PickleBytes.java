package io.flinkvision.core.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, sound ones and others. */
final class PickleBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A pickle of protocol 2, so far without a value. */
    static PickleBytes start() {
        return new PickleBytes().raw(0x80, 2);
    }

    PickleBytes raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    /** Opcodes without an argument, each by its letter. */
    PickleBytes opcodes(String letters) {
        return append(letters);
    }

    PickleBytes global(String module, String name) {
        return append("c" + module + "\n" + name + "\n");
    }

    PickleBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return raw('X').fourBytes(utf8.length).raw(utf8);
    }

    PickleBytes number(int number) {
        return raw('J').fourBytes(number);
    }

    PickleBytes fourBytes(int number) {
        return raw(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
    }

    PickleBytes raw(byte[] raw) {
        bytes.writeBytes(raw);
        return this;
    }

    /** A tuple of numbers. */
    PickleBytes numbers(int... numbers) {
        raw('(');
        for (int number : numbers) {
            number(number);
        }
        return raw('t');
    }

    /** The persistent id of a storage. */
    PickleBytes storage(String type, String key, int elements) {
        return raw('(').text("storage").global("torch", type).text(key).text("cpu").number(elements).opcodes("tQ");
    }

    /** A view of a storage, as torch.save writes a tensor. */
    PickleBytes tensor(String type, String key, int elements, int offset, int[] shape, int[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2").raw('(').storage(type, key, elements).number(offset)
                .numbers(shape).numbers(strides).raw(0x89).global("collections", "OrderedDict").opcodes(")RtR");
    }

    /** A state dict of one tensor called "w", a whole pickle. */
    static byte[] stateDict(String type, String key, int elements, int offset, int[] shape, int[] strides) {
        return start().opcodes("}").text("w").tensor(type, key, elements, offset, shape, strides).opcodes("s").stop();
    }

    byte[] stop() {
        return raw('.').bytes();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private PickleBytes append(String ascii) {
        bytes.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
        return this;
    }
}
