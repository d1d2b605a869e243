package io.flinkvision.peers;

import java.io.IOException;
import java.util.List;

/** A plain loop in a process of its own. */
record LoopContender(Peer peer, WorkerProcess worker) implements Contender {

    @Override
    public Turn turn(int count) throws IOException {
        Use before = worker.begin();
        long start = System.nanoTime();
        List<String> labels = worker.loop(count);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Turn(new Round(count, seconds, worker.end().since(before), 0), labels);
    }

    @Override
    public void close() {
        worker.close();
    }
}
