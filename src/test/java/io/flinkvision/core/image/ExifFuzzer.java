package io.flinkvision.core.image;

import java.util.Arrays;

/** What a fuzzer feeds to the reading of EXIF. */
public final class ExifFuzzer {

    private ExifFuzzer() {}

    /** Jazzer's entry point. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Orientation orientation = Orientation.ofExif(bytes, 0, bytes.length);
        byte[] within = new byte[bytes.length + 20];
        Arrays.fill(within, (byte) 0xff);
        System.arraycopy(bytes, 0, within, 10, bytes.length);
        if (orientation != Orientation.ofExif(within, 10, 10 + bytes.length)) {
            throw new AssertionError("It reads what is around the block");
        }
    }
}
