package io.flinkvision.job.pipeline;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions.StartingOffsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a job file allows that can lose records: each value is right, and somebody may want it, but should know. */
public final class LossWarnings {

    private LossWarnings() {}

    /** One sentence or two for each; none where nothing can be lost. */
    public static List<String> of(KafkaJob job) {
        List<String> warnings = new ArrayList<>();
        JobDefinition.Sink sink = job.sink();
        TransactionTime transactions = TransactionTime.of(job);
        if (sink.guarantee() == Guarantee.EXACTLY_ONCE && transactions.isShort()) {
            warnings.add("sink.transaction-timeout is " + seconds(transactions.timeout()) + ", less than the "
                    + seconds(transactions.enough()) + " that slow checkpoints and a restart take together: if a failure"
                    + " falls between a checkpoint and its commit, and the job is not back in time, the broker aborts the"
                    + " transaction and its labels are lost; and a checkpoint of more than "
                    + seconds(transactions.longestCheckpoint(0)) + " fails the job");
        }
        String acks = sink.properties().getOrDefault("acks", "all");
        if (!acks.equals("all") && !acks.equals("-1")) {
            warnings.add("sink.properties sets acks to " + acks + ": labels that a broker has taken are lost if it fails"
                    + " before another one has copied them; leave it at 'all'");
        }
        long largestAnswer = LargestRecord.ofAnswers(job);
        long largestRequest = LargestRecord.ofRequests(job);
        if (largestRequest < largestAnswer) {
            warnings.add("sink.properties sets max.request.size to " + largestRequest
                    + ", but the job may write records of " + largestAnswer + " bytes: one that the producer refuses"
                    + " fails the job, again after each restart");
        }
        long largestLetter = LargestRecord.ofDeadLetters(job);
        if (largestRequest < largestLetter) {
            warnings.add("sink.properties sets max.request.size to " + largestRequest + ", but a dead letter may have "
                    + largestLetter + " bytes: one that is larger goes without its value, which stays in the input"
                    + " topic alone");
        }
        if (job.source().startingOffsets() == StartingOffsets.LATEST) {
            warnings.add("source.starting-offsets is latest: what arrives while no job runs is skipped, unless the next"
                    + " one starts from a checkpoint or savepoint");
        }
        return List.copyOf(warnings);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
