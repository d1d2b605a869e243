package io.flinkvision.job.operator;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.ModelChoice;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * A model in a subtask's memory; closing it releases the network.
 *
 * @param name the model's name, which its labels carry
 * @param digest SHA-256 of the weights in hexadecimal, likewise
 * @param labels of its classes
 * @param network it, which belongs to this
 */
record LoadedModel(String name, String digest, List<String> labels, PictureNetwork network) implements AutoCloseable {

    LoadedModel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(network, "network");
        labels = List.copyOf(labels);
    }

    /**
     * Loads the model that the job was submitted with.
     *
     * @param location where a TaskManager finds it
     * @param expectedDigest SHA-256 of the weights that the job was submitted with, in hexadecimal
     * @param device what runs it
     * @param regions whether the job has regions
     * @throws IOException if the bundle cannot be read, or its weights are other ones by now
     * @throws InferenceException if ONNX Runtime refuses the network
     */
    static LoadedModel submitted(BundleLocation location, String expectedDigest, DeviceKind device,
            boolean regions, RuntimeContext context) throws IOException {
        try (BundleLocation.LocalBundle local = location.fetch(context)) {
            ModelBundle bundle = local.bundle();
            if (!bundle.digest().equals(expectedDigest)) {
                throw new IOException("The model at " + location + " has changed since the job was submitted:"
                        + " its weights have SHA-256 " + bundle.digest() + ", not " + expectedDigest
                        + ". Take a savepoint and submit the job again to change its model.");
            }
            return new LoadedModel(bundle.name(), bundle.digest(), bundle.labels(),
                    PictureNetwork.load(bundle, device.of(context), regions));
        }
    }

    /**
     * Loads a model that was chosen while the job runs, and tries it.
     *
     * @param preprocessing what the job's decode operator prepares pictures for
     * @param device what runs it
     * @param regions whether the job has regions
     * @throws IOException if the bundle cannot be read
     * @throws ModelException if its weights are not the chosen ones or not those of its network, or the network wants
     *     pictures that are prepared in another way or cannot be cut for regions, or there is too little heap for it
     * @throws InferenceException if ONNX Runtime refuses the network, or it fails its {@link SelfCheck}
     */
    static LoadedModel chosen(ModelChoice choice, Preprocessing preprocessing, Device device, boolean regions)
            throws IOException {
        try (BundleLocation.LocalBundle local = new BundleLocation.Remote(choice.bundle()).download()) {
            ModelBundle bundle = local.bundle();
            if (!bundle.digest().equals(choice.digest())) {
                throw new ModelException("The weights at " + choice.bundle() + " have SHA-256 " + bundle.digest()
                        + ", not the " + choice.digest() + " that was chosen");
            }
            if (!bundle.preprocessing().takesPixelsOf(preprocessing)) {
                throw new ModelException("The model at " + choice.bundle() + " wants pictures of "
                        + pixels(bundle.preprocessing()) + ", but the job prepares them for "
                        + pixels(preprocessing) + ". Stop the job with a savepoint, set its model.bundle to this model,"
                        + " and submit it again from there.");
            }
            return new LoadedModel(bundle.name(), bundle.digest(), bundle.labels(),
                    PictureNetwork.tried(bundle, device, regions));
        } catch (InferenceException e) {
            throw new InferenceException("The model at " + choice.bundle() + " does not work: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            // What was read of it is garbage by now, so that the pictures need not suffer for it.
            throw new ModelException("There is no memory for the model at " + choice.bundle() + ": " + e.getMessage(),
                    e);
        }
    }

    private static String pixels(Preprocessing preprocessing) {
        return preprocessing.inputSize() + " x " + preprocessing.inputSize() + " pixels (" + preprocessing.resize()
                + ", " + preprocessing.interpolation() + ")";
    }

    /** Releases the network; a second call does nothing. */
    @Override
    public void close() {
        network.close();
    }
}
