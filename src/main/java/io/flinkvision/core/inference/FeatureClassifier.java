package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.PooledCut;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A network in two parts, of which the first one is shared by all questions: its pooled features (after the last 1x1
 * convolution, h-swish and the global average; 576 of Small, 960 of Large), and its own tail from there to the labels
 * of its classes. Not thread-safe; each thread has its own.
 */
public final class FeatureClassifier implements LoadedNetwork {

    /** Pictures per run of the network. */
    static final int MAX_BATCH = 4;

    private final OnnxRuntimeSession backbone;
    private final OnnxRuntimeSession tail;
    private final InputTensor writer;
    private final List<FloatBuffer> inputs;
    private final ClassScores scores;
    private final int features;

    private FeatureClassifier(
            ModelBundle bundle, int features, OnnxRuntimeSession backbone, OnnxRuntimeSession tail) {
        this.backbone = backbone;
        this.tail = tail;
        this.features = features;
        this.writer = new InputTensor(bundle.preprocessing(), backbone.layout());
        this.scores = new ClassScores(bundle.labels(), bundle.weights().scores());
        int elements = backbone.input().limit() / backbone.maxRows();
        List<FloatBuffer> pictures = new ArrayList<>();
        for (int row = 0; row < backbone.maxRows(); row++) {
            pictures.add(backbone.input().slice(row * elements, elements));
        }
        this.inputs = List.copyOf(pictures);
    }

    /**
     * Loads a bundle's network into ONNX Runtime.
     *
     * @throws io.flinkvision.core.weights.ModelException if the network cannot be cut at its pooled features
     * @throws InferenceException if ONNX Runtime refuses the network or the device, or is not there
     */
    public static FeatureClassifier load(ModelBundle bundle, Device device) {
        return load(bundle, device, MAX_BATCH);
    }

    static FeatureClassifier load(ModelBundle bundle, Device device, int maxBatch) {
        PooledCut cut = PooledCut.of(bundle.name(), bundle.onnx());
        OnnxRuntimeSession backbone = OnnxRuntimeSession.load(
                cut.backbone(),
                OnnxRuntimeSession.imageShapes(bundle.preprocessing().inputSize()),
                List.of(cut.shape()),
                maxBatch,
                device);
        try {
            OnnxRuntimeSession tail = OnnxRuntimeSession.load(
                    cut.tail(),
                    List.of(cut.shape()),
                    OnnxRuntimeSession.columnShapes(bundle.labels().size()),
                    1,
                    device);
            return new FeatureClassifier(bundle, cut.features(), backbone, tail);
        } catch (RuntimeException | Error e) {
            backbone.close();
            throw e;
        }
    }

    /**
     * The number of features of a picture, read off the network, which need not be loaded: a client has no ONNX
     * Runtime.
     *
     * @throws io.flinkvision.core.weights.ModelException if the network cannot be cut at its pooled features
     */
    public static int features(ModelBundle bundle) {
        return PooledCut.of(bundle.name(), bundle.onnx()).features();
    }

    /** The number of features of a picture. */
    public int features() {
        return features;
    }

    /**
     * The pooled features of some pictures, in their order.
     *
     * @param images {@code [size, size, 3]} each, red, green, blue, as the model's input wants them
     * @throws InferenceException if the runtime fails, or a feature is not finite
     * @throws IllegalArgumentException if a picture has not the network's input size
     * @throws IllegalStateException after {@link #close()}
     */
    public List<Features> features(List<RgbImage> images) {
        List<Features> features = new ArrayList<>(images.size());
        for (int start = 0; start < images.size(); start += inputs.size()) {
            addFeatures(images.subList(start, Math.min(start + inputs.size(), images.size())), features);
        }
        return features;
    }

    private void addFeatures(List<RgbImage> batch, List<Features> result) {
        // Throws if the network is closed, whose memory the views below would write to.
        FloatBuffer output = backbone.output();
        for (int row = 0; row < batch.size(); row++) {
            writer.write(batch.get(row), inputs.get(row));
        }
        backbone.run(batch.size());
        for (int row = 0; row < batch.size(); row++) {
            float[] pooled = new float[features];
            output.get(row * features, pooled);
            requireFinite(pooled);
            result.add(new Features(pooled));
        }
    }

    private static void requireFinite(float[] pooled) {
        for (int i = 0; i < pooled.length; i++) {
            if (!Float.isFinite(pooled[i])) {
                throw new InferenceException("The network's pooled feature " + i + " is " + pooled[i]);
            }
        }
    }

    /**
     * The most probable of the network's own classes.
     *
     * @param topK maximum number of classes, at least 1
     * @throws InferenceException as {@link Classifier#classify}
     * @throws IllegalArgumentException if the features are of another network, or {@code topK} is below 1
     * @throws IllegalStateException after {@link #close()}
     */
    public List<Label> classify(Features picture, int topK) {
        ClassScores.requireLabels(topK);
        if (picture.pooled().length != features) {
            throw new IllegalArgumentException(
                    "The network has " + features + " features, not " + picture.pooled().length);
        }
        tail.input().put(0, picture.pooled());
        tail.run();
        return scores.labels(tail.output(), topK);
    }

    /** How often the first part of the network ran. */
    long runs() {
        return backbone.runs();
    }

    @Override
    public void terminate() {
        backbone.terminate();
        tail.terminate();
    }

    /** Releases both parts; a second call does nothing. */
    @Override
    public void close() {
        try {
            backbone.close();
        } finally {
            tail.close();
        }
    }

    /**
     * The pooled features of a picture.
     *
     * @param pooled {@code [features]} as the network computes them
     */
    public record Features(float[] pooled) {

        /** Whether no feature differs by more than a share of the features' length. */
        boolean isNear(Features other, double tolerance) {
            double limit = tolerance * norm();
            for (int i = 0; i < pooled.length; i++) {
                if (Math.abs(pooled[i] - other.pooled[i]) > limit) {
                    return false;
                }
            }
            return true;
        }

        /** {@code [features]} divided by their L2 norm, which heads take; zeros where all are zero. */
        public float[] unit() {
            double norm = norm();
            float[] unit = new float[pooled.length];
            for (int i = 0; i < pooled.length && norm > 0; i++) {
                unit[i] = (float) (pooled[i] / norm);
            }
            return unit;
        }

        private double norm() {
            double squares = 0;
            for (float feature : pooled) {
                squares += (double) feature * feature;
            }
            return Math.sqrt(squares);
        }
    }
}
