package io.flinkvision.job.operator;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.RegionLedger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate operator of the heads topic, of one instance: a record of the topic in, a change for every subtask of the
 * decode operator out; or the dead letter of one that is refused, on the side output {@link DeadLetterOutput#TAG}. The
 * job goes on with what was declared before.
 *
 * <p>The keys of the declared regions and their bytes are operator state, so that the bounds hold after a restart too.
 */
public final class HeadGateFunction extends ProcessFunction<RawRecord, RegionChange> implements CheckpointedFunction {

    /** The keys of the declared regions, with their bytes. */
    static final ListStateDescriptor<Tuple2<String, Integer>> DECLARED =
            new ListStateDescriptor<>("declared-regions", Types.TUPLE(Types.STRING, Types.INT));

    /** The digest of the network that they were accepted for. */
    static final ListStateDescriptor<String> BACKBONE = new ListStateDescriptor<>("backbone", Types.STRING);

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(HeadGateFunction.class);

    private final Backbone backbone;
    private final ArrayList<String> ofTheJobFile;
    private final FirstReading topic;

    private transient ListState<Tuple2<String, Integer>> declared;
    private transient ListState<String> acceptedFor;
    private transient RegionLedger ledger;
    private transient LogContext logContext;
    private transient DeadLetterOutput deadLetters;
    private transient Counter accepted;
    private transient Counter refused;

    /**
     * @param backbone the network that heads must have been taught on
     * @param ofTheJobFile the keys of the job file's regions, which count too
     * @param topic reads the heads topic anew where the job was restored with another network
     */
    public HeadGateFunction(Backbone backbone, List<RegionKey> ofTheJobFile, FirstReading topic) {
        this.backbone = Objects.requireNonNull(backbone, "backbone");
        this.topic = Objects.requireNonNull(topic, "topic");
        this.ofTheJobFile = new ArrayList<>(ofTheJobFile.stream().map(RegionKey::toString).toList());
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        declared = context.getOperatorStateStore().getListState(DECLARED);
        acceptedFor = context.getOperatorStateStore().getListState(BACKBONE);
        ledger = new RegionLedger(backbone, ofTheJobFile.stream().map(RegionKey::parse).toList(),
                CheckpointSpace.ofRegions(getRuntimeContext()));
        for (String digest : acceptedFor.get()) {
            if (digest.equals(backbone.digest())) {
                for (Tuple2<String, Integer> region : declared.get()) {
                    ledger.restore(RegionKey.parse(region.f0), region.f1);
                }
            } else {
                // The source goes on where it was, but what was refused then may be good now, and the other way round.
                topic.read(ledger::find);
            }
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        declared.update(ledger.declared().entrySet().stream()
                .map(region -> Tuple2.of(region.getKey().toString(), region.getValue()))
                .toList());
        acceptedFor.update(List.of(backbone.digest()));
    }

    @Override
    public void open(OpenContext context) {
        accepted = getRuntimeContext().getMetricGroup().counter(VisionMetrics.HEADS_ACCEPTED);
        refused = getRuntimeContext().getMetricGroup().counter(VisionMetrics.HEADS_REFUSED);
        logContext = LogContext.open(getRuntimeContext(), "head-gate");
        deadLetters = new DeadLetterOutput(getRuntimeContext().getMetricGroup(), EnumSet.of(ErrorCode.HEAD_REFUSED),
                LOG, logContext, System::nanoTime);
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<RegionChange> out) {
        RegionChange change;
        try {
            change = ledger.accept(record);
        } catch (ModelException e) {
            refused.inc();
            context.output(DeadLetterOutput.TAG,
                    deadLetters.add(record, new Rejected(ErrorCode.HEAD_REFUSED, e.getMessage())));
            return;
        }
        accepted.inc();
        logContext.asOperator(() -> LOG.info("Record {} {} the region {}", record.coordinates(),
                change.region().isPresent() ? "declares" : "removes", PrintableText.escaped(change.key().toString())));
        out.collect(change);
    }

    @Override
    public void close() {
        if (deadLetters != null) {
            deadLetters.close();
        }
    }
}
