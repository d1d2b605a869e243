package io.flinkvision.core.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.core.inference.HiddenLayer;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Decodes pictures as the job does and computes their features, with a decoder and a network per thread. Each picture
 * goes through the network alone, so that its features do not depend on its neighbours.
 */
public final class ExampleReader {

    private final ModelBundle backbone;
    private final DecodeLimits limits;
    private final Reduction reduction;
    private final Progress progress;
    private final Layer layer;
    private final Augmentation augmentation;

    /**
     * A reader of pooled features of length one, which heads take, of pictures that are decoded with the default
     * reduction.
     *
     * @param backbone whose features are computed, and whose preprocessing whole pictures get
     * @param limits files and pictures beyond them are left out
     */
    public ExampleReader(ModelBundle backbone, DecodeLimits limits, Progress progress) {
        this(backbone, limits, Reduction.DEFAULT, progress);
    }

    /** @param reduction the job's, so that a picture has the same features here and there */
    public ExampleReader(ModelBundle backbone, DecodeLimits limits, Reduction reduction, Progress progress) {
        this(backbone, limits, reduction, progress, Layer.POOLED, Augmentation.NONE);
    }

    /**
     * A reader that is told everything.
     *
     * @param layer whose features are computed
     * @param augmentation further views whose features are computed; then all pictures are decoded, known or not
     */
    public ExampleReader(ModelBundle backbone, DecodeLimits limits, Reduction reduction, Progress progress, Layer layer,
            Augmentation augmentation) {
        this.augmentation = augmentation;
        this.backbone = backbone;
        this.limits = limits;
        this.reduction = reduction;
        this.progress = progress;
        this.layer = layer;
    }

    /** A layer of a network. */
    public enum Layer {
        /** The pooled features of length one, which heads take. */
        POOLED,
        /** The input of the last layer as it is, which only {@link PlainTeaching} takes. */
        HIDDEN
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
     * @param pictures in their order
     * @param leftOut files that are no pictures, likewise
     * @param known how many of the pictures were known before
     * @param further the features of the pictures' further views, by the digests of the pictures
     */
    public record Reading(List<FeatureFile.Entry> pictures, List<LeftOut> leftOut, int known,
            Map<String, List<float[]>> further) {

        public Reading {
            pictures = List.copyOf(pictures);
            leftOut = List.copyOf(leftOut);
            further = Map.copyOf(further);
        }

        /** Pictures without further views. */
        public Reading(List<FeatureFile.Entry> pictures, List<LeftOut> leftOut, int known) {
            this(pictures, leftOut, known, Map.of());
        }

        /** The pictures, to teach from. */
        public List<Example> examples() {
            return pictures.stream().map(FeatureFile.Entry::example).toList();
        }

        /** The same pictures, where other files were left out before. */
        public Reading after(List<LeftOut> before) {
            return new Reading(pictures, Stream.concat(before.stream(), leftOut.stream()).toList(), known, further);
        }

        /** All that is taught of the pictures. */
        public TeachingSet teachingSet() {
            return TeachingSet.of(examples(), further);
        }
    }

    /**
     * Reads pictures.
     *
     * @param threads maximum number of threads, at least 1
     * @throws ModelException if the network has no pooled features
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network, or fails
     */
    public Reading read(List<LabelledPicture> pictures, int threads) {
        return read(pictures, new FeatureFile(FeatureFile.Network.of(backbone, reduction), List.of()), threads);
    }

    /**
     * Reads pictures, some of which are known: these are only hashed, and neither decoded nor classified.
     *
     * @param known features of pictures; nothing is taken from them if they are of another network
     * @param threads maximum number of threads, at least 1
     * @throws ModelException if the network has no pooled features
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network, or fails
     */
    public Reading read(List<LabelledPicture> pictures, FeatureFile known, int threads) {
        return new Run(pictures, known.network().equals(FeatureFile.Network.of(backbone, reduction))
                ? known : new FeatureFile(known.network(), List.of())).read(threads);
    }

