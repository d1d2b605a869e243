package io.flinkvision.cli;

import io.flinkvision.cli.FileOutcome.Classified;
import io.flinkvision.cli.FileOutcome.Failed;
import io.flinkvision.image.DecodeLimits;
import io.flinkvision.image.DecodeOutcome;
import io.flinkvision.image.ErrorCode;
import io.flinkvision.image.ImageDecoder;
import io.flinkvision.image.RgbImage;
import io.flinkvision.inference.Classifier;
import io.flinkvision.inference.InferenceException;
import io.flinkvision.model.ModelBundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file in, its labels out: decoder and network one after the other, as the job has them. */
final class FileClassifier implements AutoCloseable {

    private final DecodeLimits limits;
    private final int topK;
    private final Classifier classifier;
    private final ImageDecoder decoder;

    /**
     * @param bundle the model
     * @param limits what is refused before a pixel is decoded
     * @param topK how many labels at the most, at least 1
     */
    FileClassifier(ModelBundle bundle, DecodeLimits limits, int topK) {
        this.limits = limits;
        this.topK = topK;
        this.classifier = Classifier.load(bundle);
        try {
            this.decoder = new ImageDecoder(limits, bundle.preprocessing());
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    FileOutcome classify(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                return new Failed(ErrorCode.UNREADABLE, "It is a folder");
            }
            if (Files.size(path) > limits.maxBytes()) {
                return tooLarge(Files.size(path) + " bytes");
            }
            byte[] bytes = firstBytes(path);
            return bytes.length > limits.maxBytes() ? tooLarge("more bytes") : classify(bytes);
        } catch (NoSuchFileException e) {
            return new Failed(ErrorCode.UNREADABLE, "There is no such file");
        } catch (AccessDeniedException e) {
            return new Failed(ErrorCode.UNREADABLE, "It may not be read");
        } catch (IOException | InvalidPathException e) {
            return new Failed(ErrorCode.UNREADABLE, "It cannot be read: " + e.getMessage());
        }
    }

    /** One byte more than the limit at the most: pipes and devices do not tell their size, and files grow. */
    private byte[] firstBytes(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes((int) Math.min(limits.maxBytes() + 1, Integer.MAX_VALUE - 8));
        }
    }

    private Failed tooLarge(String size) {
        return new Failed(ErrorCode.TOO_LARGE,
                "The picture has " + size + ", more than the limit of " + limits.maxBytes());
    }

    private FileOutcome classify(byte[] bytes) {
        DecodeOutcome outcome = decoder.decode(bytes);
        if (outcome instanceof DecodeOutcome.Rejected rejected) {
            return new Failed(rejected.code(), rejected.message());
        }
        RgbImage input = ((DecodeOutcome.Decoded) outcome).input();
        try {
            return new Classified(classifier.classify(input, topK));
        } catch (InferenceException e) {
            return new Failed(ErrorCode.CLASSIFICATION_FAILED, e.getMessage());
        }
    }

    /** Releases the network and the decoder; a second call does nothing. */
    @Override
    public void close() {
        try {
            decoder.close();
        } finally {
            classifier.close();
        }
    }
}
