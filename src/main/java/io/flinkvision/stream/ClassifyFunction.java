package io.flinkvision.stream;

import io.flinkvision.image.ErrorCode;
import io.flinkvision.inference.Classifier;
import io.flinkvision.inference.InferenceException;
import io.flinkvision.inference.Label;
import io.flinkvision.model.ModelBundle;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classify operator: a decoded picture in, its labels out; or a dead letter on the side output
 * {@link DeadLetters#TAG}. Each subtask has a network of its own, loaded when it opens and released when it closes.
 */
public final class ClassifyFunction extends ProcessFunction<DecodedImage, Classification> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(ClassifyFunction.class);

    private final BundleLocation bundleLocation;
    private final String expectedDigest;
    private final int topK;

    private transient Classifier classifier;
    private transient String modelName;
    private transient Counter imagesClassified;
    private transient Counter classificationsFailed;
    private transient Histogram inferenceMicros;

    /**
     * @param bundleLocation where a TaskManager finds the model
     * @param expectedDigest SHA-256 of the weights that the job was submitted with, in hexadecimal
     * @param topK how many labels a picture gets at the most, at least 1
     */
    public ClassifyFunction(BundleLocation bundleLocation, String expectedDigest, int topK) {
        this.bundleLocation = bundleLocation;
        this.expectedDigest = expectedDigest;
        this.topK = topK;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        Counter modelLoads = metrics.counter(VisionMetrics.MODEL_LOADS);
        imagesClassified = metrics.counter(VisionMetrics.IMAGES_CLASSIFIED);
        classificationsFailed = metrics.counter(VisionMetrics.CLASSIFICATIONS_FAILED);
        inferenceMicros = metrics.histogram(
                VisionMetrics.INFERENCE_MICROS, new DescriptiveStatisticsHistogram(VisionMetrics.HISTOGRAM_WINDOW));
        long start = System.nanoTime();
        try (BundleLocation.LocalBundle local = bundleLocation.fetch(getRuntimeContext())) {
            ModelBundle bundle = local.bundle();
            if (!bundle.digest().equals(expectedDigest)) {
                throw new IOException("The model at " + bundleLocation + " has changed since the job was submitted:"
                        + " its weights have SHA-256 " + bundle.digest() + ", not " + expectedDigest
                        + ". Take a savepoint and submit the job again to change its model.");
            }
            modelName = bundle.name();
            classifier = Classifier.load(bundle);
        }
        modelLoads.inc();
        TaskInfo task = getRuntimeContext().getTaskInfo();
        LOG.info("Subtask {} of {} on {} loaded the model {} (SHA-256 {}) in {} ms",
                task.getIndexOfThisSubtask() + 1, task.getNumberOfParallelSubtasks(),
                InetAddress.getLocalHost().getHostName(), modelName, expectedDigest,
                (System.nanoTime() - start) / 1_000_000);
    }

    @Override
    public void processElement(DecodedImage image, Context context, Collector<Classification> out) {
        long start = System.nanoTime();
        List<Label> labels;
        try {
            labels = classifier.classify(image.input(), topK);
        } catch (InferenceException e) {
            classificationsFailed.inc();
            context.output(DeadLetters.TAG, new DeadLetter(
                    image.source(), ErrorCode.CLASSIFICATION_FAILED, e.getMessage(), Instant.now()));
            return;
        }
        long nanos = System.nanoTime() - start;
        inferenceMicros.update(nanos / 1_000);
        imagesClassified.inc();
        out.collect(classification(image, labels, nanos));
    }

    private Classification classification(DecodedImage image, List<Label> labels, long inferenceNanos) {
        ImageRecord source = image.source();
        return new Classification(
                source.coordinates(),
                source.key(),
                travelling(source.headers()),
                captureTime(source),
                image.width(),
                image.height(),
                image.format(),
                modelName,
                expectedDigest,
                labels,
                image.decodeNanos(),
                inferenceNanos,
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    /** All headers but the one that describes the picture's bytes, which do not travel. */
    private static List<RecordHeader> travelling(List<RecordHeader> headers) {
        return headers.stream()
                .filter(header -> !header.name().equals(RecordHeaders.CONTENT_TYPE))
                .toList();
    }

    /** A producer's mistake in a header that only informs does not cost the picture its labels. */
    private static Optional<Instant> captureTime(ImageRecord source) {
        return source.header(RecordHeaders.CAPTURE_TIME)
                .filter(text -> text.matches("[0-9]{1,15}"))
                .map(text -> Instant.ofEpochMilli(Long.parseLong(text)));
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
            classifier = null;
        }
    }
}
