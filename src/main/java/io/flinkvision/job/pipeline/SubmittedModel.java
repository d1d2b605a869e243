package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.weights.ModelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the model of a job before it is submitted: what is wrong with it would else fail every subtask, again after
 * each restart.
 */
public final class SubmittedModel {

    private static final Logger LOG = LoggerFactory.getLogger(SubmittedModel.class);

    private SubmittedModel() {}

    /**
     * Reads every tensor of a bundle, which tells whether the weights are those of the network. A network that the
     * bundle brings along is loaded into ONNX Runtime as well, on this machine's processor; where this machine has no
     * ONNX Runtime, as a client may have none, that is left to the TaskManagers.
     *
     * @return the bundle
     * @throws ModelException if its weights, labels and shapes do not fit each other
     */
    public static ModelBundle requireUsable(ModelBundle bundle) {
        bundle.onnx();
        if (bundle.weights() instanceof Weights.Onnx) {
            load(bundle);
        }
        return bundle;
    }

    private static void load(ModelBundle bundle) {
        if (!Classifier.canLoad()) {
            LOG.warn("{} was not tried, since ONNX Runtime is not on the class path here", bundle.weights().file());
            return;
        }
        try {
            Classifier.load(bundle).close();
        } catch (InferenceException e) {
            throw new ModelException(bundle.weights().file() + " is no network that labels pictures by "
                    + ModelBundle.DESCRIPTION + " and its " + bundle.labels().size() + " labels: " + e.getMessage()
                    + "; export it again, or correct these", e);
        }
    }
}
