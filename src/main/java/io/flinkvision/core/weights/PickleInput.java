package io.flinkvision.core.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle and how far they are read. Nothing is allocated for a length that the pickle states before that
 * many bytes are seen to be there.
 */
final class PickleInput {

    /** More than any checkpoint's structure needs: the tensors' own bytes are not in the pickle. */
    static final int MAX_BYTES = 32 << 20;

    /** Names of modules, tensors and files, and a checkpoint's notes, are all far shorter. */
    static final int MAX_TEXT_BYTES = 1 << 20;

    private static final int MAX_LINE_BYTES = 1_000;

    private final String source;
    private final ByteBuffer bytes;
    private int opcodeStart;

    /**
     * @param source the file, and the entry in it, for errors
     * @param bytes what starts with the pickle, at most {@link #MAX_BYTES} of it
     */
    PickleInput(String source, ByteBuffer bytes) {
        this.source = source;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return bytes.position();
    }

    PickleOpcode opcode() {
        opcodeStart = bytes.position();
        int code = unsignedByte();
        return PickleOpcode.of(code).orElseThrow(() -> error("the opcode 0x" + Integer.toHexString(code)
                + " is not one that tensors need; the file is damaged, or not a PyTorch checkpoint"));
    }

    int unsignedByte() {
        require(1);
        return bytes.get() & 0xff;
    }

    int unsignedShort() {
        require(Short.BYTES);
        return bytes.getShort() & 0xffff;
    }

    int signedInt() {
        require(Integer.BYTES);
        return bytes.getInt();
    }

    /** Pickle writes it with the highest byte first, and all other numbers with the lowest. */
    double realNumber() {
        require(Double.BYTES);
        return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
    }

    /** A two's complement number of that many bytes, the lowest first. */
    BigInteger wholeNumber(int length) {
        require(length);
        byte[] bigEndian = new byte[length];
        for (int i = length - 1; i >= 0; i--) {
            bigEndian[i] = bytes.get();
        }
        return length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
    }

    String text(int length, Charset charset) {
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw error("a text of " + Integer.toUnsignedString(length) + " bytes is longer than the limit of "
                    + MAX_TEXT_BYTES);
        }
        require(length);
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, charset);
    }

    /** A text up to the end of its line. */
    String line() {
        int length = 0;
        while (true) {
            require(length + 1);
            if (bytes.get(bytes.position() + length) == '\n') {
                String line = text(length, StandardCharsets.UTF_8);
                skip(1);
                return line;
            }
            length++;
            if (length > MAX_LINE_BYTES) {
                throw error("a name is longer than the limit of " + MAX_LINE_BYTES + " bytes");
            }
        }
    }

    void skip(int length) {
        require(length);
        bytes.position(bytes.position() + length);
    }

    private void require(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw error(bytes.limit() == MAX_BYTES
                    ? "the pickle is longer than the limit of " + MAX_BYTES + " bytes"
                    : "the pickle ends after " + bytes.limit() + " bytes, inside what this byte starts: the file is"
                            + " truncated or damaged");
        }
    }

    /** An error at the opcode that was read last. */
    ModelException error(String message) {
        return new ModelException(source + ": byte " + opcodeStart + " of the pickle: " + message);
    }
}
