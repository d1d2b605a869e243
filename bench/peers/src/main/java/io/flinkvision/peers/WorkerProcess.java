package io.flinkvision.peers;

import io.flinkvision.tools.bench.Round;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A {@link Worker}, as seen by the process that measures; it ends with this process at the latest. */
final class WorkerProcess implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 10;

    private final Peer peer;
    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    private WorkerProcess(Peer peer, Process process) {
        this.peer = peer;
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static WorkerProcess start(Peer peer, Network network, Worker.Topics topics, WorkFolder folder) throws IOException {
        List<String> arguments = List.of(peer.name(), network.bundle().toString(), network.folder().toString(),
                network.torchScript().toString(), folder.pictures().toString(), topics.bootstrapServers(),
                topics.pictures(), topics.labels());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What Flink needs; bench/run takes it from the POM.
        command.addAll(Arrays.stream(System.getProperty("jdk.opens", "").split(" "))
                .filter(option -> !option.isBlank()).toList());
        // G1 as in Flink's start scripts. DJL would look for newer models and report its use.
        command.addAll(List.of("-XX:+UseG1GC", "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true", "-Xmx1g",
                "-Djava.io.tmpdir=" + folder.natives(), "-cp", System.getProperty("java.class.path"),
                Worker.class.getName()));
        command.addAll(arguments);
        return new WorkerProcess(
                peer, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    void begin() throws IOException {
        ask(Worker.BEGIN);
    }

    /** The round since {@link #begin}, in which all pictures were labelled. */
    Round end(int pictures, double seconds, double brokerSeconds) throws IOException {
        String[] figures = ask(Worker.END).split(" ");
        long peak = Long.parseLong(figures[2]);
        return new Round(pictures, pictures, seconds, Double.parseDouble(figures[0]), brokerSeconds, 0,
                Long.parseLong(figures[1]), peak < 0 ? OptionalLong.empty() : OptionalLong.of(peak));
    }

    /** Classifies pictures, and returns their labels. */
    List<String> loop(int count) throws IOException {
        return new ArrayList<>(List.of(ask(Worker.LOOP + count).split("\t")));
    }

    private String ask(String question) throws IOException {
        questions.write(question);
        questions.newLine();
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(peer.name() + ": its process has ended; its output is above");
        }
        return answer;
    }

    /** @throws IOException if the process has ended */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(peer.name() + ": its process has ended; its output is above");
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
