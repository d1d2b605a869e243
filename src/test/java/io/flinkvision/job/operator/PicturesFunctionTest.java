package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.CameraPicture;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator in Flink's harness, with a clock of the test's own. Pictures are 5 seconds apart. */
class PicturesFunctionTest {

    private static final int ROOMY = 1 << 20;
    private static final long SESSION = 1_790_000_000_000L;
    private static final List<RegionAnswer> NO_REGIONS = List.of();

    /** The harness copies the function, so the clock cannot be a field of the test. */
    private static final AtomicLong NANOS = new AtomicLong();

    private OneInputStreamOperatorTestHarness<AnsweredPicture, RawRecord> harness;
    private long number;

    @BeforeEach
    void start() throws Exception {
        NANOS.set(-Duration.ofHours(1).toNanos());
        harness = started(new PictureSettings(Duration.ofSeconds(5), true, 90, ROOMY));
    }

    private static OneInputStreamOperatorTestHarness<AnsweredPicture, RawRecord> started(PictureSettings settings)
            throws Exception {
        OneInputStreamOperatorTestHarness<AnsweredPicture, RawRecord> harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(
                        new PicturesFunction(settings, NANOS::get)));
        harness.open();
        return harness;
    }

    private void restart(PictureSettings settings) throws Exception {
        harness.close();
        harness = started(settings);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theFirstPictureOfEachCameraIsSentAndThenOneEverySoOften() throws Exception {
        for (int tenth = 0; tenth <= 100; tenth++) {
            frame("gate", "cat");
            frame("hall", "cat");
            wait(Duration.ofMillis(100));
        }

        assertThat(sent()).containsExactly("gate-0", "hall-1", "gate-100", "hall-101", "gate-200", "hall-201");
    }

    @Test
    void anotherTopLabelIsSentAtOnceButAtMostOnceASecond() throws Exception {
        frame("gate", "cat");
        wait(Duration.ofMillis(1_200));
        frame("gate", "dog");
        wait(Duration.ofMillis(200));
        frame("gate", "cat");
        wait(Duration.ofMillis(200));
        frame("gate", "dog");
        wait(Duration.ofMillis(700));
        frame("gate", "dog");
        wait(Duration.ofMillis(100));
        frame("gate", "cat");

        assertThat(sent()).containsExactly("gate-0", "gate-1", "gate-5");
    }

    @Test
    void theLabelThatIsHeldAgainstTheNextIsThatOfTheLastPictureSent() throws Exception {
        frame("gate", "cat");
        wait(Duration.ofMillis(500));
        frame("gate", "dog");
        wait(Duration.ofMillis(500));
        frame("gate", "dog");

        assertThat(sent()).as("the change was too soon, and is still to be seen").containsExactly("gate-0", "gate-2");
    }

    @Test
    void anotherLabelOfARegionIsAChangeAndARegionThatIsNotDueIsNone() throws Exception {
        frame("gate", "cat", region("bay", "empty", false), region("door", "shut", false));
        wait(Duration.ofSeconds(1));
        frame("gate", "cat");
        frame("gate", "cat", region("bay", "empty", false));
        frame("gate", "cat", region("door", "open", false));
        wait(Duration.ofSeconds(1));
        frame("gate", "cat", region("bay", "empty", false), region("door", "open", false));
        frame("gate", "cat", region("door", "open", true));
        wait(Duration.ofSeconds(1));
        frame("gate", "cat", region("bay", "empty", false), region("door", "shut", true));

        assertThat(sent()).containsExactly("gate-0", "gate-3", "gate-5");
    }

    @Test
    void aPictureWithoutLabelsOfItsWholeIsNoChange() throws Exception {
        frame("gate", "cat");
        wait(Duration.ofSeconds(2));
        frame(answer("gate", List.of(), NO_REGIONS));
        frame("gate", "cat");
        wait(Duration.ofSeconds(3));
        frame(answer("gate", List.of(), NO_REGIONS));
        wait(Duration.ofSeconds(1));
        frame("gate", "cat");

        assertThat(sent()).containsExactly("gate-0", "gate-3");
    }

    @Test
    void withoutOnChangeOnlyTheTimeCounts() throws Exception {
        restart(new PictureSettings(Duration.ofSeconds(5), false, 90, ROOMY));
        frame("gate", "cat");
        wait(Duration.ofSeconds(4));
        frame("gate", "dog");
        wait(Duration.ofSeconds(1));
        frame("gate", "cat");

        assertThat(sent()).containsExactly("gate-0", "gate-2");
    }

    @Test
    void pixelsBecomeAJpegUnderTheCamerasKeyThatNamesItsLabels() throws Exception {
        frame("gate", "cat");

        RawRecord record = records().get(0);
        assertThat(record.keyText()).contains("gate");
        assertThat(ImageFormat.sniff(record.value().orElseThrow())).contains(ImageFormat.JPEG);
        assertThat(record.headers()).extracting(header -> header.name() + "=" + header.text().orElseThrow())
                .filteredOn(header -> !header.startsWith("labels="))
                .containsExactly("content-type=image/jpeg", "capture-time=1790000000007",
                        "id=gate-" + SESSION + "-0", "session=" + SESSION, "frame=0");
    }

    @Test
    void aPictureHasTheLabelsOfItsFrameInAHeader() throws Exception {
        frame("gate", "cat", region("bay", "empty", true));

        RawRecord sent = records().get(0);
        RawRecord inTopic = new RawRecord(
                SampleRecords.COORDINATES, sent.key(), sent.value(), sent.headers());
        Classification labels = CameraPicture.labels(inTopic);
        assertThat(labels.source()).isEqualTo(SampleRecords.COORDINATES);
        assertThat(labels.labels()).containsExactly(new Label("cat", 0, 0.9f));
        assertThat(labels.regions()).containsExactly(region("bay", "empty", true));
        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> CameraPicture.labels(SampleRecords.cameraFrame()))
                .withMessageContaining("no header labels");
    }

    @Test
    void aFileStaysAsTheCameraSentItAndSaysWhatItIs() throws Exception {
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
        Classification answer = answer("gate", List.of(new Label("cat", 0, 0.9f)), NO_REGIONS, "png");
        harness.processElement(new StreamRecord<>(new AnsweredPicture(answer, source(answer, png))));

        RawRecord record = records().get(0);
        assertThat(record.value().orElseThrow()).isEqualTo(png);
        assertThat(record.header(RecordHeader.CONTENT_TYPE)).contains("image/png");
    }

    @Test
    void aPictureThatTheTopicWouldRefuseIsLeftOutAndTheNextOneIsTriedInItsTurn() throws Exception {
        restart(new PictureSettings(Duration.ofSeconds(5), true, 90, 5_000));
        frame("gate", "cat", 400);
        wait(Duration.ofSeconds(1));
        frame("gate", "cat", 16);
        wait(Duration.ofSeconds(4));
        frame("gate", "cat", 16);

        assertThat(sent()).containsExactly("gate-2");
    }

    @Test
    void camerasBeyondTheLimitAreForgottenTheOneThatWasSentLongestAgoFirst() throws Exception {
        for (int i = 0; i <= SentPictures.MAX_CAMERAS; i++) {
            frame("camera" + i, "cat");
        }
        sent();
        frame("camera1", "cat");
        frame("camera" + SentPictures.MAX_CAMERAS, "cat");
        frame("camera0", "cat");

        assertThat(sent()).hasSize(SentPictures.MAX_CAMERAS + 2).endsWith("camera0-10003");
    }

    private static void wait(Duration time) {
        NANOS.addAndGet(time.toNanos());
    }

    private void frame(String camera, String label, RegionAnswer... regions) throws Exception {
        frame(answer(camera, List.of(new Label(label, 0, 0.9f)), List.of(regions)));
    }

    private void frame(Classification answer) throws Exception {
        harness.processElement(new StreamRecord<>(new AnsweredPicture(
                answer, source(answer, new byte[answer.width() * answer.height() * 3]))));
    }

    /** A picture of noise, which cannot be compressed much. */
    private void frame(String camera, String label, int side) throws Exception {
        byte[] pixels = new byte[side * side * 3];
        new Random(7).nextBytes(pixels);
        Classification answer = answer(camera, List.of(new Label(label, 0, 0.9f)), NO_REGIONS, RawFormat.BGR24.id(), side);
        harness.processElement(new StreamRecord<>(new AnsweredPicture(answer, source(answer, pixels))));
    }

    private Classification answer(String camera, List<Label> labels, List<RegionAnswer> regions) {
        return answer(camera, labels, regions, RawFormat.BGR24.id());
    }

    private Classification answer(String camera, List<Label> labels, List<RegionAnswer> regions, String format) {
        return answer(camera, labels, regions, format, 16);
    }

    private Classification answer(
            String camera, List<Label> labels, List<RegionAnswer> regions, String format, int side) {
        return new Classification(new CameraFrame(camera, SESSION, number++), Optional.of(camera.getBytes(UTF_8)),
                List.of(), Optional.of(Instant.ofEpochMilli(SESSION + 7)), side, side, format, "model",
                "0".repeat(64), labels, regions, 1, 1, Instant.ofEpochMilli(SESSION + 9), Optional.empty());
    }

    private static RawRecord source(Classification answer, byte[] value) {
        return new RawRecord(answer.source(), answer.key(), Optional.of(value), List.of());
    }

    private static RegionAnswer region(String name, String label, boolean unknown) {
        return new RegionAnswer(name, new RegionBox(0, 0, 0.5, 0.5), false,
                Optional.of(new HeadVerdict("head", "1".repeat(64), unknown, 0.5)),
                List.of(new Label(label, 0, 0.9f)), Optional.empty());
    }

    private List<RawRecord> records() {
        return new ArrayList<>(harness.extractOutputValues());
    }

    /** {@code camera-frame} of all that were sent. */
    private List<String> sent() {
        return records().stream()
                .map(record -> (CameraFrame) record.origin())
                .map(frame -> frame.camera() + "-" + frame.number())
                .toList();
    }
}
