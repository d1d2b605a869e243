package io.flinkvision.job.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A picture within a binary serialisation: Avro, JSON or Protobuf in the frame of a schema registry, MessagePack,
 * Protobuf, or something unknown in front of it.
 *
 * @param format its name
 * @param offset of its first byte
 */
record EmbeddedPicture(String format, int offset) {

    /** Fields before a picture are short. */
    private static final int MAX_OFFSET = 64 << 10;

    /** The magic byte and the schema id that Confluent's serialisers write first. */
    private static final int FRAME_BYTES = 5;

    private static final String SEND_ALONE = ": the job takes no fields around a picture; have the producer send the"
            + " picture's bytes alone (ByteArraySerializer), and the rest as headers";

    /**
     * The serialisation of a value and what to do, in a sentence.
     *
     * @return empty where none is recognised
     */
    static Optional<String> describe(byte[] value) {
        Optional<EmbeddedPicture> picture = find(value);
        if (isFrame(value) && (picture.isPresent() || !isOfAnotherFormat(value))) {
            return Optional.of("The value begins like Avro, JSON or Protobuf of a schema registry, with a zero and the"
                    + " schema id " + schema(value) + picture.map(found -> ", and has a " + found.format() + " at byte "
                    + found.offset()).orElse("") + SEND_ALONE);
        }
        return picture.flatMap(found -> found.serialisation(value).map(name -> "The value is " + name + " with a "
                + found.format() + " at byte " + found.offset() + SEND_ALONE));
    }

    /** A hint at a picture after unknown bytes: a document, a video or an archive may hold one too. */
    static Optional<String> hint(byte[] value) {
        return find(value).map(found -> "A " + found.format() + " begins at byte " + found.offset() + SEND_ALONE);
    }

    private Optional<String> serialisation(byte[] value) {
        return isInMessagePack(value) ? Optional.of("MessagePack")
                : ProtobufFields.isMessage(value) ? Optional.of("Protobuf") : Optional.empty();
    }

    private static Optional<EmbeddedPicture> find(byte[] value) {
        int end = Math.min(MAX_OFFSET, value.length - 12);
        for (int i = 1; i <= end; i++) {
            if (startsWith(value, i, 0xff, 0xd8, 0xff)) {
                return Optional.of(new EmbeddedPicture("JPEG", i));
            }
            if (startsWith(value, i, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
                return Optional.of(new EmbeddedPicture("PNG", i));
            }
            if (startsWith(value, i, 'R', 'I', 'F', 'F') && startsWith(value, i + 8, 'W', 'E', 'B', 'P')) {
                return Optional.of(new EmbeddedPicture("WEBP", i));
            }
        }
        return Optional.empty();
    }

    private static boolean startsWith(byte[] value, int from, int... signature) {
        for (int i = 0; i < signature.length; i++) {
            if ((value[from + i] & 0xff) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFrame(byte[] value) {
        return value.length > FRAME_BYTES && value[0] == 0 && schema(value) > 0;
    }

    private static int schema(byte[] value) {
        return ByteBuffer.wrap(value).getInt(1);
    }

    /**
     * MP4, HEIF and JPEG 2000 have a length first and then a name of four letters; MPEG, H.264, ICO and TGA begin with
     * zeros and a small number too.
     */
    private static boolean isOfAnotherFormat(byte[] value) {
        return value.length >= 8 && new String(value, 4, 4, StandardCharsets.ISO_8859_1).matches("[ -~]{4}")
                || startsWith(value, 0, 0, 0, 1) && (value[3] & 0xff) != 0x86
                || startsWith(value, 0, 0, 0, 2) || startsWith(value, 0, 0, 0, 10)
                || startsWith(value, 0, 0, 0, 0, 1);
    }

    /** Whether MessagePack's header of binary data stands right before the picture, and fits the value. */
    private boolean isInMessagePack(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        int rest = value.length - offset;
        int first = value[0] & 0xff;
        boolean mapOrListOrBinary = first >= 0x80 && first <= 0x9f || first >= 0xdc && first <= 0xdf
                || first >= 0xc4 && first <= 0xc6;
        return mapOrListOrBinary
                && (offset >= 5 && (value[offset - 5] & 0xff) == 0xc6 && isWithin(buffer.getInt(offset - 4), rest)
                || offset >= 3 && (value[offset - 3] & 0xff) == 0xc5
                        && isWithin(buffer.getShort(offset - 2) & 0xffff, rest)
                || offset >= 2 && (value[offset - 2] & 0xff) == 0xc4 && isWithin(value[offset - 1] & 0xff, rest));
    }

    private static boolean isWithin(int size, int rest) {
        return size > 0 && size <= rest;
    }

    /** The wire format of Protocol Buffers: fields of a tag and a value, up to the last byte. */
    private static final class ProtobufFields {

        private final ByteBuffer buffer;
        private boolean sound = true;

        private ProtobufFields(byte[] value) {
            buffer = ByteBuffer.wrap(value);
        }

        static boolean isMessage(byte[] value) {
            ProtobufFields fields = new ProtobufFields(value);
            while (fields.sound && fields.buffer.hasRemaining()) {
                fields.skip();
            }
            return fields.sound;
        }

        private void skip() {
            long tag = varint();
            long size = switch ((int) tag & 7) {
                case 0 -> varint() * 0;
                case 1 -> Long.BYTES;
                case 2 -> varint();
                case 5 -> Integer.BYTES;
                default -> -1;
            };
            sound &= tag >>> 3 > 0 && size >= 0 && size <= buffer.remaining();
            if (sound) {
                buffer.position(buffer.position() + (int) size);
            }
        }

        /** A number of up to ten groups of seven bits, the lowest first. */
        private long varint() {
            long number = 0;
            for (int shift = 0; shift < 70 && buffer.hasRemaining(); shift += 7) {
                byte group = buffer.get();
                number |= (group & 0x7fL) << shift;
                if (group >= 0) {
                    return number;
                }
            }
            sound = false;
            return 0;
        }
    }
}
