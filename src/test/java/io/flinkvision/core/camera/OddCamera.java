package io.flinkvision.core.camera;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An HTTP camera on loopback that responds with given bytes, status line included, as no server of a library would. It
 * then closes the connection, unless it falls silent.
 */
public final class OddCamera implements AutoCloseable {

    static final String OK = "HTTP/1.0 200 OK\r\n";

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Function<Request, byte[]>> answers = new ConcurrentHashMap<>();
    private final List<Socket> viewers = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile boolean fallsSilent;

    /**
     * A request.
     *
     * @param path with the query
     * @param authorization the header, or an empty text
     */
    public record Request(String path, String authorization) {}

    public OddCamera() throws IOException {
        Thread thread = new Thread(this::accept, "odd-camera");
        thread.setDaemon(true);
        thread.start();
    }

    OddCamera answer(String path, byte[]... bytes) {
        return answer(path, request -> joined(bytes));
    }

    OddCamera answer(String path, Function<Request, byte[]> answer) {
        answers.put(path, answer);
        return this;
    }

    /** Keeps connections open after the response. */
    OddCamera fallingSilent() {
        fallsSilent = true;
        return this;
    }

    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    public URI address(String user, String path) {
        return URI.create("http://" + user + "@127.0.0.1:" + socket.getLocalPort() + path);
    }

    public List<Request> requests() {
        return requests;
    }

    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private void accept() {
        try {
            while (true) {
                Socket viewer = socket.accept();
                viewers.add(viewer);
                Thread thread = new Thread(() -> serve(viewer), "odd-camera-viewer");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void serve(Socket viewer) {
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(viewer.getInputStream(), ISO_8859_1));
            String path = in.readLine().split(" ")[1];
            String authorization = "";
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                authorization = line.toLowerCase().startsWith("authorization:")
                        ? line.substring(line.indexOf(':') + 1).strip()
                        : authorization;
            }
            Request request = new Request(path, authorization);
            requests.add(request);
            viewer.getOutputStream().write(
                    answers.getOrDefault(path, any -> text("HTTP/1.0 404 Not Found\r\n\r\n")).apply(request));
            viewer.getOutputStream().flush();
            if (!fallsSilent) {
                viewer.close();
            }
        } catch (IOException | RuntimeException e) {
            // The viewer disconnected, or this camera was closed.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket viewer : viewers) {
            viewer.close();
        }
    }
}
