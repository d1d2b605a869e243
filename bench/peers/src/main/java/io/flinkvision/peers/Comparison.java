package io.flinkvision.peers;

import io.flinkvision.tools.bench.PictureSet;
import io.flinkvision.tools.bench.Round;
import io.flinkvision.tools.bench.Row;
import io.flinkvision.tools.bench.Turns;
import io.flinkvision.tools.bench.WarmUp;
import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The peers' rounds and labels.
 *
 * @param rows one row per peer, whose way is the peer's name
 * @param labels each peer's labels, in the order of the pictures
 */
record Comparison(List<Row> rows, List<List<String>> labels) {

    /** Maximum size of a picture. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    /**
     * Starts all peers and lets them take turns.
     *
     * @param peers the two of flink-vision among them
     * @param folder contains the files of the pictures
     * @param progress receives each step
     */
    static Comparison run(List<Peer> peers, Network network, WorkFolder folder, PictureSet pictures,
            Turns.Effort effort, Consumer<String> progress) throws IOException, InterruptedException {
        List<PeerContender> contenders = new ArrayList<>();
        progress.accept("starting the broker");
        try (BrokerProcess broker = BrokerProcess.start(Map.of());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_MESSAGE_BYTES),
                        new ByteArraySerializer(), new ByteArraySerializer())) {
            try {
                for (int i = 0; i < peers.size(); i++) {
                    contenders.add(start(peers.get(i), network, folder, broker, topics(broker, i), producer));
                }
                return measure(contenders, network, pictures, effort, progress);
            } finally {
                contenders.forEach(PeerContender::close);
            }
        }
    }

    private static Worker.Topics topics(BrokerProcess broker, int number) throws InterruptedException {
        Worker.Topics topics =
                new Worker.Topics(broker.bootstrapServers(), "pictures-" + number, "labels-" + number);
        for (String topic : List.of(topics.pictures(), topics.labels())) {
            broker.createTopic(topic, 1,
                    Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES)));
        }
        return topics;
    }

    private static PeerContender start(Peer peer, Network network, WorkFolder folder, BrokerProcess broker,
            Worker.Topics topics, KafkaProducer<byte[], byte[]> producer) throws IOException {
        WorkerProcess worker = WorkerProcess.start(peer, network, topics, folder);
        return peer.usesKafka()
                ? new PeerContender.Kafka(peer, worker, broker, topics, producer)
                : new PeerContender.Plain(peer, worker);
    }

    private static Comparison measure(List<PeerContender> contenders, Network network, PictureSet pictures,
            Turns.Effort effort, Consumer<String> progress) throws InterruptedException {
        int distinct = pictures.encoded().size();
        Turns turns = new Turns(
                contenders.stream().map(contender -> new Turns.Turn(contender.name(), contender, pictures)).toList(),
                effort, Turns.Pace.FIRST, progress);
        WarmUp warmUp = turns.warmUp();
        warmUp.toLines().forEach(progress);
        contenders.forEach(contender -> contender.run(pictures, distinct));
        List<List<String>> labels = contenders.stream().map(PeerContender::labels).map(List::copyOf).toList();
        List<Map<String, List<Round>>> rounds = turns.rounds();
        List<Row> rows = IntStream.range(0, contenders.size())
                .mapToObj(i -> new Row(network.bundle().getName(), pictures.name(), pictures.meanBytes(),
                        contenders.get(i).peer().name(), 1, rounds.get(i).get(contenders.get(i).peer().name()),
                        Optional.of(warmUp), Optional.empty()))
                .toList();
        return new Comparison(rows, labels);
    }

    /** How many pictures got the label that flink-vision's loop gives them: {@code 12 of 12}, for each row. */
    List<String> agreements() {
        List<String> expected = labels.get(place(Peer.FLINK_VISION_LOOP));
        return labels.stream().map(own -> IntStream.range(0, expected.size())
                .filter(i -> own.get(i).equals(expected.get(i))).count() + " of " + expected.size()).toList();
    }

    private int place(Peer peer) {
        return rows.stream().map(Row::way).toList().indexOf(peer.name());
    }

    /** A table in Markdown. */
    List<String> table() {
        Row base = rows.get(place(Peer.FLINK_VISION));
        List<String> agreements = agreements();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s, %s, %d kB per picture; median (min to max) of %d rounds",
                base.model(), base.pictures(), base.pictureBytes() / 1000, base.rounds().size()));
        lines.add("");
        lines.add("| peer | pictures/s | ratio to " + base.way() + " | CPU ms per picture | ratio"
                + " | Java kB per picture | same top label |");
        lines.add("| --- | --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            lines.add(String.format(Locale.ROOT, "| %s | %s | %s | %s | %s | %.1f | %s |", row.way(),
                    row.rate().toText("%.1f"), row.ratio(base, Round::rate).toText("%.2f"),
                    row.processorMillis().toText("%.2f"),
                    row.ratio(base, Round::processorSecondsPerPicture).toText("%.2f"),
                    row.spread(Round::allocatedBytesPerPicture).median() / 1e3, agreements.get(i)));
        }
        return lines;
    }
}