    /** The look of a view. */
    private record Look(ImageFingerprint fingerprint, float[] unit, List<float[]> further) {}

    /** The looks of some views of a file, or why there are none. */
    private sealed interface Looks {}

    private record Seen(Map<View, Look> byView) implements Looks {}

    private record Refused(String reason) implements Looks {}

    /** A file's content, and what is to be computed of it. */
    private record Question(String fileDigest, List<View> views) {}

    private record OfPicture(List<FeatureFile.Entry> entries, List<LeftOut> leftOut, int known,
            Map<String, List<float[]>> further) {}

    /** One reading. Files of the same content are decoded once, whichever thread has them. */
    private final class Run {

        private final List<LabelledPicture> pictures;
        private final FeatureFile known;
        private final List<OfPicture> results;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();
        private final ConcurrentMap<Question, FutureTask<Looks>> answers = new ConcurrentHashMap<>();

        private Run(List<LabelledPicture> pictures, FeatureFile known) {
            this.pictures = pictures;
            this.known = known;
            this.results = new ArrayList<>(Collections.nCopies(pictures.size(), null));
        }

        private Reading read(int threads) {
            if (!pictures.isEmpty()) {
                runWorkers(Math.min(threads, pictures.size()));
            }
            return new Reading(
                    results.stream().flatMap(result -> result.entries.stream()).toList(),
                    results.stream().flatMap(result -> result.leftOut.stream()).toList(),
                    results.stream().mapToInt(result -> result.known).sum(),
                    further());
        }

        /** Of files with the same content the first, which has the same further views as the others. */
        private Map<String, List<float[]>> further() {
            Map<String, List<float[]>> further = new HashMap<>();
            results.forEach(result -> result.further.forEach(further::putIfAbsent));
            return further;
        }

        private void runWorkers(int threads) {
            ExecutorService executor = Executors.newFixedThreadPool(threads);
            try {
                for (Future<Void> end : executor.invokeAll(Collections.<Callable<Void>>nCopies(threads, this::work))) {
                    end.get();
                }
            } catch (ExecutionException e) {
                throw failure(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TeachingException("Reading the pictures was interrupted", e);
            } finally {
                executor.shutdownNow();
            }
        }

        /** The first failure ends the other threads after their picture. */
        private Void work() throws InterruptedException {
            try (Eyes eyes = new Eyes()) {
                for (int i = next.getAndIncrement(); i < results.size(); i = next.getAndIncrement()) {
                    results.set(i, read(pictures.get(i), eyes));
                    progress.read(finished.incrementAndGet());
                }
                return null;
            } catch (RuntimeException | Error | InterruptedException e) {
                next.set(Integer.MAX_VALUE / 2);
                throw e;
            }
        }

        private OfPicture read(LabelledPicture picture, Eyes eyes) throws InterruptedException {
            byte[] bytes;
            try {
                long size = Files.size(picture.file());
                if (size > limits.maxBytes()) {
                    return leftOut(picture, "it has " + size + " bytes, more than the limit of " + limits.maxBytes());
                }
                bytes = Files.readAllBytes(picture.file());
            } catch (IOException e) {
                return new OfPicture(List.of(), List.of(LeftOut.unreadable(picture.source(), e)), 0, Map.of());
            }
            String fileDigest = Sha256.of(bytes);
            List<View> unknown = picture.views().stream()
                    .map(LabelledView::view)
                    .filter(view -> augmentation.views() > 1 || known.example(fileDigest, view).isEmpty())
                    .toList();
            Looks looks = unknown.isEmpty() ? new Seen(Map.of())
                    : once(new Question(fileDigest, unknown), () -> eyes.look(bytes, unknown));
            if (looks instanceof Refused refused) {
                return leftOut(picture, refused.reason);
            }
            Map<View, Look> seen = ((Seen) looks).byView;
            return new OfPicture(
                    picture.views().stream()
                            .map(view -> entry(picture, view, fileDigest, seen))
                            .toList(),
                    List.of(), picture.views().size() - unknown.size(), further(fileDigest, seen));
        }

        private Map<String, List<float[]>> further(String fileDigest, Map<View, Look> seen) {
            Map<String, List<float[]>> further = new HashMap<>();
            if (augmentation.views() > 1) {
                seen.forEach((view, look) -> further.put(Example.digest(fileDigest, view), look.further));
            }
            return further;
        }

        private Looks once(Question question, Callable<Looks> answer) throws InterruptedException {
            FutureTask<Looks> task = new FutureTask<>(answer);
            FutureTask<Looks> earlier = answers.putIfAbsent(question, task);
            if (earlier == null) {
                task.run();
            }
            try {
                return (earlier == null ? task : earlier).get();
            } catch (ExecutionException e) {
                throw failure(e);
            }
        }

        private FeatureFile.Entry entry(LabelledPicture picture, LabelledView view, String fileDigest,
                Map<View, Look> seen) {
            Look look = known.example(fileDigest, view.view())
                    .map(example -> new Look(example.fingerprint(), example.unit(), List.of()))
                    .orElseGet(() -> seen.get(view.view()));
            return new FeatureFile.Entry(fileDigest, view.view(), new Example(picture.source(view), view.label(),
                    view.group(), Example.digest(fileDigest, view.view()), look.fingerprint, look.unit));
        }
    }

