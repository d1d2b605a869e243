package io.flinkvision.job.operator;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.RawRecord;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Reads the labels that a classify job has written: one frame for the whole picture, and one for each of its regions. A
 * record that no classify job has written becomes a dead letter on the side output {@link DeadLetterOutput#TAG}.
 */
public final class ReadLabelsFunction extends ProcessFunction<RawRecord, LabelledFrame> {

    private static final long serialVersionUID = 1L;

    /** Tolerance for clocks that differ. A record from the future would advance event time for all cameras. */
    private static final Duration MAX_AHEAD = Duration.ofHours(1);

    private transient Counter recordsMalformed;

    @Override
    public void open(OpenContext context) {
        recordsMalformed = getRuntimeContext().getMetricGroup().counter(VisionMetrics.RECORDS_MALFORMED);
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<LabelledFrame> out) {
        try {
            Classification classification = read(record);
            requirePast(classification);
            LabelledFrame.collect(record.key(), classification, out);
        } catch (MalformedRecordException e) {
            recordsMalformed.inc();
            context.output(DeadLetterOutput.TAG,
                    new DeadLetter(record, ErrorCode.MALFORMED_LABELS, e.getMessage(), Instant.now()));
        }
    }

    private static Classification read(RawRecord record) throws MalformedRecordException {
        if (record.value().isEmpty()) {
            throw new MalformedRecordException("the record has no value");
        }
        return Classification.read(record.value().get());
    }

    private static void requirePast(Classification classification) throws MalformedRecordException {
        if (classification.classifiedAt().isAfter(Instant.now().plus(MAX_AHEAD))) {
            throw new MalformedRecordException("the field classifiedAt, " + classification.classifiedAt()
                    + ", lies in the future");
        }
    }
}
