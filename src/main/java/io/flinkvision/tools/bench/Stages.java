package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.Classifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The stages of the bare loop, by the CPU time of its thread. Preprocessing cannot be measured alone: it is the
 * difference between decoding with it and decoding the same picture without it right before.
 */
final class Stages implements Contender {

    /** A difference of two measured times may be negative. */
    private static final double MIN_SECONDS = 1e-9;

    private final ImageDecoder decoder;
    private final Classifier classifier;
    private final int topK;

    Stages(ModelBundle bundle, DecodeLimits limits, Reduction reduction, int topK) {
        this.classifier = Classifier.load(bundle);
        this.decoder = new ImageDecoder(limits, bundle.preprocessing(), reduction);
        this.topK = topK;
    }

    @Override
    public String name() {
        return "stages";
    }

    @Override
    public int parallelism() {
        return 1;
    }

    /** Total of a stage. */
    private static final class Sum {
        private long nanos;
        private long bytes;

        /** Adds or subtracts the time between two marks. */
        void add(Mark from, Mark to, int sign) {
            nanos += sign * (to.nanos - from.nanos);
            bytes += sign * (to.bytes - from.bytes);
        }

        Round round(int pictures, int labelled) {
            double seconds = Math.max(MIN_SECONDS, nanos / 1e9);
            return new Round(pictures, labelled, seconds, seconds, 0, 0, Math.max(0, bytes), OptionalLong.empty());
        }
    }

    /** CPU time and allocations of this thread; wall-clock time would include interruptions. */
    private record Mark(long nanos, long bytes) {
        static Mark now() {
            return new Mark(Meter.callerNanos(), Meter.callerAllocated());
        }
    }

    @Override
    public Map<String, Round> run(PictureSet pictures, int count) {
        Sum decode = new Sum();
        Sum preprocess = new Sum();
        Sum infer = new Sum();
        int labelled = 0;
        for (int i = 0; i < count; i++) {
            byte[] picture = pictures.get(i);
            Mark start = Mark.now();
            decoder.decodePixels(picture);
            Mark decoded = Mark.now();
            DecodeOutcome outcome = decoder.decode(picture);
            Mark prepared = Mark.now();
            if (outcome instanceof DecodeOutcome.Decoded input) {
                classifier.classify(input.input(), topK);
                labelled++;
            }
            Mark inferred = Mark.now();
            decode.add(start, decoded, 1);
            preprocess.add(decoded, prepared, 1);
            preprocess.add(start, decoded, -1);
            infer.add(prepared, inferred, 1);
        }
        Map<String, Round> rounds = new LinkedHashMap<>();
        rounds.put(Row.DECODE, decode.round(count, labelled));
        rounds.put(Row.PREPROCESS, preprocess.round(count, labelled));
        rounds.put(Row.INFER, infer.round(count, labelled));
        return rounds;
    }

    @Override
    public void close() {
        try {
            decoder.close();
        } finally {
            classifier.close();
        }
    }
}
