package io.flinkvision.job.sql;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.job.sql.PictureAnswer.ViewAnswer;
import java.util.List;
import java.util.Optional;

/** A model's network in memory: answers for all views of a picture in one call. */
sealed interface ViewNetwork extends AutoCloseable {

    /**
     * Loads a bundle's network, cut at its pooled features only if there is more than one view or a head.
     *
     * @throws io.flinkvision.core.weights.ModelException if it cannot be cut, or the head was taught on another network
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network
     */
    static ViewNetwork load(ModelBundle bundle, Optional<Head> head, int views) {
        if (head.isEmpty() && views == 1) {
            return new Whole(Classifier.load(bundle));
        }
        head.ifPresent(taught -> taught.requireTaughtOn(Backbone.of(bundle)));
        return new Cut(FeatureClassifier.load(bundle, new Device.Cpu()), head);
    }

    /**
     * The answers, in the order of the views.
     *
     * @param topK maximum number of labels per view, at least 1
     * @throws io.flinkvision.core.inference.InferenceException if the network fails
     */
    List<ViewAnswer> answer(List<RgbImage> views, int topK);

    /** Releases the network; a second call does nothing. */
    @Override
    void close();

    /** For one view and the network's own classes. */
    record Whole(Classifier classifier) implements ViewNetwork {

        @Override
        public List<ViewAnswer> answer(List<RgbImage> views, int topK) {
            return views.stream().map(view -> ViewAnswer.of(classifier.classify(view, topK))).toList();
        }

        @Override
        public void close() {
            classifier.close();
        }
    }

    /** For several views, or a head. */
    record Cut(FeatureClassifier classifier, Optional<Head> head) implements ViewNetwork {

        @Override
        public List<ViewAnswer> answer(List<RgbImage> views, int topK) {
            return classifier.features(views).stream()
                    .map(features -> head
                            .map(taught -> ViewAnswer.of(taught.answer(features.unit(), topK)))
                            .orElseGet(() -> ViewAnswer.of(classifier.classify(features, topK))))
                    .toList();
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
