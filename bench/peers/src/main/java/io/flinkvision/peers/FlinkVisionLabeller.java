package io.flinkvision.peers;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.tools.bench.naive.PictureLabeller;

/** flink-vision's own decoder and network, one after the other. */
final class FlinkVisionLabeller implements PictureLabeller {

    private final Classifier classifier;
    private final ImageDecoder decoder;

    FlinkVisionLabeller(ModelBundle bundle) {
        classifier = Classifier.load(bundle);
        decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing());
    }

    @Override
    public String label(byte[] picture) {
        if (decoder.decode(picture) instanceof DecodeOutcome.Decoded decoded) {
            return classifier.classify(decoded.input(), 1).get(0).label();
        }
        throw new IllegalArgumentException("flink-vision cannot decode the picture");
    }

    @Override
    public void close() {
        decoder.close();
        classifier.close();
    }
}
