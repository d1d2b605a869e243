package io.flinkvision.tools.wall;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.watch.OutputRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the wall needs to know of a job.
 *
 * @param inputTopics selects the job's input topics, the only ones that pictures are read from
 * @param labels its output topic
 * @param deadLetters its dead-letter topic
 * @param events its topic of events, if it has one
 * @param states its topic of states, if it has one
 * @param pictures the topic of pictures of a job that reads cameras itself, if it has one: it then is the only input
 *     topic, at the brokers of the output
 * @param comparisons its topic of the comparison between its model and a shadow, if it has one
 * @param limits of the pictures
 * @param checkpointInterval time between two writes of a job that writes in transactions
 * @param input properties of a consumer of the input topics: the brokers and how to log in
 * @param output likewise of the output topics
 */
public record WatchedJob(
        Predicate<String> inputTopics,
        String labels,
        String deadLetters,
        Optional<String> events,
        Optional<String> states,
        Optional<PictureTopic> pictures,
        Optional<String> comparisons,
        DecodeLimits limits,
        Duration checkpointInterval,
        Properties input,
        Properties output) {

    private static final int SILENT_CHECKPOINTS = 3;
    private static final Duration MIN_SILENCE = Duration.ofSeconds(15);

    /** A decoder takes up to 12 bytes per pixel: 288 MB, which fits the wall's container of 1 GB. */
    private static final long MAX_SHOWN_PIXELS = 24_000_000;

    /**
     * A topic of pictures.
     *
     * @param every time between two pictures of a camera, at most
     */
    public record PictureTopic(String name, Duration every) {

        public PictureTopic {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(every, "every");
        }
    }

    public WatchedJob {
        Objects.requireNonNull(inputTopics, "inputTopics");
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(deadLetters, "deadLetters");
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(states, "states");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(comparisons, "comparisons");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(checkpointInterval, "checkpointInterval");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
    }

    /**
     * @param events the topic of events, if it is not the job file's
     * @param states the topic of states, if it is not the job file's
     * @param input properties of a consumer of the input topics
     * @param output properties of a consumer of the output topics
     */
    public static WatchedJob of(JobDefinition job, Optional<String> events, Optional<String> states,
            Properties input, Properties output) {
        Optional<PictureTopic> pictures = job.find(JobOptions.PICTURES_TOPIC)
                .map(topic -> new PictureTopic(topic, job.get(JobOptions.PICTURES_EVERY)));
        return new WatchedJob(
                pictures.isPresent() ? pictures.get().name()::equals : job::reads,
                job.get(JobOptions.SINK_TOPIC), job.get(JobOptions.DEAD_LETTERS_TOPIC),
                events.or(() -> job.find(JobOptions.EVENTS_TOPIC)),
                states.or(() -> job.find(JobOptions.EVENTS_STATES_TOPIC)), pictures,
                job.find(JobOptions.MODEL_COMPARISONS_TOPIC), job.decodeLimits(),
                job.get(JobOptions.CHECKPOINT_INTERVAL), pictures.isPresent() ? output : input, output);
    }

    /** The topic that has both labels and places of pictures: that of the labels, or of pictures. */
    String answers() {
        return pictures.map(PictureTopic::name).orElse(labels);
    }

    /** Reads a record of {@link #answers}, whatever it holds. */
    OutputRecord answer(ConsumerRecord<byte[], byte[]> record) {
        return pictures.isPresent() ? OutputRecord.ofPicture(record) : OutputRecord.of(record);
    }

    /** The job's limits, but at most 24 megapixels, and truncated pictures as far as they go. */
    DecodeLimits pictureLimits() {
        DecodeLimits whole = limits.acceptingTruncation();
        return new DecodeLimits(whole.maxBytes(), Math.min(whole.maxPixels(), MAX_SHOWN_PIXELS), whole.maxSide(),
                whole.formats(), whole.truncation());
    }

    /** The longest silence of a running job while pictures arrive. */
    Duration maxSilence() {
        Duration checkpoints = checkpointInterval.multipliedBy(SILENT_CHECKPOINTS);
        return checkpoints.compareTo(MIN_SILENCE) > 0 ? checkpoints : MIN_SILENCE;
    }

    /** Without the clients' properties, which hold passwords. */
    @Override
    public String toString() {
        return "WatchedJob[labels=" + labels + ", deadLetters=" + deadLetters + "]";
    }
}
