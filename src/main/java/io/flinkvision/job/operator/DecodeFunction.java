package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The decode operator of a job whose regions stay: the picture that a record holds or refers to, decoded, oriented,
 * resized and cropped for the network, whole and in the regions that are due; or a dead letter on the side output
 * {@link DeadLetterOutput#TAG}.
 */
public final class DecodeFunction extends ProcessFunction<RawRecord, DecodedImage> {

    private static final long serialVersionUID = 5L;

    /** Key and headers travel on to the output topic, which refuses records that are too large. */
    public static final int MAX_DESCRIPTION_BYTES = 64 << 10;

    private final DecodeSettings settings;

    private transient SubtaskDecoder decoder;

    public DecodeFunction(DecodeSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        int regions = settings.regions().size();
        getRuntimeContext().getMetricGroup().gauge(VisionMetrics.REGIONS, (Gauge<Integer>) () -> regions);
        decoder = new SubtaskDecoder(settings, getRuntimeContext());
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<DecodedImage> out)
            throws Exception {
        decoder.decode(record, context.timestamp(), settings.regions(),
                        letter -> context.output(DeadLetterOutput.TAG, letter))
                .ifPresent(out::collect);
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }
}