    private static OfPicture leftOut(LabelledPicture picture, String reason) {
        return new OfPicture(List.of(), List.of(new LeftOut(picture.source(), reason)), 0, Map.of());
    }

    private static RuntimeException failure(ExecutionException end) {
        if (end.getCause() instanceof Error error) {
            throw error;
        }
        return end.getCause() instanceof RuntimeException failure ? failure
                : new IllegalStateException("The pictures could not be read", end.getCause());
    }

    /** A network up to the layer whose features are computed. */
    private interface Network extends AutoCloseable {

        float[] features(RgbImage input);

        @Override
        void close();
    }

    private record Pooled(FeatureClassifier network) implements Network {

        @Override
        public float[] features(RgbImage input) {
            return network.features(List.of(input)).get(0).unit();
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private record Hidden(HiddenLayer network) implements Network {

        @Override
        public float[] features(RgbImage input) {
            return network.features(input);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    /** A thread's decoder and network, which are loaded for the first picture that is not known. */
    private final class Eyes implements AutoCloseable {

        private Optional<ImageDecoder> decoder = Optional.empty();
        private Optional<Network> network = Optional.empty();

        private Looks look(byte[] bytes, List<View> views) {
            if (network.isEmpty()) {
                network = Optional.of(layer == Layer.POOLED ? new Pooled(FeatureClassifier.load(backbone, new Device.Cpu()))
                        : new Hidden(HiddenLayer.load(backbone)));
                decoder = Optional.of(new ImageDecoder(limits, backbone.preprocessing(), reduction));
            }
            List<View> all = views.stream()
                    .flatMap(view -> Stream.concat(Stream.of(view), augmentation.crops(view).stream()))
                    .toList();
            DecodeOutcome outcome = decoder.orElseThrow().decode(bytes, all);
            if (outcome instanceof Rejected rejected) {
                return new Refused(rejected.message());
            }
            List<RgbImage> inputs = ((Decoded) outcome).views();
            int inputsPerView = inputs.size() / views.size();
            Map<View, Look> looks = new HashMap<>();
            for (int i = 0; i < views.size(); i++) {
                List<RgbImage> ofView = inputs.subList(i * inputsPerView, (i + 1) * inputsPerView);
                looks.put(views.get(i), look(ofView.get(0), ofView.subList(1, inputsPerView)));
            }
            return new Seen(looks);
        }

        private Look look(RgbImage input, List<RgbImage> crops) {
            return new Look(ImageFingerprint.of(input), network.orElseThrow().features(input),
                    augmentation.further(input, crops).map(network.orElseThrow()::features).toList());
        }

        @Override
        public void close() {
            network.ifPresent(Network::close);
            decoder.ifPresent(ImageDecoder::close);
        }
    }
}
