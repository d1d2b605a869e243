package io.flinkvision.core.image;

import java.util.Arrays;
import java.util.Random;

/** Damages pictures at random, and more telling than the line does. */
final class Damage {

    /** Bytes that mean something to some format, and are more damage than others. */
    private static final int[] TELLING_BYTES = {0, 1, 0x7f, 0x80, 0xfe, 0xff};

    private Damage() {}

    /** A copy with some bytes changed, some left out or some doubled. */
    static byte[] of(byte[] picture, Random random) {
        byte[] damaged = picture.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean()
                    ? random.nextInt(256)
                    : TELLING_BYTES[random.nextInt(TELLING_BYTES.length)]);
        }
        int position = random.nextInt(damaged.length);
        int length = random.nextInt(1 + Math.min(20, damaged.length - position));
        return switch (random.nextInt(6)) {
            case 0 -> without(damaged, position, length);
            case 1 -> JpegFile.insert(damaged, position, Arrays.copyOfRange(damaged, position, position + length));
            default -> damaged;
        };
    }

    private static byte[] without(byte[] bytes, int position, int length) {
        byte[] result = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, result, 0, position);
        System.arraycopy(bytes, position + length, result, position, result.length - position);
        return result;
    }
}
