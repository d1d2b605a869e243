package io.flinkvision.job.operator;

import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import java.io.Serializable;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Decides which pictures of a classify operator reuse the labels of an earlier one, and which go to the network. */
public interface ReuseStrategy extends Serializable {

    /** Every picture goes to the network. */
    ReuseStrategy NONE = (image, timestamp, classifier, deadLetters) -> classifier.classify(image, deadLetters);

    /** Called once, before the first picture. */
    default void open(RuntimeContext context) {}

    /**
     * Labels a picture.
     *
     * @param timestamp of its record in Kafka, in milliseconds since 1970-01-01T00:00Z; {@code null} or negative if it
     *     has none
     * @param classifier the subtask's network
     * @param deadLetters receives the picture if the network fails on it
     * @return its labels; empty if it became a dead letter
     * @throws InterruptedException if the task is cancelled before the network runs
     * @throws Exception if the state cannot be read or written
     */
    Optional<Classification> label(DecodedImage image, Long timestamp, SubtaskClassifier classifier,
            Consumer<DeadLetter> deadLetters) throws Exception;
}
