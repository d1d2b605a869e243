package io.flinkvision.core.weights;

import io.flinkvision.core.system.FileSignature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Files that people have in place of weights, recognised by their first bytes so that the error names them. */
final class ForeignFormat {

    private static final int START_BYTES = 512;

    private static final List<FileSignature> SIGNATURES = List.of(
            new FileSignature(0, "version https://git-lfs.", "a git-LFS pointer, which only says where the file is:"
                    + " fetch it with 'git lfs pull', or download it from the repository's web page"),
            new FileSignature(0, "\u001f\u008b", "compressed with gzip: unpack it with 'gunzip' first"),
            new FileSignature(0, "\u0089HDF\r\n", "HDF5, of Keras: bring the network as ONNX, with tf2onnx"),
            new FileSignature(4, "TFL3", "a TensorFlow Lite model: bring the network as ONNX, with"
                    + " 'python -m tf2onnx.convert --tflite'"),
            new FileSignature(257, "ustar", "a tar archive: unpack it with 'tar -xf' and import the weights in it; a"
                    + " checkpoint of PyTorch before 0.1.10 must be loaded and saved again"),
            new FileSignature(0, "GGUF", "GGUF, of language models"),
            new FileSignature(0, "7z\u00bc\u00af\u0027\u001c", "a 7-Zip archive: unpack it first"));

    private ForeignFormat() {}

    /**
     * Checks that a file is none of these.
     *
     * @throws ModelException that says what it is and what to do, if it is one
     * @throws IOException if it cannot be read
     */
    static void requireNone(Path path, MappedFile file) throws IOException {
        ByteBuffer start = file.copy(0, START_BYTES);
        byte[] bytes = new byte[start.remaining()];
        start.get(bytes);
        FileSignature.describe(SIGNATURES, bytes).or(() -> markup(bytes)).ifPresent(format -> {
            throw new ModelException(path + " holds no weights: it is " + format);
        });
    }

    /** The same for a file that is not open. A file that cannot be read is left to the reader of its format. */
    static void requireNone(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            requireNone(path, file);
        } catch (IOException e) {
            // The reader of the format reports it.
        }
    }

    private static Optional<String> markup(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.startsWith("<head")) {
            return Optional.of("a web page, such as a log-in or an error: download the file itself");
        }
        return text.startsWith("<?xml")
                ? Optional.of("XML, such as an error of an object store: download the file itself")
                : Optional.empty();
    }
}
