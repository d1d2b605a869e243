package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.RecordedLog;
import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.bundle.UnusualFile;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.operator.FaultyFileSystem.Fault;
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.Either;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The trials and the gate behind them in Flink's own harness, with real bundles and networks. */
@Timeout(60)
class ModelGateFunctionTest {

    private static final int INPUT_SIZE = 32;

    @TempDir
    Path folder;

    private Path bundle;
    private OneInputStreamOperatorTestHarness<RawRecord, Either<ModelChange, DeadLetter>> trials;
    private OneInputStreamOperatorTestHarness<Either<ModelChange, DeadLetter>, ModelChange> gate;

    @BeforeEach
    void open() throws Exception {
        bundle = SmallBundle.write(folder.resolve("new model"), INPUT_SIZE, 1, 2);
        trials = trials(bundle, Optional.empty());
        gate = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new ModelGateFunction()));
        gate.setup(RecordForms.MODEL_CHANGE);
        gate.open();
    }

    @AfterEach
    void close() throws Exception {
        trials.close();
        gate.close();
    }

    @Test
    void passesAModelThatItCouldLoad() throws Exception {
        ModelChoice choice = choice(bundle);

        send(choice);

        assertThat(gate.extractOutputValues()).containsExactly(new Replacement(Optional.of(choice)));
        assertThat(refused()).isEmpty();
    }

    @Test
    void passesARecordWithoutAValueAsTheWayBack() throws Exception {
        send(Optional.empty());

        assertThat(gate.extractOutputValues()).containsExactly(new Replacement(Optional.empty()));
    }

    @Test
    void refusesARecordThatIsNoChoice() throws Exception {
        send(Optional.of("triage".getBytes(UTF_8)));

        DeadLetter letter = onlyRefused();
        assertThat(letter.code()).isEqualTo(ErrorCode.MODEL_REFUSED);
        assertThat(letter.message()).contains("no JSON");
        assertThat(letter.source().value()).contains("triage".getBytes(UTF_8));
    }

    @Test
    void logsNothingThatATerminalObeys() throws Exception {
        try (RecordedLog log = new RecordedLog(ModelTrialFunction.class.getName(), Level.INFO)) {
            send(Optional.of("{\"bundle\":\"a\\u001b[2J\\n\\u009b1m\\u202e\",\"digest\":\"0\"}".getBytes(UTF_8)));

            assertThat(log.messages()).singleElement().asString().contains("'a\\u001b[2J\\u000a\\u009b1m\\u202e'");
        }
    }

    @Test
    void refusesWeightsOfAnotherDigest() throws Exception {
        String digest = "0".repeat(64);

        send(new ModelChoice(bundle.toUri().toString(), digest));

        assertThat(onlyRefused().message()).contains("have SHA-256 " + ModelBundle.read(bundle).digest(), digest);
    }

    @Test
    void refusesWeightsThatWereCutOff() throws Exception {
        Path weights = bundle.resolve("net.onnx");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains(bundle.toUri().toString(), "net.onnx");
    }

    @Test
    void refusesANetworkThatFailsItsSelfCheck() throws Exception {
        send(choice(SmallBundle.write(folder.resolve("broken"), INPUT_SIZE, 1, Float.NaN)));

        assertThat(onlyRefused().message()).contains("NaN");
    }

    @Test
    void refusesAModelForWhichPicturesAreResizedInAnotherWay() throws Exception {
        send(choice(SmallBundle.write(folder.resolve("larger"), 64, 1, 2)));

        assertThat(onlyRefused().message()).contains(
                "64 x 64 pixels", "the job prepares them for 32 x 32 pixels", "Stop the job with a savepoint");
    }

    @Test
    void takesAModelOfAnotherNormalisation() throws Exception {
        Path other = SmallBundle.write(folder.resolve("normalised"), INPUT_SIZE, 3, 4);
        Path description = other.resolve("model.yaml");
        Files.writeString(description, Files.readString(description).replace("}", ", mean: [0.5, 0.5, 0.5]}"));

        send(choice(other));

        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void refusesAFolderThatIsNoBundleWithoutCopyingIt() throws Exception {
        Files.delete(bundle.resolve("model.yaml"));

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains("has no model.yaml");
    }

    @Test
    void passesAGoodModelAfterARefusedOne() throws Exception {
        send(new ModelChoice("file:/nowhere", "0".repeat(64)));
        send(new ModelChoice("unknown://nowhere", "0".repeat(64)));
        send(choice(bundle));

        assertThat(refused()).hasSize(2);
        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void leavesNoCopyOfABundleBehind() throws Exception {
        List<Path> before = copies();

        send(choice(bundle));
        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(copies()).isEqualTo(before);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void refusesANamedPipeWithoutOpeningIt() throws Exception {
        Path labels = bundle.resolve("labels.txt");
        Files.delete(labels);
        UnusualFile.namedPipe(labels);

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains("labels.txt is not a regular file");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void leavesAloneWhatTheDescriptionDoesNotName() throws Exception {
        UnusualFile.namedPipe(bundle.resolve("pipe"));
        UnusualFile.sparse(bundle.resolve("large"), BundleFile.MAX_BUNDLE_BYTES + 1);

        send(choice(bundle));

        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void refusesALinkThatLeadsOutOfTheFolder() throws Exception {
        Path labels = bundle.resolve("labels.txt");
        Files.createSymbolicLink(labels, Files.move(labels, folder.resolve("elsewhere.txt")));

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains("labels.txt is a link to a file outside " + bundle);
    }

    /** As Kubernetes mounts what is in a ConfigMap. */
    @Test
    void takesALinkWithinTheFolder() throws Exception {
        Path versions = Files.createDirectory(bundle.resolve("..data"));
        Path labels = bundle.resolve("labels.txt");
        Files.createSymbolicLink(labels, Files.move(labels, versions.resolve("labels.txt")));

        send(choice(bundle));

        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void refusesLabelsThatWouldFillTheHeapAndCopiesNoneOfThem() throws Exception {
        List<Path> before = copies();
        UnusualFile.sparse(bundle.resolve("labels.txt"), 420 << 20);

        send(new ModelChoice(bundle.toUri().toString(), "0".repeat(64)));

        assertThat(onlyRefused().message())
                .contains("labels.txt has more than 16777216 bytes, which is the limit of such a file");
        assertThat(copies()).isEqualTo(before);
    }

    @Test
    void refusesLabelsOfMoreBytesThanTheirFileSystemTells() throws Exception {
        List<Path> before = copies();

        send(new ModelChoice(FaultyFileSystem.address(Fault.ENDLESS, bundle), "0".repeat(64)));

        assertThat(onlyRefused().message()).contains("its labels.txt has more than 16777216 bytes");
        assertThat(copies()).isEqualTo(before);
    }

    @Test
    void refusesAModelThatThereIsNoMemoryForAndLeavesNothingBehind() throws Exception {
        List<Path> before = copies();

        send(new ModelChoice(FaultyFileSystem.address(Fault.NO_MEMORY, bundle), "0".repeat(64)));
        send(choice(bundle));

        assertThat(refused()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo(ErrorCode.MODEL_REFUSED);
            assertThat(letter.message()).contains("There is no memory for the model at faulty://NO_MEMORY");
        });
        assertThat(gate.extractOutputValues()).hasSize(1);
        assertThat(copies()).isEqualTo(before);
    }

    /** Without the time limit this never ends, whoever interrupts it. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void givesUpAFileSystemThatDoesNotAnswer() throws Exception {
        List<Path> before = copies();
        BundleLocation.Remote hanging = new BundleLocation.Remote(hanging(bundle).bundle());

        assertThatThrownBy(() -> hanging.download(new TimeLimit(Duration.ofMillis(100))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("The model bundle at faulty://HANG", "was given up");
        assertThat(copies()).isEqualTo(before);
    }

    @Test
    void aTrialThatHangsKeepsNeitherCheckpointsNorCancellingBackAndIsMadeAgainAfterARestart() throws Exception {
        ModelChoice choice = hanging(bundle);
        trials.processElement(record(Optional.of(choice.toJson())));
        FaultyFileSystem.awaitHang(bundle);

        OperatorSubtaskState checkpoint = trials.snapshot(1, 1);
        trials.close();
        Files.delete(bundle.resolve(Fault.HANG.name()));
        trials = trials(bundle, Optional.of(checkpoint));
        awaitTrials();

        assertThat(gate.extractOutputValues()).containsExactly(new Replacement(Optional.of(choice)));
    }

    @Test
    void manyChoicesBehindATrialThatHangsTakeNeitherMemoryNorCheckpoints() throws Exception {
        trials.processElement(record(Optional.of(hanging(bundle).toJson())));
        FaultyFileSystem.awaitHang(bundle);
        int choices = 2 * ModelTrialFunction.CAPACITY;
        for (int i = 0; i < choices; i++) {
            trials.processElement(record(Optional.of("triage".getBytes(UTF_8))));
        }
        passOn();

        assertThat(refused()).hasSize(choices - ModelTrialFunction.MAX_WAITING)
                .allMatch(letter -> letter.message().contains("100 later choices wait"));
    }

    @Test
    void manyCandidatesBehindATrialThatHangsOvertakeNoModel() throws Exception {
        trials.processElement(record(Optional.of(hanging(bundle).toJson())));
        FaultyFileSystem.awaitHang(bundle);
        trials.processElement(record(Optional.of(choice(bundle).toJson())));
        for (int i = 0; i < 2 * ModelTrialFunction.MAX_WAITING; i++) {
            trials.processElement(record(ControlRecord.CANDIDATE_KEY, new ControlRecord(new EndOfTrial()).toJson()));
        }
        passOn();

        assertThat(refused()).hasSize(ModelTrialFunction.MAX_WAITING + 1)
                .allMatch(letter -> new String(letter.source().key().orElseThrow(), UTF_8).equals("candidate"));
    }

    @Test
    void aShadowIsRefusedWhereNobodyWouldSeeTheComparison() throws Exception {
        trial(new ModelCandidate(choice(bundle), Mode.SHADOW, 5));

        assertThat(onlyRefused().message()).contains("no topic for the comparison", "model.comparisons-topic");
    }

    @Test
    void aShadowIsRefusedInAJobWithRegions() throws Exception {
        trials.close();
        trials = trials(bundle, Optional.empty(), true, true);

        trial(new ModelCandidate(choice(bundle), Mode.SHADOW, 5));

        assertThat(onlyRefused().message()).contains("compares whole pictures, and this job has regions");
    }

    @Test
    void candidatesPassTheSameTrialAndTheirEndsPassToo() throws Exception {
        trials.close();
        trials = trials(bundle, Optional.empty(), false, true);
        ModelCandidate shadow = new ModelCandidate(choice(bundle), Mode.SHADOW, 5);
        ModelCandidate canary = new ModelCandidate(choice(bundle), Mode.CANARY, 5);
        ModelCandidate other = new ModelCandidate(
                new ModelChoice(bundle.toUri().toString(), "0".repeat(64)), Mode.CANARY, 5);

        trial(shadow);
        reopen();
        trial(canary);
        reopen();
        trial(other);
        reopen();
        send(new ControlRecord(new EndOfTrial()).toJson());

        assertThat(gate.extractOutputValues())
                .containsExactly(new Trial(shadow), new Trial(canary), new EndOfTrial());
        assertThat(refused()).singleElement().satisfies(letter -> assertThat(letter.message())
                .contains("not the " + "0".repeat(64) + " that was chosen"));
    }

    /** The harness's end of input is final. */
    private void reopen() throws Exception {
        trials.close();
        trials = trials(bundle, Optional.empty(), false, true);
    }

    private void trial(ModelCandidate candidate) throws Exception {
        send(new ControlRecord(new Trial(candidate)).toJson());
    }

    private static ModelChoice hanging(Path bundle) throws IOException {
        Files.createFile(bundle.resolve(Fault.HANG.name()));
        return new ModelChoice(FaultyFileSystem.address(Fault.HANG, bundle), ModelBundle.read(bundle).digest());
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("flink-vision-model"))
                    .sorted().toList();
        }
    }

    private static OneInputStreamOperatorTestHarness<RawRecord, Either<ModelChange, DeadLetter>> trials(
            Path bundle, Optional<OperatorSubtaskState> state) throws Exception {
        return trials(bundle, state, false, false);
    }

    private static OneInputStreamOperatorTestHarness<RawRecord, Either<ModelChange, DeadLetter>> trials(
            Path bundle, Optional<OperatorSubtaskState> state, boolean regions, boolean compares) throws Exception {
        OneInputStreamOperatorTestHarness<RawRecord, Either<ModelChange, DeadLetter>> harness =
                new OneInputStreamOperatorTestHarness<>(
                        new AsyncWaitOperatorFactory<>(new ModelTrialFunction(ModelBundle.read(bundle).preprocessing(), regions, compares),
                                0, ModelTrialFunction.CAPACITY, AsyncDataStream.OutputMode.UNORDERED),
                        RecordForms.RAW_RECORD);
        harness.setup(new EitherTypeInfo<>(RecordTypeInformation.MODEL_CHANGE, RecordTypeInformation.DEAD_LETTER)
                .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            harness.initializeState(state.get());
        }
        harness.open();
        return harness;
    }

    private static ModelChoice choice(Path bundle) {
        return new ModelChoice(bundle.toUri().toString(), ModelBundle.read(bundle).digest());
    }

    private void send(ModelChoice choice) throws Exception {
        send(Optional.of(choice.toJson()));
    }

    /** Waits for the trial too. */
    private void send(Optional<byte[]> value) throws Exception {
        trials.processElement(record(value));
        awaitTrials();
    }

    private static StreamRecord<RawRecord> record(Optional<byte[]> value) {
        return record(ModelChoice.KEY, value);
    }

    private static StreamRecord<RawRecord> record(String key, Optional<byte[]> value) {
        return new StreamRecord<>(new RawRecord(
                new RecordCoordinates("models", 0, 0), Optional.of(key.getBytes(UTF_8)), value,
                List.of()));
    }

    private void awaitTrials() throws Exception {
        trials.endInput();
        passOn();
    }

    /** Has the gate look at the outcomes that are there by now. */
    private void passOn() throws Exception {
        for (Mail mail : trials.getTaskMailbox().drain()) {
            mail.run();
        }
        for (Either<ModelChange, DeadLetter> outcome : trials.extractOutputValues()) {
            gate.processElement(new StreamRecord<>(outcome));
        }
        trials.getOutput().clear();
    }

    private DeadLetter onlyRefused() {
        assertThat(gate.extractOutputValues()).isEmpty();
        assertThat(refused()).hasSize(1);
        return refused().get(0);
    }

    private List<DeadLetter> refused() {
        return Optional.ofNullable(gate.getSideOutput(DeadLetterOutput.TAG)).stream()
                .flatMap(letters -> letters.stream().map(StreamRecord::getValue))
                .toList();
    }
}
