package io.flinkvision.core.image;

import java.util.Optional;

/** What a fuzzer feeds to the first look at a picture. */
public final class SniffingFuzzer {

    private SniffingFuzzer() {}

    /** Jazzer's entry point. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Optional<ImageFormat> format = ImageFormat.sniff(bytes);
        Optional<String> foreign = ForeignFormat.describe(bytes);
        if (format.isPresent() && foreign.isPresent()) {
            throw new AssertionError("Both " + format.get() + " and " + foreign.get());
        }
    }
}
