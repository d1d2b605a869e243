package io.flinkvision.job;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.CamerasDefinition;
import io.flinkvision.job.pipeline.CamerasPipeline;
import io.flinkvision.job.pipeline.KafkaClients;
import io.flinkvision.job.pipeline.Submission;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine;

/** The feeder as a job: {@code flink run -c io.flinkvision.job.CamerasJob flink-vision.jar jobs/cameras.yaml}. */
@Command(
        name = "CamerasJob",
        mixinStandardHelpOptions = true,
        versionProvider = ClassifyJob.Version.class,
        description = "Submits the job of a job file: cameras in, their pictures on Kafka out.")
public final class CamerasJob {

    @Mixin
    private Submission submission;

    /**
     * Reads the options and runs the job in the environment that Flink's client provides. That client runs this method
     * in its own process, so it never exits: what is wrong is thrown.
     *
     * @throws CommandLine.ParameterException if the options are wrong
     * @throws ConfigurationException if the job file or the file of cameras is wrong, or the brokers do not fit it
     * @throws Exception what the job itself fails with
     */
    public static void main(String[] arguments) throws Exception {
        CamerasJob camerasJob = new CamerasJob();
        CommandLine.ParseResult options = Submission.parse(camerasJob, arguments);
        if (!CommandLine.printHelpIfRequested(options)) {
            camerasJob.submission.run(CamerasDefinition::read, CamerasJob::addTo);
        }
    }

    /**
     * Sets up an environment and adds the job to it.
     *
     * @param brokers what they were asked, or {@link BrokerCheck#unasked}
     * @throws ConfigurationException if the file of cameras is wrong
     */
    public static void addTo(StreamExecutionEnvironment environment, CamerasDefinition job, BrokerCheck.Answer brokers) {
        KafkaClients kafka = new KafkaClients(job);
        ClassifyJob.configure(environment, job);
        new CamerasPipeline(kafka.encodedCameras(job.cameras(), brokers.largestPicture()), kafka.frames())
                .addTo(environment);
    }
}
