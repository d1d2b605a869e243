package io.flinkvision.tools.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.Example;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job's network up to its pooled features, for boxes of frames. Whichever thread asks, one picture is decoded at a
 * time, in the order of the requests, so that native memory is needed for one only. Thread-safe.
 */
public final class BoxNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BoxNetwork.class);

    private final ModelBundle bundle;
    private final DecodeLimits limits;
    private final Reduction reduction;

    /** Fair, so that a single picture does not wait for the hundreds of another request. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private Optional<Loaded> loaded = Optional.empty();
    private boolean closed;

    private record Loaded(ImageDecoder decoder, FeatureClassifier network) {}

    /**
     * Loads nothing yet.
     *
     * @param bundle the job's; its files must stay until the first picture
     * @param limits the job's; PNG is allowed too, since raw pixels are kept as such
     * @param reduction the job's
     */
    public BoxNetwork(ModelBundle bundle, DecodeLimits limits, Reduction reduction) {
        this.bundle = bundle;
        this.reduction = reduction;
        this.limits = limits.allowing(ImageFormat.PNG);
    }

    /**
     * The features of a box of a picture.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws io.flinkvision.core.weights.ModelException if the network has no pooled features
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network, or fails
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<BoxFeatures> features(byte[] bytes, RegionBox box) {
        lock.lock();
        try {
            Loaded parts = open();
            return input(parts, bytes, box).map(input -> new BoxFeatures(Sha256.of(bytes), ImageFingerprint.of(input),
                    parts.network().features(List.of(input)).get(0).unit()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The reasons for a head's answer.
     *
     * @param bytes a whole file
     * @param head taught on this network
     * @param taught pictures that the head was taught from
     * @return empty if the picture cannot be decoded
     * @throws io.flinkvision.core.weights.ModelException as {@link #features}
     * @throws io.flinkvision.core.inference.InferenceException likewise
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Explanation> explain(byte[] bytes, RegionBox box, Head head, List<Example> taught) {
        lock.lock();
        try {
            Loaded parts = open();
            return input(parts, bytes, box).map(input -> Explanation.of(input, parts.network(), head, taught,
                    Example.digest(Sha256.of(bytes), new View.Region(box))));
        } finally {
            lock.unlock();
        }
    }

    private static Optional<RgbImage> input(Loaded parts, byte[] bytes, RegionBox box) {
        try {
            return parts.decoder().decode(bytes, List.of(new View.Region(box))) instanceof Decoded decoded
                    ? Optional.of(decoded.input())
                    : Optional.empty();
        } catch (RuntimeException e) {
            // A picture that OpenCV stumbles over must not keep the others from being seen.
            LOG.debug("A picture of {} bytes is not seen", bytes.length, e);
            return Optional.empty();
        }
    }

    private Loaded open() {
        if (closed) {
            throw new IllegalStateException("The network is closed");
        }
        if (loaded.isEmpty()) {
            FeatureClassifier network = FeatureClassifier.load(bundle, new Device.Cpu());
            try {
                loaded = Optional.of(new Loaded(
                        new ImageDecoder(limits, bundle.preprocessing(), reduction), network));
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        }
        return loaded.get();
    }

    /** Releases the native memory once no picture is in work; a second call does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            loaded.ifPresent(parts -> {
                parts.decoder().close();
                parts.network().close();
            });
            loaded = Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}
