package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Classifies picture files. */
final class FileClassifier implements AutoCloseable {

    private final DecodeLimits limits;
    private final int topK;
    private final ImageClassifier classifier;

    /**
     * @param limits checked before a pixel is decoded
     * @param reduction whether large JPEGs are decoded at a reduced size
     * @param topK maximum number of labels, at least 1
     */
    FileClassifier(ModelBundle bundle, DecodeLimits limits, Reduction reduction, int topK) {
        this.limits = limits;
        this.topK = topK;
        this.classifier = new ImageClassifier(bundle, limits, reduction);
    }

    Outcome classify(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                return new Failed(ErrorCode.UNREADABLE, "It is a folder");
            }
            if (Files.size(path) > limits.maxBytes()) {
                return tooLarge(Files.size(path) + " bytes");
            }
            byte[] bytes = firstBytes(path);
            return bytes.length > limits.maxBytes() ? tooLarge("more bytes") : classifier.classify(bytes, topK);
        } catch (NoSuchFileException e) {
            return new Failed(ErrorCode.UNREADABLE, "There is no such file");
        } catch (AccessDeniedException e) {
            return new Failed(ErrorCode.UNREADABLE, "It may not be read");
        } catch (IOException | InvalidPathException e) {
            return new Failed(ErrorCode.UNREADABLE, "It cannot be read: " + e.getMessage());
        }
    }

    /** At most one byte more than the limit: pipes and devices have no size, and files grow. */
    private byte[] firstBytes(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes((int) Math.min(limits.maxBytes() + 1, Integer.MAX_VALUE - 8));
        }
    }

    private Failed tooLarge(String size) {
        return new Failed(ErrorCode.TOO_LARGE,
                "The picture has " + size + ", more than the limit of " + limits.maxBytes());
    }

    /** Releases the network and the decoder; a second call does nothing. */
    @Override
    public void close() {
        classifier.close();
    }
}
