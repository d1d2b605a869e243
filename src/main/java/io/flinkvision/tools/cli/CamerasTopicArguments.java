package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.publish.CamerasTopic;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that read or write the topic that declares a job's cameras. */
final class CamerasTopicArguments {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC", defaultValue = "cameras",
            description = "The topic of the job file's source.cameras-topic (default: ${DEFAULT-VALUE}).")
    private String topic;

    CamerasTopic topic() {
        JobDefinition job = kafka.job();
        return new CamerasTopic(topic, kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job));
    }
}
