package io.flinkvision.job.operator;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.RegionLedger;
import io.flinkvision.job.region.Regions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decode operator of a job with a heads topic: as {@link DecodeFunction}, and a {@link RegionChange}, which must be
 * broadcast, holds from the next picture on. A region of the topic takes the place of the job file's of the same key
 * until the topic removes it.
 *
 * <p>The topic's regions are broadcast state. A subtask that has none for the job's network, since the job is new or
 * was restored with another model, first reads the topic itself to its end, so that its first picture has its regions;
 * of what is then broadcast it ignores the records that it has read.
 *
 * <p>A function with two inputs rather than Flink's BroadcastProcessFunction, as {@link SwitchingClassifyFunction}.
 */
public final class SwitchingDecodeFunction extends CoProcessFunction<RawRecord, RegionChange, DecodedImage>
        implements CheckpointedFunction {

    /** The latest declaration of each region of the topic, by its key. */
    static final MapStateDescriptor<String, RegionChange> DECLARED =
            new MapStateDescriptor<>("declared-regions", Types.STRING, RecordTypeInformation.REGION_CHANGE);

    /**
     * How far the subtask read the topic itself, under the digest of the network that the regions were accepted for. A
     * job that is submitted with another network from a savepoint finds nothing there.
     */
    static final MapStateDescriptor<String, HeadsRead> READ =
            new MapStateDescriptor<>("heads-read", Types.STRING, RecordTypeInformation.HEADS_READ);

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(SwitchingDecodeFunction.class);

    private final DecodeSettings settings;
    private final Backbone backbone;
    private final FirstReading topic;

    private transient BroadcastState<String, RegionChange> declared;
    private transient BroadcastState<String, HeadsRead> read;
    private transient SubtaskDecoder decoder;
    private transient HeadsRead alreadyRead;

    /** Empty after a change, until the next picture: so many changes at once are put in force together. */
    private transient Optional<Regions> regions;

    /** Read by the reporters' threads. */
    private transient volatile int size;

    /**
     * @param settings with the regions of the job file
     * @param backbone the network that heads must have been taught on
     * @param topic reads the heads topic
     */
    public SwitchingDecodeFunction(DecodeSettings settings, Backbone backbone, FirstReading topic) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.backbone = Objects.requireNonNull(backbone, "backbone");
        this.topic = Objects.requireNonNull(topic, "topic");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        declared = context.getOperatorStateStore().getBroadcastState(DECLARED);
        read = context.getOperatorStateStore().getBroadcastState(READ);
    }

    /** The state is Flink's, and up to date. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext context) throws Exception {
        getRuntimeContext().getMetricGroup().gauge(VisionMetrics.REGIONS, (Gauge<Integer>) () -> size);
        if (!read.contains(backbone.digest())) {
            forgetOtherNetworks();
            readTopic();
        }
        alreadyRead = read.get(backbone.digest());
        regions = Optional.of(regions());
        decoder = new SubtaskDecoder(settings, getRuntimeContext());
    }

    private void forgetOtherNetworks() throws Exception {
        if (read.iterator().hasNext()) {
            LOG.warn("The regions that were declared before no longer count, since the job has been submitted with"
                    + " another model (SHA-256 {}): the heads topic is read anew", backbone.digest());
        }
        declared.clear();
        read.clear();
    }

    private void readTopic() throws Exception {
        RegionLedger ledger =
                new RegionLedger(backbone, settings.regions().all().stream().map(Region::key).toList(),
                        CheckpointSpace.ofRegions(getRuntimeContext()));
        SortedMap<String, Long> ends = new TreeMap<>();
        Map<String, RegionChange> latest = new TreeMap<>();
        topic.read(record -> {
            ends.put(partition(record.coordinates()), record.coordinates().offset() + 1);
            // A record that is refused here is refused by the gate too, which reports it.
            ledger.find(record).ifPresent(change -> {
                if (change.region().isPresent()) {
                    latest.put(change.key().toString(), change);
                } else {
                    latest.remove(change.key().toString());
                }
            });
        });
        declared.putAll(latest);
        read.put(backbone.digest(), new HeadsRead(ends));
    }

    private static String partition(RecordCoordinates coordinates) {
        return coordinates.topic() + "-" + coordinates.partition();
    }

    private Regions regions() throws Exception {
        List<Region> ofTheTopic = new ArrayList<>();
        for (Map.Entry<String, RegionChange> entry : declared.entries()) {
            entry.getValue().region().ifPresent(ofTheTopic::add);
        }
        Regions all = settings.regions().with(ofTheTopic);
        size = all.size();
        return all;
    }

    @Override
    public void processElement1(RawRecord record, Context context, Collector<DecodedImage> out) throws Exception {
        if (regions.isEmpty()) {
            regions = Optional.of(regions());
        }
        decoder.decode(record, context.timestamp(), regions.get(),
                        letter -> context.output(DeadLetterOutput.TAG, letter))
                .ifPresent(out::collect);
    }

    @Override
    public void processElement2(RegionChange change, Context context, Collector<DecodedImage> out) throws Exception {
        RecordCoordinates source = change.source();
        if (source.offset() < alreadyRead.ends().getOrDefault(partition(source), 0L)) {
            return;
        }
        if (change.region().isPresent()) {
            declared.put(change.key().toString(), change);
        } else {
            declared.remove(change.key().toString());
        }
        regions = Optional.empty();
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }
}
