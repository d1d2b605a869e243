package io.flinkvision.peers;

import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** Kafka Streams: one {@code mapValues} in one thread. */
final class StreamsApplication {

    private StreamsApplication() {}

    /**
     * Starts it.
     *
     * @param folder for what Kafka Streams keeps
     * @return completes when it ends, which it does of itself only by a failure
     */
    static CompletableFuture<?> start(Peer peer, Network network, Worker.Topics topics, Path folder) throws Exception {
        PictureLabeller labeller = peer.engine().open(network, peer.threads());
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topics.pictures(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .mapValues(picture -> label(labeller, picture))
                .to(topics.labels(), Produced.with(Serdes.ByteArray(), Serdes.String()));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.labels());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("streams").toString());
        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        CompletableFuture<Void> end = new CompletableFuture<>();
        streams.setUncaughtExceptionHandler(failure -> {
            end.completeExceptionally(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        return end;
    }

    private static String label(PictureLabeller labeller, byte[] picture) {
        try {
            return labeller.label(picture);
        } catch (Exception e) {
            throw new IllegalStateException("The picture cannot be classified: " + e.getMessage(), e);
        }
    }
}
