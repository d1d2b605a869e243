package io.flinkvision.core.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Files that people have in place of weights, known by their first bytes. */
public enum ForeignFormat {
    GIT_LFS_POINTER("a git-LFS pointer, which only says where the file is: fetch it with 'git lfs pull', or download it"
            + " from the repository's web page") {
        @Override
        boolean begins(String text) {
            return text.startsWith("version https://git-lfs.");
        }
    },
    WEB_PAGE("a web page, such as a log-in or an error: download the file itself") {
        @Override
        boolean begins(String text) {
            String page = text.stripLeading().toLowerCase(Locale.ROOT);
            return page.startsWith("<!doctype html") || page.startsWith("<html") || page.startsWith("<head");
        }
    },
    XML("XML, such as an error of an object store: download the file itself") {
        @Override
        boolean begins(String text) {
            return text.stripLeading().startsWith("<?xml");
        }
    },
    GZIP("compressed with gzip: unpack it with 'gunzip' first") {
        @Override
        boolean begins(String text) {
            return text.startsWith("\u001f\u008b");
        }
    },
    HDF5("HDF5, of Keras: bring the network as ONNX, with tf2onnx") {
        @Override
        boolean begins(String text) {
            return text.startsWith("\u0089HDF\r\n");
        }
    },
    TFLITE("a TensorFlow Lite model: bring the network as ONNX, with 'python -m tf2onnx.convert --tflite'") {
        @Override
        boolean begins(String text) {
            return text.startsWith("TFL3", 4);
        }
    },
    TAR("a tar archive: unpack it with 'tar -xf' and import the weights in it; a checkpoint of PyTorch before 0.1.10"
            + " must be loaded and saved again") {
        @Override
        boolean begins(String text) {
            return text.startsWith("ustar", TAR_MAGIC);
        }
    },
    GGUF("GGUF, of language models") {
        @Override
        boolean begins(String text) {
            return text.startsWith("GGUF");
        }
    },
    SEVEN_ZIP("a 7-Zip archive: unpack it first") {
        @Override
        boolean begins(String text) {
            return text.startsWith("7z\u00bc\u00af\u0027\u001c");
        }
    };

    private static final int TAR_MAGIC = 257;

    private static final int START_BYTES = 512;

    private final String description;

    ForeignFormat(String description) {
        this.description = description;
    }

    /** @param text the first bytes, one character for each */
    abstract boolean begins(String text);

    /**
     * Returns if a file is none of these.
     *
     * @throws ModelException that says what it is and what to do, if it is one
     * @throws IOException if it cannot be read
     */
    static void requireNone(Path path, MappedFile file) throws IOException {
        String text = StandardCharsets.ISO_8859_1.decode(file.copy(0, START_BYTES)).toString();
        for (ForeignFormat format : values()) {
            if (format.begins(text)) {
                throw new ModelException(path + " holds no weights: it is " + format.description);
            }
        }
    }

    /** The same, of a file that is not open. A file that cannot be read is left to its reader. */
    public static void requireNone(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            requireNone(path, file);
        } catch (IOException e) {
            // The reader of the format says what is wrong.
        }
    }
}
