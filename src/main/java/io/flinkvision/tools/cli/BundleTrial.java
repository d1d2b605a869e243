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
 * A model that was loaded and run.
 *
 * @param loadNanos nanoseconds until it was ready to classify
 * @param memoryBytes by how much the process grew meanwhile; empty where the system does not tell
 * @param inferenceNanos nanoseconds a picture, the median of its runs
 * @param scoreSum of all classes
 * @param deterministic whether all runs gave the same scores, bit by bit
 */
record BundleTrial(
        long loadNanos, OptionalLong memoryBytes, long inferenceNanos, double scoreSum, boolean deterministic) {

    /** How often the same picture is classified. */
    static final int RUNS = 10;

    /** Runs that are not measured: until then Java interprets what it will compile. */
    private static final int WARM_UP_RUNS = 20;

    /** Loads a model, and runs it on a picture of noise, which is the same each time. */
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

    /** The middle one; of an even number the upper of both. */
    static long median(List<Long> nanos) {
        return nanos.stream().sorted().toList().get(nanos.size() / 2);
    }
}
