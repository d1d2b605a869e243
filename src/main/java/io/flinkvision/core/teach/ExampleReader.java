package io.flinkvision.core.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decodes pictures as the job does and computes their features, with a decoder and a network per thread. Each picture
 * goes through the network alone, so that its features do not depend on its neighbours.
 */
public final class ExampleReader {

    private final ModelBundle backbone;
    private final DecodeLimits limits;
    private final Progress progress;

    /**
     * @param backbone whose features are computed, and whose preprocessing whole pictures get
     * @param limits files and pictures beyond them are left out
     */
    public ExampleReader(ModelBundle backbone, DecodeLimits limits, Progress progress) {
        this.backbone = backbone;
        this.limits = limits;
        this.progress = progress;
    }

    /** Is told of each file, by several threads. */
    @FunctionalInterface
    public interface Progress {

        /** @param files how many have been read */
        void read(int files);
    }

    /**
     * Pictures as numbers.
     *
     * @param examples in the order of the pictures
     * @param leftOut files that are no pictures, likewise
     */
    public record Reading(List<Example> examples, List<LeftOut> leftOut) {

        public Reading {
            examples = List.copyOf(examples);
            leftOut = List.copyOf(leftOut);
        }
    }

    private record OfPicture(List<Example> examples, List<LeftOut> leftOut) {}

    /**
     * Reads pictures.
     *
     * @param threads maximum number of threads, at least 1
     * @throws io.flinkvision.core.weights.ModelException if the network has no pooled features
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network, or fails
     */
    public Reading read(List<LabelledPicture> pictures, int threads) {
        List<OfPicture> results = new ArrayList<>(Collections.nCopies(pictures.size(), null));
        AtomicInteger next = new AtomicInteger();
        AtomicInteger finished = new AtomicInteger();
        Callable<Void> worker = () -> {
            try (FeatureClassifier network = FeatureClassifier.load(backbone, new Device.Cpu());
                    ImageDecoder decoder = new ImageDecoder(limits, backbone.preprocessing())) {
                for (int i = next.getAndIncrement(); i < results.size(); i = next.getAndIncrement()) {
                    results.set(i, read(pictures.get(i), decoder, network));
                    progress.read(finished.incrementAndGet());
                }
            }
            return null;
        };
        run(worker, Math.min(threads, pictures.size()), next);
        return new Reading(
                results.stream().flatMap(result -> result.examples.stream()).toList(),
                results.stream().flatMap(result -> result.leftOut.stream()).toList());
    }

    /** The first failure ends the others after their picture. */
    private static void run(Callable<Void> worker, int threads, AtomicInteger next) {
        if (threads == 0) {
            return;
        }
        Callable<Void> endingTheOthers = () -> {
            try {
                return worker.call();
            } catch (Exception | Error e) {
                next.set(Integer.MAX_VALUE / 2);
                throw e;
            }
        };
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> end : executor.invokeAll(Collections.nCopies(threads, endingTheOthers))) {
                end.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("The pictures could not be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeachingException("Reading the pictures was interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }

    private OfPicture read(LabelledPicture picture, ImageDecoder decoder, FeatureClassifier network) {
        byte[] bytes;
        try {
            long size = Files.size(picture.file());
            if (size > limits.maxBytes()) {
                return leftOut(picture, "it has " + size + " bytes, more than the limit of " + limits.maxBytes());
            }
            bytes = Files.readAllBytes(picture.file());
        } catch (IOException e) {
            return new OfPicture(List.of(), List.of(LeftOut.unreadable(picture.source(), e)));
        }
        List<View> views = picture.views().stream().map(LabelledView::view).toList();
        DecodeOutcome outcome = decoder.decode(bytes, views);
        if (outcome instanceof Rejected rejected) {
            return leftOut(picture, rejected.message());
        }
        MessageDigest digest = Sha256.newDigest();
        digest.update(bytes);
        String ofFile = HexFormat.of().formatHex(digest.digest());
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            examples.add(example(picture, picture.views().get(i), ofFile, ((Decoded) outcome).views().get(i), network));
        }
        return new OfPicture(examples, List.of());
    }

    private static OfPicture leftOut(LabelledPicture picture, String reason) {
        return new OfPicture(List.of(), List.of(new LeftOut(picture.source(), reason)));
    }

    private static Example example(LabelledPicture picture, LabelledView view, String ofFile, RgbImage input,
            FeatureClassifier network) {
        String digest = Example.digest(ofFile, view.view());
        float[] unit = network.features(List.of(input)).get(0).unit();
        return new Example(picture.source(view), view.label(), view.group(), digest, ImageFingerprint.of(input), unit);
    }
}
