package io.flinkvision.peers;

import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.Meter;
import io.flinkvision.tools.bench.PictureSet;
import io.flinkvision.tools.bench.naive.ConsumerLoop;
import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The process of one peer, so that its CPU time and memory can be measured apart from the others' libraries, threads and
 * compiled code. It answers each line on standard input with one on standard output, and ends with its input.
 */
final class Worker {

    /** Collects garbage and starts a {@link Meter}. */
    static final String BEGIN = "begin";

    /** Stops it, and prints CPU seconds, allocated bytes and peak memory. */
    static final String END = "end";

    /** {@code loop N}: classifies N pictures of the folder, over and over, and prints their labels, separated by tabs. */
    static final String LOOP = "loop ";

    private Meter meter = Meter.start();

    private Worker() {}

    /**
     * The topics of a peer, of one partition each.
     *
     * @param bootstrapServers {@code HOST:PORT} of the broker
     */
    record Topics(String bootstrapServers, String pictures, String labels) {}

    /** @param arguments the peer's name, the parts of {@link Network}, the folder of pictures, the parts of {@link Topics} */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Only answers may be printed there.
        System.setOut(System.err);
        Peer peer = Peer.ALL.stream().filter(it -> it.name().equals(arguments[0])).findFirst().orElseThrow();
        Network network = new Network(new File(arguments[1]), new File(arguments[2]), new File(arguments[3]));
        Path folder = Path.of(arguments[4]);
        Topics topics = new Topics(arguments[5], arguments[6], arguments[7]);
        if (peer.usesKafka()) {
            start(peer, network, topics, folder).whenComplete((result, failure) -> {
                System.err.println(peer.name() + " has ended");
                if (failure != null) {
                    failure.printStackTrace();
                }
                Runtime.getRuntime().halt(1);
            });
            new Worker().answer(answers, count -> {
                throw new IllegalArgumentException(peer.name() + " reads its pictures from Kafka");
            });
        } else {
            List<byte[]> pictures = PictureSet.asTheyAre(folder).encoded();
            try (PictureLabeller labeller = peer.engine().open(network, peer.threads())) {
                new Worker().answer(answers, count -> loop(labeller, pictures, count));
            }
        }
        // Threads of Flink, Kafka and the engines would keep the process alive.
        Runtime.getRuntime().halt(0);
    }

    private static CompletableFuture<?> start(Peer peer, Network network, Topics topics, Path folder)
            throws Exception {
        return switch (peer.shape()) {
            case FLINK_JOB -> FlinkJob.start(peer, network, topics);
            case CONSUMER_LOOP -> new ConsumerLoop(() -> peer.engine().open(network, peer.threads()),
                    topics.bootstrapServers(), topics.pictures(), topics.labels()).end();
            case KAFKA_STREAMS -> StreamsApplication.start(peer, network, topics, folder);
            case PLAIN_LOOP -> throw new IllegalArgumentException(peer.name() + " does not use Kafka");
        };
    }

    @FunctionalInterface
    private interface Loop {
        List<String> run(int count) throws Exception;
    }

    private void answer(PrintStream answers, Loop loop) throws Exception {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.println(answer(line, loop));
        }
    }

    private String answer(String line, Loop loop) throws Exception {
        if (line.startsWith(LOOP)) {
            return String.join("\t", loop.run(Integer.parseInt(line.substring(LOOP.length()))));
        }
        return switch (line) {
            case BEGIN -> {
                meter = Meter.start();
                yield "";
            }
            case END -> {
                Meter.Use use = meter.stop();
                yield use.processorSeconds() + " " + use.allocatedBytes() + " " + use.peakResidentBytes().orElse(-1);
            }
            default -> throw new IOException("A worker does not know the command '" + line + "'");
        };
    }

    private static List<String> loop(PictureLabeller labeller, List<byte[]> pictures, int count) throws Exception {
        List<String> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            labels.add(labeller.label(pictures.get(i % pictures.size())));
        }
        return labels;
    }
}
