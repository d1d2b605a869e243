package io.flinkvision.job.pipeline;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A job file, read and checked. */
public sealed interface KafkaJob permits JobDefinition, EventsDefinition, CamerasDefinition {

    /** The values of the options, all of which {@link JobOptions} declares. */
    OptionValues values();

    /** The value of an option that is required or has a default. */
    default <T> T get(Option<T> option) {
        return values().get(option);
    }

    /** The value of an option that may be absent. */
    default <T> Optional<T> find(Option<T> option) {
        return values().find(option);
    }

    default String name() {
        return get(JobOptions.NAME);
    }

    default boolean isExactlyOnce() {
        return get(JobOptions.SINK_GUARANTEE) == Guarantee.EXACTLY_ONCE;
    }

    /** What is valid, but hardly meant. */
    default List<String> warnings() {
        return values().warnings();
    }

    /** The properties of the consumers; they may hold passwords. */
    default Map<String, String> sourceProperties() {
        return KafkaClients.properties(values(), JobOptions.SOURCE_PROPERTIES);
    }

    /** The properties of the producers; they may hold passwords. */
    default Map<String, String> sinkProperties() {
        return KafkaClients.properties(values(), JobOptions.SINK_PROPERTIES);
    }

    /** Whether a topic is one of the input. */
    default boolean reads(String topic) {
        return find(JobOptions.SOURCE_TOPIC_PATTERN).map(Pattern::asMatchPredicate)
                .orElse(get(JobOptions.SOURCE_TOPICS)::contains)
                .test(topic);
    }

    /** Whether it reads cameras itself, and no topic of pictures. */
    default boolean readsCameras() {
        return JobOptions.readsCameras(values());
    }

    /** The topics that the job writes to, except for that of the dead letters. */
    List<String> outputTopics();
}
