package io.flinkvision.core.camera;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A network camera that sends MJPEG over HTTP as most do: in a multipart response without an end. */
public final class MjpegServer implements AutoCloseable {

    /** The pause between two pictures. */
    private static final long PICTURE_MILLIS = 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<byte[]> pictures;
    private final AtomicInteger next;
    private final Optional<String> password;

    /**
     * Starts the server.
     *
     * @param port 0 for a free one
     * @param first the index of the first picture
     * @param password of the user {@code admin}, if it requires one
     */
    public MjpegServer(int port, List<byte[]> pictures, int first, Optional<String> password) throws IOException {
        this.pictures = pictures;
        this.next = new AtomicInteger(first);
        this.password = password;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/video", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (password.isPresent() && !("Basic " + Base64.getEncoder()
                .encodeToString(("admin:" + password.get()).getBytes(US_ASCII)))
                .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace; boundary=frame");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (next.get() < pictures.size()) {
                byte[] picture = pictures.get(next.getAndIncrement());
                out.write(("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n")
                        .getBytes(US_ASCII));
                out.write(picture);
                out.write("\r\n".getBytes(US_ASCII));
                out.flush();
                Thread.sleep(PICTURE_MILLIS);
            }
        } catch (InterruptedException e) {
            // It was closed.
        }
    }

    /** Closes all connections, too. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
