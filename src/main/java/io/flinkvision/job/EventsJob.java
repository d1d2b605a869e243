package io.flinkvision.job;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.EventPipeline;
import io.flinkvision.job.pipeline.EventsDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.KafkaClients;
import io.flinkvision.job.pipeline.Submission;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine;

/** The jar's other job: {@code flink run -c io.flinkvision.job.EventsJob flink-vision.jar jobs/events.yaml}. */
@Command(
        name = "EventsJob",
        mixinStandardHelpOptions = true,
        versionProvider = ClassifyJob.Version.class,
        description = "Submits the job of a job file: labels on Kafka in, events on Kafka out.")
public final class EventsJob {

    @Mixin
    private Submission submission;

    /**
     * Reads the options and runs the job in the environment that Flink's client provides. That client runs this method
     * in its own process, so it never exits: what is wrong is thrown.
     *
     * @throws CommandLine.ParameterException if the options are wrong
     * @throws ConfigurationException if the job file is wrong, or the brokers do not fit it
     * @throws Exception what the job itself fails with
     */
    public static void main(String[] arguments) throws Exception {
        EventsJob eventsJob = new EventsJob();
        CommandLine.ParseResult options = Submission.parse(eventsJob, arguments);
        if (!CommandLine.printHelpIfRequested(options)) {
            eventsJob.submission.run(EventsDefinition::read, EventsJob::addTo);
        }
    }

    /**
     * Sets up an environment and adds the job to it.
     *
     * @param brokers what they were asked, or {@link BrokerCheck#unasked}
     */
    public static void addTo(StreamExecutionEnvironment environment, EventsDefinition job, BrokerCheck.Answer brokers) {
        KafkaClients kafka = new KafkaClients(job);
        ClassifyJob.configure(environment, job);
        new EventPipeline(kafka.events(job.get(JobOptions.SINK_TOPIC)),
                job.find(JobOptions.EVENTS_STATES_TOPIC).map(kafka::states))
                .addTo(environment, job, kafka.source(), kafka.deadLetters(brokers.largestDeadLetter()));
    }
}
