package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.ValueEncoding;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The decode operator in Flink's harness, with the job's own serialiser. */
public final class DecodeHarness {

    private DecodeHarness() {}

    /** To be closed by the caller. */
    public static OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> open(
            Preprocessing preprocessing, AgeLimit limit) throws Exception {
        return open(preprocessing, limit, new ValueEncoding.Bytes(), DecodeLimits.DEFAULTS);
    }

    /** To be closed by the caller. */
    public static OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> open(Preprocessing preprocessing,
            AgeLimit limit, ValueEncoding encoding, DecodeLimits limits) throws Exception {
        OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new DecodeFunction(
                        limits, preprocessing, Reduction.NONE, encoding, List.of(), limit, GuardSettings.OFF)));
        harness.setup(RecordTypeInformation.DECODED_IMAGE.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        harness.open();
        return harness;
    }
}
