package io.flinkvision.peers;

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
 * A process that has one peer in it, so that the kernel tells what that peer takes, and no other peer's native
 * libraries, threads and compiled code have a part in it. It answers each line of its standard input with one of its
 * standard output, and ends with its input.
 */
final class Worker {

    /** Collects garbage and tells the {@link Use} so far. */
    static final String BEGIN = "begin";

    /** Tells the {@link Use} so far. */
    static final String END = "end";

    /** {@code loop N}: classifies N pictures of the folder, over and over, and tells their labels, after tabs. */
    static final String LOOP = "loop ";

    private Worker() {}

    /** @param arguments the peer's name, what {@link Network} has, the folder of pictures, what {@link Topics} has */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Nothing but answers may be said there.
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
            answer(answers, count -> {
                throw new IllegalArgumentException(peer.name() + " takes its pictures from Kafka");
            });
        } else {
            List<byte[]> pictures = PictureFiles.read(folder);
            try (PictureLabeller labeller = peer.engine().open(network, peer.threads())) {
                answer(answers, count -> loop(labeller, pictures, count));
            }
        }
        // Flink's, Kafka's and the engines' threads would keep it.
        Runtime.getRuntime().halt(0);
    }

    private static CompletableFuture<?> start(Peer peer, Network network, Topics topics, Path folder)
            throws Exception {
        return switch (peer.shape()) {
            case FLINK_JOB -> FlinkJob.start(peer, network, topics);
            case CONSUMER_LOOP -> ConsumerLoop.start(peer, network, topics);
            case KAFKA_STREAMS -> StreamsApplication.start(peer, network, topics, folder);
            case PLAIN_LOOP -> throw new IllegalArgumentException(peer.name() + " does without Kafka");
        };
    }

    @FunctionalInterface
    private interface Loop {
        List<String> run(int count) throws Exception;
    }

    private static void answer(PrintStream answers, Loop loop) throws Exception {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.println(answer(line, loop));
        }
    }

    private static String answer(String line, Loop loop) throws Exception {
        if (line.startsWith(LOOP)) {
            return String.join("\t", loop.run(Integer.parseInt(line.substring(LOOP.length()))));
        }
        return switch (line) {
            case BEGIN -> {
                System.gc();
                yield Use.now().toLine();
            }
            case END -> Use.now().toLine();
            default -> throw new IOException("A worker knows nothing of '" + line + "'");
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
