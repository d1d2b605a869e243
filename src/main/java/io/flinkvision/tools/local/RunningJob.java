package io.flinkvision.tools.local;

import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job that was submitted to a {@link FlinkCluster}; it ends with that one. */
public final class RunningJob {

    private final JobClient client;

    private RunningJob(JobClient client) {
        this.client = client;
    }

    /**
     * Submits a job.
     *
     * @param parallelism of every operator that the job sets none for
     * @throws IOException if the model cannot be read
     * @throws ToolException if the job is refused
     */
    public static RunningJob submit(JobDefinition job, FlinkCluster cluster, int parallelism) throws IOException {
        StreamExecutionEnvironment environment = cluster.environment();
        environment.setParallelism(parallelism);
        ClassifyJob.addTo(environment, job, BrokerCheck.ask(job));
        try {
            return new RunningJob(environment.executeAsync(job.name()));
        } catch (Exception e) {
            throw new ToolException("The job was refused: " + e.getMessage(), e);
        }
    }

    /**
     * Does nothing while the job runs.
     *
     * @throws ToolException with the reason, if it does not
     */
    public void requireRunning() throws InterruptedException {
        try {
            if (client.getJobStatus().get().isGloballyTerminalState()) {
                client.getJobExecutionResult().get();
                throw new ToolException("The job ended before its time");
            }
        } catch (ExecutionException e) {
            throw new ToolException("The job failed: " + rootOf(e).getMessage(), e);
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
