package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an events job makes of the records of a classify job. */
class ReadLabelsFunctionTest {

    private OneInputStreamOperatorTestHarness<RawRecord, LabelledFrame> read;

    @BeforeEach
    void open() throws Exception {
        read = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new ReadLabelsFunction()));
        read.open();
    }

    @AfterEach
    void close() throws Exception {
        read.close();
    }

    @Test
    void aCaptureTimeThatNoCameraCanHaveIsIgnored() throws Exception {
        String json = new String(SampleRecords.classification().toJson(), UTF_8);
        String captured = "2023-11-14T22:13:20.123Z";
        for (String time : List.of(captured, "1970-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59Z")) {
            assertThat(json).contains(captured);
            read.processElement(new RawRecord(SampleRecords.COORDINATES, Optional.empty(),
                    Optional.of(json.replace(captured, time).getBytes(UTF_8)), List.of()), 0);
        }

        Instant classified = SampleRecords.classification().classifiedAt();
        assertThat(read.extractOutputValues()).extracting(frame -> frame.frame().time())
                .containsExactly(Instant.parse(captured), classified, classified, classified);
    }

    @Test
    void everyRegionIsACameraOfItsOwnBesideTheWholePicture() throws Exception {
        Classification regions = SampleRecords.classificationOfRegions();
        Classification whole = SampleRecords.classification();
        send(regions, regions.key());
        send(whole, whole.key());

        assertThat(read.extractOutputValues()).extracting(ReadLabelsFunctionTest::text).containsExactly(
                "camera-1/gate []", "camera-1/bay 1 [food, a \"quoted\" <label>]", "camera-1/bay 2 [open, shut]",
                "camera-1 [food, a \"quoted\" <label>]");
        assertThat(read.extractOutputValues()).extracting(LabelledFrame::frame).extracting(Frame::id, Frame::time)
                .containsOnly(tuple(regions.id(), regions.captureTime().orElseThrow()));
        // The events of a classify job come from the same frames.
        assertThat(SampleRecords.labelledFrames(regions)).usingRecursiveComparison()
                .isEqualTo(read.extractOutputValues().subList(0, 3));
    }

    @Test
    void aFrameSaysWhichHeadAnsweredAndWhetherThatKnowsWhatItSees() throws Exception {
        send(SampleRecords.classificationOfRegions(), Optional.empty());

        assertThat(read.extractOutputValues()).extracting(LabelledFrame::frame)
                .extracting(frame -> frame.head().map(AnsweringHead::name).orElse("-"), Frame::unknown)
                .containsExactly(tuple("gates", true), tuple("-", false), tuple("bays", false));
    }

    @Test
    void aMeasuredPictureOfWhichOnlyRegionsAreClassifiedHasAFrameOfItsOwn() throws Exception {
        Classification regions = SampleRecords.classificationOfRegions();
        send(regions.measured(Optional.of(SampleRecords.view())), Optional.of("camera-1".getBytes(UTF_8)));

        List<LabelledFrame> frames = read.extractOutputValues();
        assertThat(frames).hasSize(4);
        assertThat(text(frames.get(0))).isEqualTo("camera-1 []");
        assertThat(frames).extracting(frame -> frame.frame().view())
                .containsExactly(Optional.of(SampleRecords.view()), Optional.empty(), Optional.empty(),
                        Optional.empty());
    }

    @Test
    void aRecordWithoutLabelsAndRegionsIsReadThoughItSaysNothingOfACamera() throws Exception {
        send(withoutAnswers(), Optional.empty());

        assertThat(read.extractOutputValues()).isEmpty();
        assertThat(read.getSideOutput(DeadLetterOutput.TAG)).isNullOrEmpty();
    }

    @Test
    void regionsOfPicturesWithoutAKeyOrWithOneThatIsNoTextHaveKeysToo() throws Exception {
        send(SampleRecords.classificationOfRegions(), Optional.empty());
        send(SampleRecords.classificationOfRegions(), Optional.of(new byte[] {(byte) 0xff, 0}));

        List<LabelledFrame> frames = read.extractOutputValues();
        assertThat(frames).hasSize(6);
        assertThat(text(frames.get(0))).isEqualTo("/gate []");
        assertThat(frames.get(3).key().orElseThrow()).isEqualTo(new byte[] {(byte) 0xff, 0, '/', 'g', 'a', 't', 'e'});
        assertThat(frames).allSatisfy(frame ->
                assertThat(LabelledFrame.key(frame.camera()).orElseThrow()).isEqualTo(frame.key().orElseThrow()));
    }

    private static Classification withoutAnswers() {
        Classification full = SampleRecords.classification();
        return new Classification(full.source(), full.key(), full.headers(), full.captureTime(), full.width(),
                full.height(), full.format(), full.modelName(), full.modelDigest(), List.of(), List.of(),
                full.decodeMillis(), 0, full.classifiedAt(), Optional.empty());
    }

    private void send(Classification record, Optional<byte[]> key) throws Exception {
        read.processElement(new RawRecord(SampleRecords.COORDINATES, key, Optional.of(record.toJson()), List.of()), 0);
    }

    private static String text(LabelledFrame frame) {
        return new String(frame.key().orElseThrow(), UTF_8) + " "
                + frame.frame().labels().stream().map(Label::label).toList();
    }
}
