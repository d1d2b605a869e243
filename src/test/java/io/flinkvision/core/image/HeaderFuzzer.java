package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import java.util.List;
import java.util.Optional;

/** What a fuzzer feeds to the walk through a picture's structure, of all formats. */
public final class HeaderFuzzer {

    private HeaderFuzzer() {}

    /** Jazzer's entry point. */
    public static void fuzzerTestOneInput(byte[] input) {
        Optional<ImageFormat> sniffed = ImageFormat.sniff(input);
        if (sniffed.isEmpty()) {
            return;
        }
        ImageFormat format = sniffed.get();
        // A fuzzer guesses no sums, and would see nothing of a PNG behind its first one.
        byte[] bytes = format == ImageFormat.PNG ? PngFile.withRightSums(input) : input;
        for (Truncation truncation : Truncation.values()) {
            try {
                ImageHeader header = format.header(bytes, truncation);
                if (header.width() < 1 || header.height() < 1) {
                    throw new AssertionError(header);
                }
                requireWithin(bytes, format.pixelData(bytes, header));
            } catch (MalformedImageException e) {
                if (e.getMessage().isBlank()) {
                    throw new AssertionError("A refusal without a reason", e);
                }
            }
        }
    }

    private static void requireWithin(byte[] bytes, List<ByteRange> parts) {
        int position = 0;
        for (ByteRange part : parts) {
            if (part.start() < position || part.length() < 1 || part.end() > bytes.length) {
                throw new AssertionError(parts);
            }
            position = part.end();
        }
    }
}
