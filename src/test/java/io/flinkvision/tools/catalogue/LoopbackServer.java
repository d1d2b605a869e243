package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A local HTTP server with faults on request: it breaks off, falls silent or sends the wrong bytes. Each connection
 * gets the next of its replies; the last one is repeated.
 */
public final class LoopbackServer implements AutoCloseable {

    /** A request; the names of headers are compared without case. */
    record Request(String line, Map<String, String> headers) {}

    /** Writes an answer; the connection is closed when it returns. */
    @FunctionalInterface
    public interface Reply {

        void to(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final List<Reply> replies;
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch closed = new CountDownLatch(1);

    public LoopbackServer(Reply... replies) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        this.replies = List.of(replies);
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "loopback server");
        thread.setDaemon(true);
        thread.start();
    }

    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    int port() {
        return socket.getLocalPort();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(connection.getInputStream());
            int number;
            synchronized (requests) {
                number = requests.size();
                requests.add(request);
            }
            replies.get(Math.min(number, replies.size() - 1)).to(request, connection.getOutputStream());
        } catch (IOException e) {
            // The client went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The client went away");
            }
            head.append((char) next);
        }
        String[] lines = head.toString().split("\r\n");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return new Request(lines[0], headers);
    }

    /** A status and headers, {@code Name: value} each, and an empty body. */
    public static Reply status(int status, String... headers) {
        return (request, out) -> head(out, status, 0, headers);
    }

    public static Reply file(byte[] content) {
        return body(200, content);
    }

    /** A file whose connection breaks after {@code end} bytes. */
    static Reply brokenOff(byte[] content, int end) {
        return (request, out) -> {
            head(out, 200, content.length);
            out.write(content, 0, end);
        };
    }

    /** A file whose connection falls silent after {@code end} bytes, until this server is closed. */
    Reply silentAfter(byte[] content, int end) {
        return (request, out) -> {
            head(out, 200, content.length);
            out.write(content, 0, end);
            out.flush();
            closed.await();
        };
    }

    /** A body without a {@code Content-Length}. */
    static Reply ofUnknownLength(byte[] content, String... headers) {
        return (request, out) -> {
            head(out, 200, -1, headers);
            out.write(content);
        };
    }

    /** A body with {@code Content-Length} and more headers. */
    static Reply body(int status, byte[] content, String... headers) {
        return (request, out) -> {
            head(out, status, content.length, headers);
            out.write(content);
        };
    }

    private static void head(OutputStream out, int status, int length, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "HTTP/1.1 %d Status\r\n", status));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        out.write(head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
    }
}
