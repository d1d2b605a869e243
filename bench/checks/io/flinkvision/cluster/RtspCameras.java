package io.flinkvision.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cameras that speak RTSP, by GStreamer's server in a process of its own, which can be killed and started again. */
final class RtspCameras implements AutoCloseable {

    private static final Path SERVER = Path.of("bench", "cameras", "rtsp-server.py").toAbsolutePath();

    private final int port = FreePorts.find(1).get(0);
    private final SortedMap<String, String> cameras;
    private ChildProcess server;

    /**
     * Starts the server.
     *
     * @param cameras what each shows, by its name, in the words of {@code bench/cameras/rtsp-server.py}
     */
    RtspCameras(Map<String, String> cameras) {
        this.cameras = new TreeMap<>(cameras);
        start();
    }

    /** Whether this machine has GStreamer and its server. */
    static boolean areThere() {
        if (!Files.isExecutable(Path.of("/usr/bin/python3"))) {
            return false;
        }
        try (ChildProcess python = ChildProcess.start("gstreamer", List.of("/usr/bin/python3", "-c",
                "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"),
                Map.of())) {
            return python.awaitEnd() == 0;
        }
    }

    /** Starts it again on the same port, after {@link #kill}. */
    void start() {
        List<String> command = new ArrayList<>(List.of(SERVER.toString(), Integer.toString(port)));
        cameras.forEach((name, picture) -> command.add(name + "=" + picture));
        server = ChildProcess.start("rtsp", command, Map.of());
        server.awaitLog("ready");
    }

    void kill() {
        server.kill();
    }

    String address(String camera) {
        return "rtsp://127.0.0.1:" + port + "/" + camera;
    }

    @Override
    public void close() {
        server.close();
    }
}
