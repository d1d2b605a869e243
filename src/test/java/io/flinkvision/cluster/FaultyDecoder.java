package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/**
 * Decoders with flaws, which certain pictures bring about: the sources in {@code faults/}, compiled when they are
 * wanted, since no other test may have them on its class path.
 */
final class FaultyDecoder {

    private FaultyDecoder() {}

    /** What a picture does to the decoder. */
    enum Fault {
        CRASH("fault: crash"),
        HANG("fault: hang"),
        NO_HEAP("fault: no heap"),
        NO_NATIVE_MEMORY("fault: no memory at all"),
        NO_NATIVE_MEMORY_AT_FIRST("fault: no memory at first");

        private final String text;

        Fault(String text) {
            this.text = text;
        }

        /**
         * A picture that does so, of a JPEG that does not: with a text behind its end, since the decoder is shown no
         * comments.
         */
        byte[] in(byte[] jpeg) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(jpeg);
            bytes.writeBytes(text.getBytes(UTF_8));
            return bytes.toByteArray();
        }
    }

    /**
     * Compiles them.
     *
     * @param classes the folder for the classes, to come before the jar on the class path
     * @param natives the jar with OpenCV and what calls libturbojpeg
     */
    static void compile(Path classes, Path natives) throws IOException {
        Path sources = Path.of("src/test/resources/faults").toAbsolutePath();
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none",
                "-cp", natives.toString(), "-d", Files.createDirectories(classes).toString(),
                sources.resolve("Imgcodecs.java").toString(), sources.resolve("TurboJpegFunctions.java").toString());
        if (code != 0) {
            throw new IOException("A source in " + sources + " cannot be compiled");
        }
    }
}
