package io.flinkvision.job.operator;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier.Features;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.InferenceException;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The network of a model in a subtask's memory: answers for all views of a picture in one call. */
sealed interface PictureNetwork extends AutoCloseable {

    /**
     * What a picture's views show.
     *
     * @param labels of the whole picture; none if it was not asked for
     * @param regions the answers of the regions that were asked for, in their order
     */
    record Answers(List<Label> labels, List<RegionAnswer> regions) {

        /** Of a picture of which nothing is asked. */
        static final Answers NONE = new Answers(List.of(), List.of());

        public Answers {
            labels = List.copyOf(labels);
            regions = List.copyOf(regions);
        }
    }

    /**
     * Loads a bundle's network.
     *
     * @param regions whether the job has regions, so that the network must be cut at its pooled features
     * @throws ModelException if it cannot be cut
     * @throws InferenceException if ONNX Runtime refuses the network
     */
    static PictureNetwork load(ModelBundle bundle, Device device, boolean regions) {
        return regions
                ? new OfViews(FeatureClassifier.load(bundle, device), bundle.backboneDigest())
                : new OfPictures(Classifier.load(bundle, device));
    }

    /**
     * Loads a bundle's network and tries it.
     *
     * @throws ModelException if it cannot be cut
     * @throws InferenceException if ONNX Runtime refuses the network, or it fails its {@link SelfCheck}
     */
    static PictureNetwork tried(ModelBundle bundle, Device device, boolean regions) {
        return regions
                ? new OfViews(SelfCheck.loadFeatures(bundle, device, SelfCheck.TIME_LIMIT), bundle.backboneDigest())
                : new OfPictures(SelfCheck.load(bundle, device, SelfCheck.TIME_LIMIT));
    }

    /**
     * Answers for the views that a picture has.
     *
     * @param topK maximum number of labels per view, at least 1
     * @throws InferenceException if the network fails
     * @throws ModelException if a head was taught on another network
     */
    Answers answer(DecodedImage image, int topK);

    /** Releases the network; a second call does nothing. */
    @Override
    void close();

    /** For jobs without regions. */
    record OfPictures(Classifier classifier) implements PictureNetwork {

        public OfPictures {
            Objects.requireNonNull(classifier, "classifier");
        }

        /** @throws IllegalArgumentException if the picture has regions, or nothing else */
        @Override
        public Answers answer(DecodedImage image, int topK) {
            if (!image.regions().isEmpty()) {
                throw new IllegalArgumentException("The network is not cut for the regions of a picture");
            }
            RgbImage input = image.input().orElseThrow(() -> new IllegalArgumentException("The picture has no view"));
            return new Answers(classifier.classify(input, topK), List.of());
        }

        @Override
        public void close() {
            classifier.close();
        }
    }

    /** For jobs with regions. */
    record OfViews(FeatureClassifier classifier, Backbone backbone) implements PictureNetwork {

        public OfViews {
            Objects.requireNonNull(classifier, "classifier");
            Objects.requireNonNull(backbone, "backbone");
        }

        /** @param digest SHA-256 of the network's weights, in hexadecimal */
        OfViews(FeatureClassifier classifier, String digest) {
            this(classifier, new Backbone(digest, classifier.features()));
        }

        @Override
        public Answers answer(DecodedImage image, int topK) {
            List<RgbImage> views = new ArrayList<>(1 + image.regions().size());
            image.input().ifPresent(views::add);
            for (DecodedRegion region : image.regions()) {
                region.head().ifPresent(head -> head.requireTaughtOn(backbone));
                views.add(region.input());
            }
            List<Features> features = classifier.features(views);
            int whole = image.input().isPresent() ? 1 : 0;
            List<RegionAnswer> regions = new ArrayList<>(image.regions().size());
            for (int i = 0; i < image.regions().size(); i++) {
                regions.add(answer(image, image.regions().get(i), features.get(whole + i), topK));
            }
            return new Answers(whole == 0 ? List.of() : classifier.classify(features.get(0), topK), regions);
        }

        private RegionAnswer answer(DecodedImage image, DecodedRegion region, Features features, int topK) {
            boolean small = region.box().isSmall(image.width(), image.height());
            if (region.head().isEmpty()) {
                return new RegionAnswer(region.name(), region.box(), small, Optional.empty(),
                        classifier.classify(features, topK), Optional.empty());
            }
            Head head = region.head().get();
            HeadAnswer answer = head.answer(features.unit(), topK);
            return new RegionAnswer(region.name(), region.box(), small,
                    Optional.of(new HeadVerdict(
                            head.description().name(), head.digest(), answer.unknown(), answer.distance())),
                    answer.labels(), Optional.empty());
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
