package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.inference.FeatureClassifier.Features;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A check, without any real picture, that a loaded network works. */
public final class SelfCheck {

    /** A network may loop for ever; one picture takes the largest image networks a few seconds. */
    public static final Duration TIME_LIMIT = Duration.ofSeconds(60);

    /** By which features in a batch may differ, relative to the features' length; a GPU sums up in another order. */
    private static final double BATCH_TOLERANCE = 1e-3;

    private SelfCheck() {}

    /**
     * Loads a bundle's network and classifies the same picture twice, and gives up on a network that does not finish.
     *
     * @param device what runs it
     * @param time limit for all of that
     * @return the network, which belongs to the caller
     * @throws InferenceException if the network cannot be loaded, fails {@link #require}, or takes longer; a network
     *     that cannot be ended keeps its thread and its memory then
     */
    public static Classifier load(ModelBundle bundle, Device device, Duration limit) {
        return load(bundle, device, limit, classifier -> require(classifier, bundle));
    }

    /**
     * The same with another trial.
     *
     * @param trial uses the network as it likes, on another thread
     */
    public static Classifier load(ModelBundle bundle, Device device, Duration limit, Consumer<Classifier> trial) {
        return new Attempt<>(bundle.name(), () -> Classifier.load(bundle, device), trial).result(limit);
    }

    /**
     * The same for a network in two parts, whose features are tried with as many pictures as it takes at once.
     *
     * @throws io.flinkvision.core.weights.ModelException if the network cannot be cut at its pooled features
     */
    public static FeatureClassifier loadFeatures(ModelBundle bundle, Device device, Duration limit) {
        return new Attempt<>(bundle.name(), () -> FeatureClassifier.load(bundle, device),
                classifier -> require(classifier, bundle)).result(limit);
    }

    /** Loads and tries a network on a thread of its own, which the caller can abandon. */
    private static final class Attempt<T extends LoadedNetwork> {

        private final String name;
        private final Supplier<T> loader;
        private final Consumer<T> trial;
        private final FutureTask<T> task = new FutureTask<>(this::run);
        private Optional<T> loaded = Optional.empty();
        private boolean finished;
        private boolean givenUp;

        Attempt(String name, Supplier<T> loader, Consumer<T> trial) {
            this.name = name;
            this.loader = loader;
            this.trial = trial;
        }

        T result(Duration limit) {
            Thread thread = new Thread(task, "self-check of " + name);
            thread.setDaemon(true);
            thread.start();
            try {
                return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                giveUp();
                throw new InferenceException("The network of " + name + " did not classify a picture within "
                        + limit.toMillis() / 1000.0 + " s: it has a loop without an end, or is too large for this"
                        + " machine", e);
            } catch (InterruptedException e) {
                giveUp();
                Thread.currentThread().interrupt();
                throw new InferenceException("Interrupted while the network of " + name + " was tried", e);
            } catch (ExecutionException e) {
                throw thrown(e.getCause());
            }
        }

        private static RuntimeException thrown(Throwable cause) {
            if (cause instanceof Error error) {
                throw error;
            }
            return cause instanceof RuntimeException runtime
                    ? runtime
                    : new InferenceException(cause.toString(), cause);
        }

        private T run() {
            T network = loader.get();
            try {
                synchronized (this) {
                    loaded = Optional.of(network);
                    requireWanted();
                }
                trial.accept(network);
                synchronized (this) {
                    requireWanted();
                    finished = true;
                }
                return network;
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        }

        private void requireWanted() {
            if (givenUp) {
                throw new InferenceException("Nobody waits for the network any more");
            }
        }

        private synchronized void giveUp() {
            givenUp = true;
            loaded.ifPresent(finished ? LoadedNetwork::close : LoadedNetwork::terminate);
        }
    }

    /**
     * Classifies the same picture twice.
     *
     * @param classifier the bundle's network
     * @throws InferenceException if a score is not finite or no probability, or the second answer is another one
     */
    public static void require(Classifier classifier, ModelBundle bundle) {
        RgbImage noise = noise(bundle.preprocessing().inputSize());
        int classes = bundle.labels().size();
        List<Label> first = classifier.classify(noise, classes);
        if (!classifier.classify(noise, classes).equals(first)) {
            throw new InferenceException("The network of " + bundle.name() + " gives the same picture other scores the"
                    + " second time");
        }
    }

    /**
     * Computes the features of a full batch twice.
     *
     * @param classifier the bundle's network
     * @throws InferenceException if a feature or score is not finite, the second answer is another one, or the pictures
     *     of a batch get other features than alone
     */
    static void require(FeatureClassifier classifier, ModelBundle bundle) {
        RgbImage noise = noise(bundle.preprocessing().inputSize());
        int classes = bundle.labels().size();
        Features alone = classifier.features(List.of(noise)).get(0);
        List<Label> labels = classifier.classify(alone, classes);
        for (Features features : classifier.features(Collections.nCopies(FeatureClassifier.MAX_BATCH, noise))) {
            if (!features.isNear(alone, BATCH_TOLERANCE)) {
                throw new InferenceException("The network of " + bundle.name() + " gives a picture other features among"
                        + " others than alone");
            }
        }
        if (!classifier.classify(classifier.features(List.of(noise)).get(0), classes).equals(labels)) {
            throw new InferenceException("The network of " + bundle.name() + " gives the same picture other scores the"
                    + " second time");
        }
    }

    /**
     * A picture of noise, the same each time.
     *
     * @param size of each side, in pixels
     */
    public static RgbImage noise(int size) {
        byte[] samples = new byte[3 * size * size];
        new Random(0).nextBytes(samples);
        return new RgbImage(size, size, samples);
    }
}
