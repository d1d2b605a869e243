package io.flinkvision.tools.wall;

import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.tools.teach.SeenFrame.Answer;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.teach.SeenFrames;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Turns records of the labels topic into {@link SeenFrames}, and remembers in which partitions a camera's records were.
 * Thread-safe.
 */
final class AnsweredFrames {

    private static final int MAX_REGIONS = CameraRegions.MAX;
    private static final int MAX_LABEL_CHARACTERS = 100;

    /** A record may name any partition. */
    private static final int MAX_PARTITIONS = 64;

    private final SeenFrames seen;
    private final Predicate<String> isInputTopic;

    /** By the cameras' keys, the one that was heard of last at the end. */
    private final Map<String, Places> places = new LinkedHashMap<>();

    /**
     * The partitions of a camera's records; one of each unless somebody has added partitions or sends without keys.
     *
     * @param labels of the labels topic
     * @param images of the images topics
     */
    record Places(Set<TopicPartition> labels, Set<TopicPartition> images) {

        Places {
            labels = Set.copyOf(labels);
            images = Set.copyOf(images);
        }

        private Places with(TopicPartition label, TopicPartition image) {
            if (labels.contains(label) && (images.contains(image) || images.size() >= MAX_PARTITIONS)) {
                return this;
            }
            Set<TopicPartition> allLabels = new HashSet<>(labels);
            Set<TopicPartition> allImages = new HashSet<>(images);
            allLabels.add(label);
            allImages.add(image);
            return new Places(allLabels, allImages);
        }
    }

    /**
     * @param seen receives the frames
     * @param isInputTopic selects the topics that pictures may be read from, whatever a record names
     */
    AnsweredFrames(SeenFrames seen, Predicate<String> isInputTopic) {
        this.seen = seen;
        this.isInputTopic = isInputTopic;
    }

    /** Takes a record; of a camera that nobody teaches it is ignored. */
    void take(Classified record) {
        Optional<String> camera = record.classification().keyText().filter(seen::isWatched);
        Optional<SeenFrame> frame = frame(record);
        if (camera.isPresent() && frame.isPresent()) {
            seen.add(camera.get(), frame.get());
            remember(camera.get(), record, frame.get());
        }
    }

    /** The frame that a record answers; empty if the record says that it is in no topic of the job's inputs. */
    Optional<SeenFrame> frame(Classified record) {
        Classification answers = record.classification();
        return answers.source().inKafka()
                .filter(source -> isInputTopic.test(source.topic()))
                .map(source -> new SeenFrame(source,
                        answers.captureTime().orElseGet(() -> PlausibleTime.nearest(record.record().timestamp())),
                        answers.regions().stream().limit(MAX_REGIONS)
                                .map(answer -> new Answer(answer.name(),
                                        DisplayText.of(answer.labels().get(0).label(), MAX_LABEL_CHARACTERS),
                                        answer.labels().get(0).score(), answer.unknown()))
                                .toList()));
    }

    private synchronized void remember(String camera, Classified record, SeenFrame frame) {
        Places known = Optional.ofNullable(places.remove(camera)).orElse(new Places(Set.of(), Set.of()));
        places.put(camera, known.with(
                new TopicPartition(record.record().topic(), record.record().partition()),
                new TopicPartition(frame.source().topic(), frame.source().partition())));
        if (places.size() > SeenFrames.MAX_CAMERAS) {
            places.remove(places.keySet().iterator().next());
        }
    }

    /** Where records of a camera were seen; empty sets if none was. */
    synchronized Places places(String camera) {
        return Optional.ofNullable(places.get(camera)).orElse(new Places(Set.of(), Set.of()));
    }
}
