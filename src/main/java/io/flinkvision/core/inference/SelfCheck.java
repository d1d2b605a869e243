package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A check, without any real picture, that a loaded network works. */
public final class SelfCheck {

    /** A network may loop for ever; one picture takes the largest image networks a few seconds. */
    public static final Duration TIME_LIMIT = Duration.ofSeconds(60);

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
        return new Attempt(bundle, device, trial).result(limit);
    }

    /** Loads and tries a network on a thread of its own, which the caller can abandon. */
    private static final class Attempt {

        private final ModelBundle bundle;
        private final Device device;
        private final Consumer<Classifier> trial;
        private final FutureTask<Classifier> task = new FutureTask<>(this::run);
        private Optional<Classifier> loaded = Optional.empty();
        private boolean finished;
        private boolean givenUp;

        Attempt(ModelBundle bundle, Device device, Consumer<Classifier> trial) {
            this.bundle = bundle;
            this.device = device;
            this.trial = trial;
        }

        Classifier result(Duration limit) {
            Thread thread = new Thread(task, "self-check of " + bundle.name());
            thread.setDaemon(true);
            thread.start();
            try {
                return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                giveUp();
                throw new InferenceException("The network of " + bundle.name() + " did not classify a picture within "
                        + limit.toMillis() / 1000.0 + " s: it has a loop without an end, or is too large for this"
                        + " machine", e);
            } catch (InterruptedException e) {
                giveUp();
                Thread.currentThread().interrupt();
                throw new InferenceException("Interrupted while the network of " + bundle.name() + " was tried", e);
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

        private Classifier run() {
            Classifier classifier = Classifier.load(bundle, device);
            try {
                synchronized (this) {
                    loaded = Optional.of(classifier);
                    requireWanted();
                }
                trial.accept(classifier);
                synchronized (this) {
                    requireWanted();
                    finished = true;
                }
                return classifier;
            } catch (RuntimeException | Error e) {
                classifier.close();
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
            loaded.ifPresent(finished ? Classifier::close : Classifier::terminate);
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
