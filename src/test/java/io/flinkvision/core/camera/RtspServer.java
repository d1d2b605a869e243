package io.flinkvision.core.camera;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network camera that speaks RTSP (RFC 2326) with MPEG-4 Visual over RTP (RFC 6416), interleaved in one TCP
 * connection. It serves one viewer at a time.
 */
public final class RtspServer implements AutoCloseable {

    private static final int PAYLOAD_TYPE = 96;
    private static final int RTP_HEADER_BYTES = 12;
    private static final int MAX_PAYLOAD_BYTES = 1200;
    private static final int CLOCK_TICKS = 3600;
    private static final long PICTURE_MILLIS = 20;

    private final ServerSocket socket;
    private final NumberedVideo.Encoded video;
    private final Set<Socket> viewers = ConcurrentHashMap.newKeySet();
    private int next;

    /**
     * Starts the server.
     *
     * @param port 0 for a free one
     * @param video encoded as MPEG-4 Visual
     * @param first the index of the first picture
     */
    public RtspServer(int port, NumberedVideo.Encoded video, int first) throws IOException {
        this.socket = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
        this.video = video;
        this.next = first;
        Thread thread = new Thread(this::accept, "rtsp-server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try (Socket viewer = socket.accept()) {
                viewers.add(viewer);
                serve(viewer);
            } catch (IOException e) {
                // The viewer disconnected, or this server was closed.
            }
        }
    }

    private void serve(Socket viewer) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(viewer.getInputStream(), US_ASCII));
        DataOutputStream out = new DataOutputStream(viewer.getOutputStream());
        for (Optional<String[]> request = request(in); request.isPresent(); request = request(in)) {
            String method = request.get()[0];
            String sequence = request.get()[1];
            String body = method.equals("DESCRIBE") ? description() : "";
            String extra = switch (method) {
                case "OPTIONS" -> "Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n";
                case "DESCRIBE" -> "Content-Type: application/sdp\r\n";
                case "SETUP" -> "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n";
                default -> "Session: 1\r\n";
            };
            out.write(("RTSP/1.0 200 OK\r\nCSeq: " + sequence + "\r\n" + extra + "Content-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(US_ASCII));
            out.flush();
            if (method.equals("PLAY")) {
                play(out);
                return;
            }
        }
    }

    /** A request's method and sequence number. */
    private static Optional<String[]> request(BufferedReader in) throws IOException {
        String first = in.readLine();
        if (first == null) {
            return Optional.empty();
        }
        String sequence = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            sequence = line.startsWith("CSeq:") ? line.substring(5).strip() : sequence;
        }
        return Optional.of(new String[] {first.split(" ")[0], sequence});
    }

    private String description() {
        return "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP " + PAYLOAD_TYPE + "\r\n"
                + "a=rtpmap:" + PAYLOAD_TYPE + " MP4V-ES/90000\r\n"
                + "a=fmtp:" + PAYLOAD_TYPE + " profile-level-id=1; config=" + HexFormat.of().formatHex(video.header())
                + "\r\na=control:streamid=0\r\n";
    }

    private void play(DataOutputStream out) throws IOException {
        int sequence = 0;
        while (next < video.packets().size()) {
            byte[] picture = video.packets().get(next);
            for (int from = 0; from < picture.length; from += MAX_PAYLOAD_BYTES) {
                int length = Math.min(MAX_PAYLOAD_BYTES, picture.length - from);
                out.writeByte('$');
                out.writeByte(0);
                out.writeShort(RTP_HEADER_BYTES + length);
                out.writeByte(0x80);
                out.writeByte(from + length == picture.length ? 0x80 | PAYLOAD_TYPE : PAYLOAD_TYPE);
                out.writeShort(sequence++);
                out.writeInt(next * CLOCK_TICKS);
                out.writeInt(1);
                out.write(picture, from, length);
            }
            out.flush();
            next++;
            pause();
        }
    }

    /** Pauses between two pictures. */
    private static void pause() throws IOException {
        try {
            Thread.sleep(PICTURE_MILLIS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Closes all connections, too. */
    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket viewer : viewers) {
            viewer.close();
        }
    }
}
