package io.flinkvision.job.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a job file says about Kafka and about running, whatever the job does. */
public sealed interface KafkaJob permits JobDefinition, EventsDefinition {

    /** The job's name. */
    String name();

    /** The parallelism of every operator that sets none of its own; empty for the cluster's. */
    Optional<Integer> parallelism();

    /** Between checkpoints. */
    Duration checkpointInterval();

    /** Bytes of the largest value of a record that the job reads. */
    long largestValueBytes();

    /** The input topics. */
    JobDefinition.Source source();

    /** The output: brokers, guarantee, and the first output topic. */
    JobDefinition.Sink sink();

    /** The topic of choices that are made while the job runs; empty where none are. */
    Optional<String> controlTopic();

    /** The topics that the job writes to, but for that of the dead letters. */
    List<String> outputTopics();
}
