package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.ImageClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.flink.util.IOUtils;

/**
 * Only decoder and network, from memory: the upper bound of what a job can reach. Each thread has its own of both, as a
 * task slot has, and an equal share of the pictures that is fixed beforehand, like the partitions of a topic.
 */
final class BareLoop implements Contender {

    private final List<ImageClassifier> classifiers = new ArrayList<>();
    private final ExecutorService threads;
    private final int topK;

    /** @param parallelism number of threads */
    BareLoop(ModelBundle bundle, DecodeLimits limits, Reduction reduction, int topK, int parallelism) {
        this.topK = topK;
        try {
            for (int i = 0; i < parallelism; i++) {
                classifiers.add(new ImageClassifier(bundle, limits, reduction));
            }
        } catch (RuntimeException | Error e) {
            IOUtils.closeAllQuietly(classifiers);
            throw e;
        }
        // They stay: the allocations of a thread that ends are lost.
        threads = Executors.newFixedThreadPool(parallelism, task -> {
            Thread thread = new Thread(task, "bare-loop");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String name() {
        return Row.BARE_LOOP + " at parallelism " + parallelism();
    }

    @Override
    public int parallelism() {
        return classifiers.size();
    }

    @Override
    public Map<String, Round> run(PictureSet pictures, int count) {
        Meter meter = Meter.start();
        List<CompletableFuture<Integer>> shares = IntStream.range(0, parallelism())
                .mapToObj(thread -> CompletableFuture.supplyAsync(() -> classify(pictures, count, thread), threads))
                .toList();
        // Waits for all of them, even if one fails or this thread is interrupted: none may use a closed network.
        CompletableFuture.allOf(shares.toArray(CompletableFuture<?>[]::new)).join();
        Meter.Use use = meter.stop();
        int labelled = shares.stream().mapToInt(CompletableFuture::join).sum();
        return Map.of(Row.BARE_LOOP, new Round(count, labelled, use.seconds(), use.processorSeconds(), 0, 0,
                use.allocatedBytes(), use.peakResidentBytes()));
    }

    /** Classifies a thread's share, and returns how many of it got labels. */
    private int classify(PictureSet pictures, int count, int thread) {
        int labelled = 0;
        for (int i = thread; i < count; i += parallelism()) {
            if (classifiers.get(thread).classify(pictures.get(i), topK) instanceof Outcome.Classified) {
                labelled++;
            }
        }
        return labelled;
    }

    @Override
    public void close() {
        threads.shutdown();
        IOUtils.closeAllQuietly(classifiers);
    }
}
