package io.flinkvision.job.operator;

import io.flinkvision.job.guard.GuardSettings;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * The settings of a subtask of the classify operator.
 *
 * @param submitted where a TaskManager finds the model that the job was submitted with
 * @param submittedDigest SHA-256 of its weights, in hexadecimal
 * @param device that runs the networks
 * @param regions whether the job has regions, so that networks are cut at their pooled features
 * @param topK maximum number of labels per picture, at least 1
 * @param guard against pictures that kill the process
 * @param decoding of pictures that the decode operator has passed on undecoded
 */
public record ClassifierSettings(
        BundleLocation submitted, String submittedDigest, DeviceKind device, boolean regions, int topK,
        GuardSettings guard, DecodeSettings decoding) implements Serializable {

    private static final long serialVersionUID = 3L;

    public ClassifierSettings {
        Objects.requireNonNull(submitted, "submitted");
        Objects.requireNonNull(submittedDigest, "submittedDigest");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(guard, "guard");
        Objects.requireNonNull(decoding, "decoding");
        if (topK < 1) {
            throw new IllegalArgumentException("The number of labels must be at least 1, not " + topK);
        }
    }

    /**
     * Loads the submitted model into memory.
     *
     * @throws IOException if it cannot be read, or has changed since
     */
    LoadedModel loadSubmitted(RuntimeContext context) throws IOException {
        return LoadedModel.submitted(submitted, submittedDigest, device, regions, context);
    }
}
