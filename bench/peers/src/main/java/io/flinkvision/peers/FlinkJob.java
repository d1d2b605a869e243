package io.flinkvision.peers;

import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The same job around each engine: pictures from Kafka, a map, labels to Kafka; one slot, in this JVM. */
final class FlinkJob {

    private FlinkJob() {}

    /** The engine in the job's one slot. */
    private static final class LabelFunction extends RichMapFunction<byte[], String> {

        private final Engine engine;
        private final Network network;
        private final Threads threads;
        private transient PictureLabeller labeller;

        LabelFunction(Engine engine, Network network, Threads threads) {
            this.engine = engine;
            this.network = network;
            this.threads = threads;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            labeller = engine.open(network, threads);
        }

        @Override
        public String map(byte[] picture) throws Exception {
            return labeller.label(picture);
        }

        @Override
        public void close() {
            if (labeller != null) {
                labeller.close();
            }
        }
    }

    /**
     * Starts it.
     *
     * @return completes when it ends, which it does of itself only by a failure
     */
    static CompletableFuture<?> start(Peer peer, Network network, Worker.Topics topics) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
        environment.getConfig().enableObjectReuse();
        KafkaSource<byte[]> source = KafkaSource.<byte[]>builder()
                .setBootstrapServers(topics.bootstrapServers())
                .setTopics(topics.pictures())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(KafkaRecordDeserializationSchema.valueOnly(ByteArrayDeserializer.class))
                .build();
        KafkaSink<String> sink = KafkaSink.<String>builder()
                .setBootstrapServers(topics.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(KafkaRecordSerializationSchema.builder()
                        .setTopic(topics.labels())
                        .setValueSerializationSchema(new SimpleStringSchema())
                        .build())
                .build();
        environment.fromSource(source, WatermarkStrategy.noWatermarks(), "pictures").uid("pictures")
                .map(new LabelFunction(peer.engine(), network, peer.threads())).returns(Types.STRING)
                .name("label").uid("label")
                .sinkTo(sink).name("labels").uid("labels");
        return environment.executeAsync(peer.name()).getJobExecutionResult();
    }
}
