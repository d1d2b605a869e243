package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Outcome;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.ModelComparison;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Choices of models, written to a real broker. */
class ModelPublishCommandITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);

    private String jobFile;
    private Path bundle;

    @BeforeEach
    void writeFiles() {
        jobFile = job.writeJobFile(folder).toString();
        bundle = SmallBundle.write(folder.resolve("new"), 224, 1, 2);
    }

    @Test
    void writesTheAddressAndTheDigestOfABundle() {
        CommandRun run = publish(job.models(), bundle.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(job.models() + "-0-0");
        assertThat(run.err()).contains("Warning: " + bundle.toUri() + " is a folder on this machine");
        ConsumerRecord<byte[], byte[]> record = job.choices(1).get(0);
        assertThat(record.key()).isEqualTo(ModelChoice.KEY.getBytes(UTF_8));
        assertThat(ModelChoice.read(record.value()))
                .isEqualTo(new ModelChoice(bundle.toUri().toString(), ModelBundle.read(bundle).digest()));
    }

    @Test
    void writesTheAddressThatTheTaskManagersKnow() {
        CommandRun run = publish(job.models(), bundle.toUri().toString(), "--at", "s3://models/new");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).doesNotContain("Warning");
        assertThat(ModelChoice.read(job.choices(1).get(0).value()).bundle()).isEqualTo("s3://models/new");
    }

    @Test
    void goesBackToTheSubmissionByARecordWithoutAValue() {
        assertThat(publish(job.models(), "--submitted").exitCode()).isZero();

        assertThat(job.choices(1).get(0).value()).isNull();
    }

    @Test
    void makesATopicThatTheBrokerCheckFindsNothingWrongWith() {
        String topic = "models-" + UUID.randomUUID();

        assertThat(publish(topic, bundle.toString()).err()).contains("Created the topic " + topic);
        assertThat(publish(topic, bundle.toString()).err()).doesNotContain("Made the topic");

        BrokerCheck.Answer answer = BrokerCheck.ask(
                JobDefinition.read(Path.of(jobFile), Map.of(), List.of("model.control-topic=" + topic)));
        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
    }

    @Test
    void warnsOfATopicThatForgetsAndOfAModelThatTheJobWouldRefuse() {
        CommandRun run = publish(job.images(), SmallBundle.write(folder.resolve("small"), 192, 1, 2).toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("topic " + job.images() + " is not compacted (cleanup.policy=delete)")
                .contains("small resizes pictures differently from triage");
    }

    @Test
    void publishesNoModelThatDoesNotWork() {
        Path broken = SmallBundle.write(folder.resolve("broken"), 224, Float.NaN, 1);

        CommandRun run = publish(job.models(), broken.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("score of class 0 (0) is NaN");
        assertThat(job.choices(0)).isEmpty();
    }

    @Test
    void triesAModelAsAShadowAndThenAsACanaryAndPromotesIt() {
        publish(job.models(), bundle.toString());
        Path candidate = SmallBundle.write(folder.resolve("candidate"), 224, 2, 1);

        CommandRun shadow = publish(job.models(), candidate.toString(), "--shadow");
        assertThat(shadow.exitCode()).isZero();
        assertThat(shadow.lines()).containsExactly(job.models() + "-0-1");
        assertThat(shadow.err()).contains("as the shadow of 5 % of the pictures", "All labels stay those of their model");
        CommandRun canary = publish(job.models(), candidate.toString(), "--canary", "10%");
        assertThat(canary.err()).contains("as the canary of 10 % of the cameras");
        CommandRun promotion = run("promote");
        assertThat(promotion.exitCode()).isZero();
        assertThat(promotion.lines()).containsExactly(job.models() + "-0-3");
        assertThat(promotion.err()).contains("label all pictures by the model at " + candidate.toUri(),
                "which was the canary of 10 %", "goes back to the model at " + bundle.toUri());

        assertThat(changes()).containsExactly(
                new Replacement(Optional.of(choice(bundle))),
                new Trial(new ModelCandidate(choice(candidate), Mode.SHADOW, 5)),
                new Trial(new ModelCandidate(choice(candidate), Mode.CANARY, 10)),
                new Replacement(Optional.of(choice(candidate))));
    }

    @Test
    void goesBackStepByStepUntilTheTopicKnowsNoModelBefore() {
        publish(job.models(), bundle.toString());
        publish(job.models(), bundle.toString(), "--canary", "10");

        CommandRun endOfTrial = run("rollback");
        assertThat(endOfTrial.exitCode()).isZero();
        assertThat(endOfTrial.err()).contains("The trial of the model at " + bundle.toUri(),
                "label all pictures by the model at " + bundle.toUri());
        assertThat(run("rollback").err()).contains("go back to the model that the job was submitted with, from the model"
                + " at " + bundle.toUri());
        CommandRun beyond = run("rollback");

        assertThat(beyond.exitCode()).isEqualTo(1);
        assertThat(beyond.err()).contains("Nothing to roll back", "publish the one that you want");
        assertThat(changes()).extracting(ModelChange::toString).containsExactly(
                new Replacement(Optional.of(choice(bundle))).toString(),
                new ModelCandidate(choice(bundle), Mode.CANARY, 10).toString(),
                new EndOfTrial().toString(), Replacement.BY_THE_SUBMITTED.toString());
    }

    @Test
    void promotesNothingWithoutACandidate() {
        publish(job.models(), bundle.toString(), "--canary", "10%");
        publish(job.models(), bundle.toString());

        CommandRun run = run("promote");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Nothing to promote: topic " + job.models() + " has no candidate");
        assertThat(job.choices(2)).hasSize(2);
    }

    @Test
    void aCandidateDoesNotComeBackWhenTheWayToTheSubmittedModelIsCompactedAway() {
        publish(job.models(), bundle.toString(), "--canary", "10%");

        CommandRun run = publish(job.models(), "--submitted");

        assertThat(run.err()).contains("The trial of the model at " + bundle.toUri());
        assertThat(changes()).endsWith(Replacement.BY_THE_SUBMITTED, new EndOfTrial());
    }

    @Test
    void showsTheLatestComparisonOfEachCameraAndSaysWhatItIsWorth() {
        String topic = job.createComparisons();
        assertThat(comparison(topic).err()).contains("No picture has been compared yet");
        ComparedModels models = ComparedModels.of(new Named("old", "0".repeat(64)), List.of("cat", "dog"),
                new Named("new", "1".repeat(64)), List.of("cat", "fox"));
        job.sendComparison(topic, compared("gate", models, new Agreed(0.5)));
        job.sendComparison(topic, compared("gate", models, new Agreed(0.5), new Agreed(0.25), new Agreed(0)));
        job.sendComparison(topic, compared("yard", models, new Differing("dog", "fox", false)));

        CommandRun run = comparison(topic);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).anyMatch(line -> line.startsWith("compared   4 pictures of 2 cameras"))
                .anyMatch(line -> line.startsWith("agreed     75.0 % (95 % confidence: 30.1 % to 95.4 %)"))
                .contains("score      +0.250 on average where they agree, by the candidate")
                .contains("yard    1         0.0 %    1               0       dog -> fox (1)",
                        "gate    3         100.0 %  0               0       -");
        assertThat(run.err()).contains("4 pictures are few")
                .contains("the labels differ: 1 are common, 1 only the current model has, and 1 only the candidate");
        assertThat(comparison(topic, "--json").lines()).hasSize(2).allMatch(line -> line.startsWith("{\"key\":"));
    }

    private static ModelComparison compared(String camera, ComparedModels models, Outcome... outcomes) {
        List<ComparedPicture> pictures = Stream.of(outcomes).map(outcome -> new ComparedPicture(
                Optional.of(camera.getBytes(UTF_8)), "images-0-7", Instant.now().truncatedTo(ChronoUnit.MILLIS), models,
                outcome)).toList();
        ModelComparison comparison = ModelComparison.of(pictures.get(0));
        for (ComparedPicture picture : pictures.subList(1, pictures.size())) {
            comparison = comparison.with(picture);
        }
        return comparison;
    }

    private CommandRun comparison(String topic, String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of("model", "comparison", "--job", jobFile, "--topic", topic),
                Stream.of(arguments)).toArray(String[]::new));
    }

    private CommandRun run(String command) {
        return CommandRun.of("model", command, "--job", jobFile, "--topic", job.models());
    }

    private List<ModelChange> changes() {
        return job.choices(0).stream().map(record -> ControlRecord.read(
                Optional.of(record.key()), Optional.ofNullable(record.value())).change()).toList();
    }

    private static ModelChoice choice(Path bundle) {
        return new ModelChoice(bundle.toUri().toString(), ModelBundle.read(bundle).digest());
    }

    @Test
    void isCalledWronglyWithSharesThatMakeNoSense() {
        String model = bundle.toString();
        assertThat(publish(job.models(), model, "--shadow", "--canary", "10%").exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), model, "--sample", "10%").err()).contains("--sample is the share of a --shadow");
        assertThat(publish(job.models(), "--submitted", "--shadow").exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), model, "--canary", "0%").err()).contains("above 0 % and at most 100 %");
        assertThat(publish(job.models(), model, "--canary", "a few").err()).contains("a percentage such as 5%");
        assertThat(CommandRun.of("model", "publish", model, "--shadow", "--job", jobFile).err())
                .contains("has no model.comparisons-topic", "use --canary");
        assertThat(CommandRun.of("model", "comparison", "--job", jobFile).exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("model", "promote", "--job", jobFile).exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("model", "rollback", "--job", jobFile).exitCode()).isEqualTo(2);
        assertThat(job.choices(0)).isEmpty();
    }

    @Test
    void isCalledWronglyWithoutABundleOrATopic() {
        assertThat(publish(job.models()).exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), bundle.toString(), "--submitted").exitCode()).isEqualTo(2);
        assertThat(publish(job.models(), bundle.toString(), "--at", "models/new").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("model", "publish", bundle.toString(), "--job", jobFile).exitCode()).isEqualTo(2);
        assertThat(job.choices(0)).isEmpty();
    }

    @Test
    void saysThatNoBrokerAnswers() {
        // Nothing listens on the discard port.
        CommandRun run = publish(job.models(), bundle.toString(), "--bootstrap-servers", "127.0.0.1:9",
                "--property", "default.api.timeout.ms=500", "--property", "request.timeout.ms=400");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("127.0.0.1:9").contains("is a broker running there?");
    }

    private CommandRun publish(String topic, String... arguments) {
        String[] all = new String[arguments.length + 6];
        System.arraycopy(new String[] {"model", "publish", "--job", jobFile, "--topic", topic}, 0, all, 0, 6);
        System.arraycopy(arguments, 0, all, 6, arguments.length);
        return CommandRun.of(all);
    }
}
