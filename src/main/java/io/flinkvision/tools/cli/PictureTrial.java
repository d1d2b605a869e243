package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * What a model made of pictures of which somebody knows what they show.
 *
 * @param accuracy of those that could be judged
 * @param unlabelled those whose name or folder means no label of the model, or several
 * @param failed those that could not be decoded or classified, and why
 * @param pictureNanos nanoseconds a picture with its decoding, the median; 0 if none could be judged
 */
record PictureTrial(Accuracy accuracy, List<LabelledPicture> unlabelled, Map<Path, Failed> failed, long pictureNanos) {

    /**
     * Classifies pictures.
     *
     * @param progress is told after each how many are done
     */
    static PictureTrial of(ModelBundle bundle, List<LabelledPicture> pictures, IntConsumer progress) {
        List<JudgedPicture> judged = new ArrayList<>();
        List<LabelledPicture> unlabelled = new ArrayList<>();
        Map<Path, Failed> failed = new LinkedHashMap<>();
        List<Long> nanos = new ArrayList<>();
        try (FileClassifier classifier =
                new FileClassifier(bundle, DecodeLimits.DEFAULTS, Reduction.NONE, bundle.labels().size())) {
            for (int i = 0; i < pictures.size(); i++) {
                LabelledPicture picture = pictures.get(i);
                if (picture.classes().size() != 1) {
                    unlabelled.add(picture);
                } else {
                    long start = System.nanoTime();
                    Outcome outcome = classifier.classify(picture.file().toString());
                    nanos.add(System.nanoTime() - start);
                    if (outcome instanceof Classified classified) {
                        judged.add(JudgedPicture.of(picture.file(), picture.classes().get(0), classified.labels()));
                    } else {
                        failed.put(picture.file(), (Failed) outcome);
                    }
                }
                progress.accept(i + 1);
            }
        }
        return new PictureTrial(new Accuracy(judged), unlabelled, failed,
                nanos.isEmpty() ? 0 : BundleTrial.median(nanos));
    }
}
