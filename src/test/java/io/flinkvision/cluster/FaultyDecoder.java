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

        private final String comment;

        Fault(String comment) {
            this.comment = comment;
        }

        /** A picture that does so, of a JPEG that does not. */
        byte[] in(byte[] jpeg) {
            byte[] text = comment.getBytes(UTF_8);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            // The marker of the beginning, and then a comment: marker and length, which counts its own two bytes.
            bytes.write(jpeg, 0, 2);
            bytes.writeBytes(new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) (text.length + 2)});
            bytes.writeBytes(text);
            bytes.write(jpeg, 2, jpeg.length - 2);
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
