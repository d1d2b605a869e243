package io.flinkvision.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Starts all peers, and has each do its turn in each round. */
final class Comparison {

    private final Effort effort;
    private final Consumer<String> progress;
    private final List<byte[]> pictures;
    private final List<Contender> contenders = new ArrayList<>();

    /**
     * How long it takes.
     *
     * @param warmUp pictures before the first round
     * @param rounds turns of each peer
     * @param pictures of each turn
     */
    record Effort(int warmUp, int rounds, int pictures) {
        Effort {
            if (warmUp < 1 || rounds < 1 || pictures < 1) {
                throw new IllegalArgumentException("At least one picture of warm-up, one round and one picture, not "
                        + warmUp + ", " + rounds + " and " + pictures);
            }
        }
    }

    private Comparison(Effort effort, List<byte[]> pictures, Consumer<String> progress) {
        this.effort = effort;
        this.pictures = pictures;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param peers the two of flink-vision among them
     * @param folder has the pictures
     * @param progress is told of each step
     */
    static List<Row> run(List<Peer> peers, Network network, WorkFolder folder, Effort effort,
            Consumer<String> progress) throws IOException, InterruptedException {
        Comparison comparison = new Comparison(effort, PictureFiles.read(folder.pictures()), progress);
        progress.accept("starting the broker");
        try (Broker broker = Broker.start(folder.broker())) {
            broker.createTopics(IntStream.range(0, peers.size()).boxed()
                    .flatMap(i -> List.of("pictures-" + i, "labels-" + i).stream()).toList());
            Map<String, Object> producing = Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Broker.MESSAGE_BYTES);
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    producing, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int i = 0; i < peers.size(); i++) {
                    Topics topics = new Topics(broker.bootstrapServers(), "pictures-" + i, "labels-" + i);
                    comparison.start(peers.get(i), network, folder, broker, topics, producer);
                }
                return comparison.measure();
            } finally {
                comparison.contenders.forEach(Contender::close);
            }
        }
    }

    private void start(Peer peer, Network network, WorkFolder folder, Broker broker, Topics topics,
            KafkaProducer<byte[], byte[]> producer) throws IOException {
        WorkerProcess worker = WorkerProcess.start(peer, network, topics, folder);
        contenders.add(peer.usesKafka()
                ? new KafkaContender(peer, worker, broker, topics, pictures, producer)
                : new LoopContender(peer, worker));
    }

    private List<Row> measure() throws IOException {
        List<List<String>> labels = new ArrayList<>();
        for (Contender contender : contenders) {
            progress.accept("warming up: " + contender.peer().name());
            labels.add(contender.turn(Math.max(effort.warmUp(), pictures.size())).labels());
        }
        List<List<Round>> rounds = new ArrayList<>();
        contenders.forEach(contender -> rounds.add(new ArrayList<>()));
        for (int round = 1; round <= effort.rounds(); round++) {
            progress.accept("round " + round + " of " + effort.rounds());
            for (int i = 0; i < contenders.size(); i++) {
                rounds.get(i).add(contenders.get(i).turn(effort.pictures()).round());
            }
        }
        List<String> expected = labels.get(place(Peer.FLINK_VISION_LOOP));
        return IntStream.range(0, contenders.size())
                .mapToObj(i -> new Row(contenders.get(i).peer(), rounds.get(i),
                        labels.get(i).subList(0, pictures.size()), agreeing(labels.get(i), expected)))
                .toList();
    }

    private int place(Peer peer) {
        return contenders.stream().map(Contender::peer).toList().indexOf(peer);
    }

    private int agreeing(List<String> labels, List<String> expected) {
        return (int) IntStream.range(0, pictures.size())
                .filter(i -> labels.get(i).equals(expected.get(i))).count();
    }
}
