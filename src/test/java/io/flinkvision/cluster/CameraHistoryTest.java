package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.CameraHistory.Frame;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.FrameHeaders;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The proofs that a camera has one reader at a time rely on this class, so it must see when there are two. */
class CameraHistoryTest {

    private static final long FIRST = 100_000;
    private static final long SECOND = 200_000;

    @Test
    void twoSessionsAfterOneAnotherHaveNoFaultAndNoGap() {
        CameraHistory history = history(door(FIRST, 0, 0), door(FIRST, 1, 1), door(SECOND, 0, 2), yard(FIRST, 0, 5));

        assertThat(history.faults()).isEmpty();
        assertThat(history.cameras()).containsExactly("door", "yard");
        assertThat(history.sessions("door")).hasSize(2);
        assertThat(history.sessions("yard")).hasSize(1);
        assertThat(history.sessions("attic")).isEmpty();
        assertThat(history.gaps("door")).isEmpty();
    }

    @Test
    void aNumberThatComesTwiceIsAFault() {
        assertThat(history(door(FIRST, 0, 0), door(FIRST, 1, 1), door(FIRST, 1, 1)).faults())
                .containsExactly("door-100000-1 comes after door-100000-1");
    }

    @Test
    void aNumberThatFallsIsAFault() {
        assertThat(history(door(FIRST, 0, 0), door(FIRST, 2, 2), door(FIRST, 1, 1)).faults())
                .containsExactly("door-100000-1 comes after door-100000-2");
    }

    @Test
    void aSessionThatBeginsBeforeTheLastOneEndsIsAFault() {
        List<String> faults =
                history(door(FIRST, 0, 0), door(SECOND, 0, 1), door(SECOND, 1, 3), door(FIRST, 1, 2)).faults();

        assertThat(faults).hasSize(1).first().asString().startsWith("door-200000-0");
    }

    @Test
    void aSessionWithinALongOneIsAFaultAndSoIsTheNextOne() {
        assertThat(history(door(FIRST, 0, 0), door(FIRST, 1, 9), door(SECOND, 0, 1), door(SECOND + 1, 0, 5)).faults())
                .hasSize(2);
    }

    @Test
    void theSameNumbersOfAnotherCameraOrAnotherSessionAreNoFault() {
        assertThat(history(door(FIRST, 0, 0), yard(FIRST, 0, 0), door(SECOND, 0, 1)).faults()).isEmpty();
    }

    @Test
    void missingFramesAreAGapAlsoAtTheBeginning() {
        assertThat(history(door(FIRST, 1, 0), door(FIRST, 2, 1), door(FIRST, 5, 2)).gaps("door"))
                .containsExactly("1 missing before door-100000-1", "2 missing before door-100000-5");
    }

    @Test
    void aFrameIsReadFromARecordOfTheImagesTopic() {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("images", 0, 7, "door".getBytes(UTF_8), new byte[0]);
        FrameHeaders.of(CapturedFrame.of(new byte[0], Instant.ofEpochMilli(123_456), 3), FIRST)
                .forEach(header -> record.headers().add(header.name(), header.value().orElseThrow()));

        assertThat(Frame.of(record)).isEqualTo(
                new Frame(new CameraFrame("door", FIRST, 3), Instant.ofEpochMilli(123_456)));

        record.headers().remove(FrameHeaders.SESSION);
        assertThatThrownBy(() -> Frame.of(record)).isInstanceOf(AssertionError.class).hasMessageContaining("session");
    }

    private static CameraHistory history(Frame... frames) {
        return new CameraHistory(List.of(frames));
    }

    private static Frame door(long session, long number, long second) {
        return frame("door", session, number, second);
    }

    private static Frame yard(long session, long number, long second) {
        return frame("yard", session, number, second);
    }

    private static Frame frame(String camera, long session, long number, long second) {
        return new Frame(new CameraFrame(camera, session, number), Instant.ofEpochSecond(second));
    }
}
