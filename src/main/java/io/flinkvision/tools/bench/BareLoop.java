package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier;
import java.util.Map;

/** Only decoder and network, in one thread: the upper bound of what a job can reach. */
final class BareLoop implements Contender {

    private final ImageClassifier classifier;
    private final int topK;

    BareLoop(ModelBundle bundle, DecodeLimits limits, Reduction reduction, int topK) {
        this.classifier = new ImageClassifier(bundle, limits, reduction);
        this.topK = topK;
    }

    @Override
    public int parallelism() {
        return 1;
    }

    @Override
    public Map<String, Round> run(PictureSet pictures, int count) {
        Meter meter = Meter.start();
        int labelled = 0;
        for (int i = 0; i < count; i++) {
            if (classifier.classify(pictures.get(i), topK) instanceof Outcome.Classified) {
                labelled++;
            }
        }
        Meter.Use use = meter.stop();
        return Map.of(Row.BARE_LOOP, new Round(count, labelled, use.seconds(), use.processorSeconds(), 0, 0,
                use.allocatedBytes(), use.peakResidentBytes()));
    }

    @Override
    public void close() {
        classifier.close();
    }
}
