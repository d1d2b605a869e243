package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.KafkaJob;
import io.flinkvision.tools.publish.CamerasTopic;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that read or write the topic that declares a job's cameras. */
final class CamerasTopicArguments {

    private static final String DEFAULT_TOPIC = "cameras";

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic of cameras (default: the job file's source.cameras-topic, or else " + DEFAULT_TOPIC
                    + ").")
    private Optional<String> topic = Optional.empty();

    CamerasTopic topic() {
        KafkaJob job = kafka.jobOfCameras();
        String name = topic.or(() -> job.find(JobOptions.SOURCE_CAMERAS_TOPIC)).orElse(DEFAULT_TOPIC);
        return new CamerasTopic(name, kafka.inputAdmin(job), kafka.inputProducer(job), kafka.inputConsumer(job));
    }
}
