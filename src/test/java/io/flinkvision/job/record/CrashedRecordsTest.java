package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.Classification;
import io.flinkvision.job.operator.ClassifierSettings;
import io.flinkvision.job.operator.ClassifyFunction;
import io.flinkvision.job.operator.DeadLetters;
import io.flinkvision.job.operator.DecodeFunction;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.DeviceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operators do with a record that was in hand at too many deaths. */
class CrashedRecordsTest {

    private static final int SIZE = 8;
    private static final RecordCoordinates CULPRIT = new RecordCoordinates("images", 0, 7);
    private static final RecordCoordinates OTHER = new RecordCoordinates("images", 0, 8);

    @TempDir
    private Path folder;

    private GuardSettings guard;
    private ModelBundle bundle;

    @BeforeEach
    void write() throws Exception {
        guard = new GuardSettings(
                true, new NotesPlace.Chosen(folder.resolve("notes").toString()), "job", Duration.ofMinutes(1));
        bundle = ModelBundle.read(SmallBundle.write(folder.resolve("model"), SIZE, 1, 2));
    }

    @Test
    void decodeGivesItUpAndTakesTheNext() throws Exception {
        dieOfTheCulprit("decode");
        DecodeFunction decode = new DecodeFunction(
                DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.NONE, new ValueEncoding.Bytes(),
                List.of(), AgeLimit.NONE, guard);

        OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> subtask = opened(decode);
        subtask.processElement(new StreamRecord<>(pixels(CULPRIT)));
        subtask.processElement(new StreamRecord<>(pixels(OTHER)));

        assertThat(subtask.extractOutputValues()).extracting(image -> image.source().coordinates())
                .containsExactly(OTHER);
        assertGivenUp(subtask);
        subtask.close();
    }

    @Test
    void classifyGivesItUpAndTakesTheNext() throws Exception {
        dieOfTheCulprit("classify");
        ClassifyFunction classify = new ClassifyFunction(new ClassifierSettings(
                new BundleLocation.Remote(bundle.folder().toUri().toString()), bundle.digest(), DeviceKind.CPU, 1,
                guard));

        OneInputStreamOperatorTestHarness<DecodedImage, Classification> subtask = opened(classify);
        subtask.processElement(new StreamRecord<>(decoded(CULPRIT)));
        subtask.processElement(new StreamRecord<>(decoded(OTHER)));

        assertThat(subtask.extractOutputValues()).extracting(record -> record.source()).containsExactly(OTHER);
        assertGivenUp(subtask);
        subtask.close();
    }

    private static void assertGivenUp(OneInputStreamOperatorTestHarness<?, ?> subtask) {
        assertThat(subtask.getSideOutput(DeadLetters.TAG)).singleElement().satisfies(letter -> {
            assertThat(letter.getValue().source().coordinates()).isEqualTo(CULPRIT);
            assertThat(letter.getValue().code()).isEqualTo(ErrorCode.CRASHED_DECODER);
            assertThat(letter.getValue().message()).contains("died 2 times");
        });
    }

    private void dieOfTheCulprit(String operator) throws InterruptedException {
        for (int death = 0; death < CrashGuard.MOST_DEATHS; death++) {
            try (CrashGuard dying = CrashGuard.open(guard, operator)) {
                assertThatExceptionOfType(StackOverflowError.class)
                        .isThrownBy(() -> dying.call(CULPRIT.position(), () -> {
                            throw new StackOverflowError();
                        }));
            }
        }
    }

    private static <I, O> OneInputStreamOperatorTestHarness<I, O> opened(ProcessFunction<I, O> function)
            throws Exception {
        OneInputStreamOperatorTestHarness<I, O> harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function));
        harness.open();
        return harness;
    }

    /** Raw pixels, as they need no format. */
    private static RawRecord pixels(RecordCoordinates coordinates) {
        return new RawRecord(coordinates, Optional.of("camera".getBytes(UTF_8)),
                Optional.of(new byte[SIZE * SIZE * 3]),
                List.of(RecordHeader.text("content-type", RecordHeader.RAW_PIXELS),
                        RecordHeader.text("width", "" + SIZE), RecordHeader.text("height", "" + SIZE),
                        RecordHeader.text("format", "rgb24")));
    }

    private static DecodedImage decoded(RecordCoordinates coordinates) {
        return new DecodedImage(
                pixels(coordinates), SIZE, SIZE, "rgb24", new RgbImage(SIZE, SIZE, new byte[SIZE * SIZE * 3]), 1);
    }
}
