package io.flinkvision.job.pipeline;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.Versions;
import io.flinkvision.job.record.HostName;
import io.flinkvision.job.record.ValueEncoding;
import java.util.Locale;
import java.util.Optional;

/**
 * The line that a job begins its log with: what it reads, does and writes, with what, and where it was put together.
 * The properties of the Kafka clients are not in it, since they hold passwords.
 *
 * @param job what the job file says
 * @param model the model's name
 * @param digest SHA-256 of the model's weights, in hexadecimal
 */
record JobSummary(JobDefinition job, String model, String digest) {

    static JobSummary of(JobDefinition job, ModelBundle bundle) {
        return new JobSummary(job, bundle.name(), bundle.digest());
    }

    @Override
    public String toString() {
        JobDefinition.Source source = job.source();
        JobDefinition.Sink sink = job.sink();
        return "Job " + job.name() + ": " + source.topicPattern().map(pattern -> "topics like " + pattern)
                        .orElse("topics " + source.topics())
                + " of " + source.bootstrapServers() + " (group " + source.group() + ", starting at "
                + word(source.startingOffsets()) + ") to topic " + sink.topic() + " of " + sink.bootstrapServers()
                + " (" + word(sink.guarantee()) + "), dead letters to topic " + sink.deadLetterTopic()
                + "; pictures up to " + job.maxImageBytes() + " bytes and " + job.decode().limits().maxPixels()
                + " pixels of " + job.decode().limits().formats().stream().sorted().toList()
                + (job.decode().value() instanceof ValueEncoding.Bytes ? "" : " in values of " + job.decode().value())
                + (job.decode().reduction().equals(Reduction.NONE) ? "" : ", large JPEGs decoded at a reduced size")
                + (job.ageLimit().isSet() ? ", none older than " + job.ageLimit().max().toMillis() + " ms" : "")
                + job.skipUnchanged().map(rule -> ", labels taken over by frames that differ by less than "
                        + rule.threshold() + " grey levels, for " + rule.atLeastEvery().toMillis() + " ms at the most")
                        .orElse("")
                + "; model " + model + " (SHA-256 " + digest + ") of " + withoutPassword(job.model().bundle())
                + ", up to " + job.model().topK() + " labels"
                + "; parallelism " + number(job.parallelism(), "of the cluster")
                + " (source " + number(source.parallelism(), "same") + ", decode "
                + number(job.decode().parallelism(), "same") + ", model " + number(job.model().parallelism(), "same")
                + "), " + guard() + ", checkpoints every " + job.checkpointInterval().toMillis() + " ms"
                + "; submitted on " + HostName.ofThisMachine() + " with " + Versions.ofThisClient();
    }

    private String guard() {
        GuardSettings guard = job.guard();
        if (!guard.enabled()) {
            return "no crash notes";
        }
        return "crash notes in " + (guard.place() instanceof NotesPlace.Chosen chosen
                        ? chosen.path()
                        : NotesPlace.TemporaryFiles.NAME + "USER of java.io.tmpdir")
                + "/" + guard.job() + " with "
                + (guard.deadline().isZero() ? "no deadline" : "a deadline of " + guard.deadline().toMillis() + " ms");
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String number(Optional<Integer> number, String absent) {
        return number.map(String::valueOf).orElse(absent);
    }

    /** A URI may name a user and a password before its host. */
    private static String withoutPassword(String bundle) {
        return bundle.replaceFirst("//[^/@]*@", "//***@");
    }
}
