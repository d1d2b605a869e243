package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
}
