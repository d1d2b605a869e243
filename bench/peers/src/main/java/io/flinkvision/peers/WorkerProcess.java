package io.flinkvision.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A {@link Worker}, seen from the process that measures. */
final class WorkerProcess implements AutoCloseable {

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

    static WorkerProcess start(Peer peer, Network network, Topics topics, WorkFolder folder) throws IOException {
        List<String> arguments = List.of(peer.name(), network.bundle().toString(), network.folder().toString(),
                network.torchScript().toString(), folder.pictures().toString(), topics.bootstrapServers(),
                topics.pictures(), topics.labels());
        List<String> options = List.of("-Xmx1g", "-Djava.io.tmpdir=" + folder.natives());
        return new WorkerProcess(peer, JavaProcess.of(Worker.class, options, arguments).start());
    }

    Use begin() throws IOException {
        return Use.parse(ask(Worker.BEGIN));
    }

    Use end() throws IOException {
        return Use.parse(ask(Worker.END));
    }

    /** Has it classify so many pictures, and returns their labels. */
    List<String> loop(int count) throws IOException {
        return new ArrayList<>(List.of(ask(Worker.LOOP + count).split("\t")));
    }

    private String ask(String question) throws IOException {
        questions.write(question);
        questions.newLine();
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(peer.name() + ": its process has ended; what it said is above");
        }
        return answer;
    }

    /** @throws IOException if the process has ended */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(peer.name() + ": its process has ended; what it said is above");
        }
    }

    @Override
    public void close() {
        JavaProcess.end(process);
    }
}
