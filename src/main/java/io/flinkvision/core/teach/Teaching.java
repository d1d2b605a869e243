package io.flinkvision.core.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Teaches a head: multinomial logistic regression on the pooled features of length one, with the strength of
 * regularisation that makes the right labels of held-out pictures most likely. The same pictures give the same head,
 * bit for bit, in whatever order they come, whatever their files' names are, and however many threads there are.
 */
public final class Teaching {

    /** Largest partial derivative of the objective at the head's weights. */
    private static final double GRADIENT_TOLERANCE = 1e-6;

    private final TeachingSet set;
    private final Folds folds;
    private final FeatureMatrix matrix;
    private final int[] targets;

    private Teaching(TeachingSet set) {
        this.set = set;
        this.folds = Folds.of(set);
        this.matrix = new FeatureMatrix(set.rows().units());
        this.targets = set.rows().targets(set.targets());
    }

    private LogisticRegression regression(Features features) {
        return new LogisticRegression(features, targets, set.rows().shares(), set.labels().size());
    }

    /**
     * What was taught.
     *
     * @param head it
     * @param report how good it is
     */
    public record Taught(Head head, TeachingReport report) {}

    /**
     * The name and origin of a head that is to be taught.
     *
     * @param name its name
     * @param backboneDigest SHA-256 of the weights of the network that the features are of, in hexadecimal
     * @param at the time that its description gets
     */
    public record Request(String name, String backboneDigest, Instant at) {

        public Request {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(backboneDigest, "backboneDigest");
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * Teaches a head.
     *
     * @param leftOut files that were left out before, for the report
     * @param threads maximum number of threads, at least 1
     */
    public static Taught teach(TeachingSet set, Request request, List<LeftOut> leftOut, int threads) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            return new Teaching(set).teach(request, leftOut, executor);
        } finally {
            executor.shutdownNow();
        }
    }

    private Taught teach(Request request, List<LeftOut> leftOut, ExecutorService threads) {
        CrossValidation.Answers answers = new CrossValidation(set, folds, regression(matrix.coarse())).run(threads);
        double temperature = answers.pictures().length == 0 ? 1
                : Calibration.temperature(answers.logits(), answers.targets());
        Future<LogisticRegression.Fit> fit = threads.submit(() -> regression(matrix).fit(
                answers.strength(), picture -> true, answers.parameters(), GRADIENT_TOLERANCE));
        Centroids centroids = Centroids.of(set, picture -> true);
        Evaluation evaluation = new Evaluation(set, folds, answers, temperature);
        Optional<Measured> measured = result(threads.submit(
                () -> evaluation.measured(centroids, new Neighbours(set, folds, ofPictures()))));
        List<OfLabel> labels = evaluation.labels();
        TeachingReport report = new TeachingReport(set.examples().size(), set.copies().size(),
                evaluation.different(), labels, imbalance(labels), answers.strength(), temperature, measured,
                Stream.concat(leftOut.stream(), set.leftOut().stream()).toList());
        HeadDescription description = new HeadDescription(request.name(), set.labels(), request.backboneDigest(),
                temperature, measured.map(it -> it.unknown().threshold()), request.at(), set.examples().size(),
                measured.map(it -> it.accuracy().estimate()));
        return new Taught(head(description, result(fit), centroids), report);
    }

    /** The pictures without their further views. */
    private FeatureMatrix ofPictures() {
        return matrix.pictures() == set.examples().size() ? matrix : new FeatureMatrix(set.units());
    }

    /** @throws TeachingException if this thread is interrupted */
    static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A part of teaching failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeachingException("Teaching was interrupted", e);
        }
    }

    private static double imbalance(List<OfLabel> labels) {
        return (double) labels.stream().mapToInt(OfLabel::pictures).max().orElseThrow()
                / labels.stream().mapToInt(OfLabel::pictures).min().orElseThrow();
    }

    private Head head(HeadDescription description, LogisticRegression.Fit fit, Centroids centroids) {
        int features = matrix.features();
        float[] weight = new float[set.labels().size() * features];
        float[] bias = new float[set.labels().size()];
        for (int label = 0; label < bias.length; label++) {
            double sum = fit.parameters()[bias.length * features + label];
            for (int feature = 0; feature < features; feature++) {
                double element = fit.parameters()[label * features + feature];
                weight[label * features + feature] = (float) element;
                // The matrix has its mean subtracted, pictures in a job have not.
                sum -= element * matrix.mean()[feature];
            }
            bias[label] = (float) sum;
        }
        return Head.of(description, weight, bias, centroids.rowMajor());
    }
}
