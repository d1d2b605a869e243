package io.flinkvision.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** ZooKeeper as a process of its own, by the main class that Flink's distribution starts it with. */
final class ZooKeeperProcess implements AutoCloseable {

    private final int port = FreePorts.find(1).get(0);
    private final ChildProcess process;

    /** @param folder an empty one, for its data */
    ZooKeeperProcess(Path folder) {
        Path settings = folder.resolve("zoo.cfg");
        try {
            Files.createDirectories(folder.resolve("data"));
            Files.writeString(settings, "dataDir=" + folder.resolve("data") + "\nclientPort=" + port
                    + "\nclientPortAddress=localhost\nadmin.enableServer=false\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ChildProcess.startJava("zookeeper",
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1",
                        "-Dlog4j2.configurationFile=" + FlinkProcesses.LOG_SETTINGS),
                FlinkProcesses.flinkLib(), Map.of(),
                List.of("org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                        "--zkConfigFile", settings.toString(), "--peerId", "1"));
        Waiting.until("ZooKeeper takes connections", this::takesConnections);
    }

    private boolean takesConnections() {
        if (!process.isAlive()) {
            throw new AssertionError(process + " has ended:\n" + process.logText());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The settings of {@code config.yaml} for a cluster that outlives its JobManager. */
    Map<String, String> highAvailability(Path storage) {
        return Map.of(
                "high-availability.type", "zookeeper",
                "high-availability.zookeeper.quorum", "localhost:" + port,
                "high-availability.storageDir", storage.toUri().toString());
    }

    @Override
    public void close() {
        process.close();
    }
}
