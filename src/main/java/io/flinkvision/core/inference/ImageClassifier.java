package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import java.util.List;
import java.util.Objects;

/**
 * Decodes and classifies pictures in one thread, where the job uses two operators. Not thread-safe; each thread has its
 * own.
 */
public final class ImageClassifier implements AutoCloseable {

    private final Classifier classifier;
    private final ImageDecoder decoder;

    /**
     * Loads a bundle's network.
     *
     * @param bundle the model
     * @param limits limits that are checked before a pixel is decoded
     * @param reduction whether large JPEGs are decoded at a reduced size
     * @throws InferenceException if ONNX Runtime refuses the network
     */
    public ImageClassifier(ModelBundle bundle, DecodeLimits limits, Reduction reduction) {
        this.classifier = Classifier.load(bundle);
        try {
            this.decoder = new ImageDecoder(limits, bundle.preprocessing(), reduction);
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    /**
     * Decodes a picture and returns its most probable classes.
     *
     * @param bytes a whole file of one of the allowed formats
     * @param topK maximum number of classes, at least 1
     * @throws IllegalArgumentException if {@code topK} is below 1 and the picture can be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Outcome classify(byte[] bytes, int topK) {
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

    /** The result for a picture: a value, not an exception, because a bad picture is a normal event. */
    public sealed interface Outcome {

        /**
         * It got labels.
         *
         * @param labels in descending order of their scores
         */
        record Classified(List<Label> labels) implements Outcome {
            public Classified {
                labels = List.copyOf(labels);
            }
        }

        /**
         * It got none.
         *
         * @param code why
         * @param message the problem, for people
         */
        record Failed(ErrorCode code, String message) implements Outcome {
            public Failed {
                Objects.requireNonNull(code, "code");
                Objects.requireNonNull(message, "message");
            }
        }
    }
}
