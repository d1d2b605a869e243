package io.flinkvision.core.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A libturbojpeg for Linux on x86-64, whatever this system has installed: one that Maven Central has, in a jar of
 * another library.
 */
public final class TurboJpegOfTests {

    private TurboJpegOfTests() {}

    /** Loading happens when this class is initialised: a library of this size once for all tests. */
    private static final class Loaded {
        static final TurboJpeg.Functions FUNCTIONS = load();

        private static TurboJpeg.Functions load() {
            try {
                Path file = Files.createTempFile("libturbojpeg-", ".so");
                try {
                    return TurboJpeg.load(copyTo(file).toString());
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Writes the library to a file.
     *
     * @return that file
     */
    public static Path copyTo(Path file) throws IOException {
        try (InputStream library = TurboJpegOfTests.class.getResourceAsStream("/libturbojpeg.so")) {
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    public static TurboJpeg open() {
        return new TurboJpeg(Loaded.FUNCTIONS);
    }
}
