package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.inference.SelfCheck;
import io.flinkvision.core.system.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measurements of a model on one picture.
 *
 * @param loadNanos nanoseconds until the model was ready to classify
 * @param memoryBytes growth of the resident memory by then; empty except on Linux
 * @param inferenceNanos median nanoseconds per run
 * @param scoreSum sum of the scores of all classes
 * @param deterministic whether all runs gave bit-identical scores
 */
record BundleTrial(
        long loadNanos, OptionalLong memoryBytes, long inferenceNanos, double scoreSum, boolean deterministic) {

    /** Number of measured runs. */
    static final int RUNS = 10;

    /** Unmeasured runs, until the JIT compiler has compiled the code. */
    private static final int WARM_UP_RUNS = 20;

    /** Loads a model and runs it on a picture of noise, the same every time. */
    static BundleTrial of(ModelBundle bundle) {
        OptionalLong before = ProcessMemory.RESIDENT.bytes();
        RgbImage noise = SelfCheck.noise(bundle.preprocessing().inputSize());
        int classes = bundle.labels().size();
        AtomicLong loaded = new AtomicLong();
        List<Label> first = new ArrayList<>();
        long start = System.nanoTime();
        try (Classifier classifier = SelfCheck.load(bundle, new Device.Cpu(), SelfCheck.TIME_LIMIT, network -> {
            loaded.set(System.nanoTime());
            first.addAll(network.classify(noise, classes));
        })) {
            long loadNanos = loaded.get() - start;
            OptionalLong after = ProcessMemory.RESIDENT.bytes();
            boolean deterministic = true;
            for (int run = 0; run < WARM_UP_RUNS; run++) {
                deterministic &= classifier.classify(noise, classes).equals(first);
            }
            List<Long> nanos = new ArrayList<>();
            for (int run = 0; run < RUNS; run++) {
                long began = System.nanoTime();
                List<Label> labels = classifier.classify(noise, classes);
                nanos.add(System.nanoTime() - began);
                deterministic &= labels.equals(first);
            }
            return new BundleTrial(loadNanos, growth(before, after), median(nanos),
                    first.stream().mapToDouble(Label::score).sum(), deterministic);
        }
    }

    private static OptionalLong growth(OptionalLong before, OptionalLong after) {
        return before.isPresent() && after.isPresent()
                ? OptionalLong.of(Math.max(0, after.getAsLong() - before.getAsLong()))
                : OptionalLong.empty();
    }

    /** The upper median. */
    static long median(List<Long> nanos) {
        return nanos.stream().sorted().toList().get(nanos.size() / 2);
    }
}
