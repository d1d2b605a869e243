package io.flinkvision.tools.discover;

import io.flinkvision.core.camera.HttpChallenge;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a camera by RTSP (RFC 2326) what a stream is, without reading it. It logs in by Digest only: Basic would give
 * the password to whatever answers at the port.
 */
final class RtspClient {

    /** The well-known port of RTSP. */
    static final int PORT = 554;

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(1500);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(4);
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_BODY = 1 << 16;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final Pattern STATUS = Pattern.compile("RTSP/[0-9.]+ ([0-9]{3})( .*)?");
    private static final Pattern CODEC = Pattern.compile("a=rtpmap:[0-9]+ ([A-Za-z0-9.-]+)/.*");
    private static final Pattern SIZE = Pattern.compile(
            "a=(?:x-dimensions: *([0-9]+), *([0-9]+)|framesize:[0-9]+ ([0-9]+)[-x]([0-9]+)).*");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DeviceHost host;
    private final Optional<Login> login;
    private final TimeLimit limit;

    /** A response's status, the values of its challenges, and its body. */
    private record Response(int status, List<String> challenges, String body) {}

    RtspClient(DeviceHost host, Optional<Login> login, TimeLimit limit) {
        this.host = host;
        this.login = login;
        this.limit = limit;
    }

    /** Whether a server of RTSP answers at the port. */
    boolean isServer(int port) {
        try (Socket socket = connect(port)) {
            exchange(socket, "OPTIONS", URI.create("rtsp://" + host.text() + ":" + port + "/"), 1, Optional.empty());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks for a stream's description.
     *
     * @param stream an address on the host, without user and password
     * @throws IOException if nothing answers, or no RTSP
     */
    RtspAnswer describe(URI stream) throws IOException {
        try (Socket socket = connect(stream.getPort() < 0 ? PORT : stream.getPort())) {
            Response response = exchange(socket, "DESCRIBE", stream, 1, Optional.empty());
            if (response.status() != UNAUTHORIZED) {
                return answer(response, false);
            }
            Optional<String> authorization = authorization(stream, response);
            if (authorization.isEmpty()) {
                return new RtspAnswer.LoginNeeded(false);
            }
            response = exchange(socket, "DESCRIBE", stream, 2, authorization);
            return response.status() == UNAUTHORIZED ? new RtspAnswer.LoginNeeded(true) : answer(response, true);
        }
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host.address(), port), limit.millis(CONNECT_TIMEOUT));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Optional<String> authorization(URI stream, Response response) {
        Optional<HttpChallenge> challenge = HttpChallenge.strongest(response.challenges());
        if (login.isEmpty() || challenge.isEmpty() || challenge.get().isClearText()) {
            return Optional.empty();
        }
        byte[] nonce = new byte[8];
        RANDOM.nextBytes(nonce);
        return Optional.of(challenge.get().answer("DESCRIBE", login.get().user(), login.get().password(),
                stream.toASCIIString(), HexFormat.of().formatHex(nonce)));
    }

    private static RtspAnswer answer(Response response, boolean withLogin) {
        if (response.status() != OK) {
            return new RtspAnswer.Refused(response.status());
        }
        String video = videoOf(response.body());
        Matcher codec = CODEC.matcher(video);
        Matcher size = SIZE.matcher(video);
        Optional<FrameSize> found = !size.find() ? Optional.empty() : size.group(1) == null
                ? FrameSize.parse(size.group(3), size.group(4)) : FrameSize.parse(size.group(1), size.group(2));
        String name = codec.find() ? codec.group(1) : video.matches("(?s)m=video [0-9]+ \\S+ 26\\b.*") ? "JPEG" : "";
        return new RtspAnswer.Described(name.toUpperCase(Locale.ROOT), found, withLogin);
    }

    /** The part of a session description (RFC 4566) that is about video. */
    private static String videoOf(String description) {
        int start = description.indexOf("m=video");
        int end = start < 0 ? -1 : description.indexOf("\nm=", start);
        return start < 0 ? "" : description.substring(start, end < 0 ? description.length() : end);
    }

    private Response exchange(Socket socket, String method, URI address, int sequence, Optional<String> authorization)
            throws IOException {
        String request = method + " " + address.toASCIIString() + " RTSP/1.0\r\nCSeq: " + sequence
                + "\r\nUser-Agent: flink-vision\r\nAccept: application/sdp\r\n"
                + authorization.map(value -> "Authorization: " + value + "\r\n").orElse("") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        InputStream in = new BufferedInputStream(socket.getInputStream());
        Matcher status = STATUS.matcher(line(socket, in));
        if (!status.matches()) {
            throw new IOException("it does not speak RTSP");
        }
        List<String> challenges = new ArrayList<>();
        int length = 0;
        String header = line(socket, in);
        for (int i = 0; !header.isEmpty(); i++) {
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(0, colon)).strip().toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            if (name.equals("www-authenticate")) {
                challenges.add(value);
            } else if (name.equals("content-length")) {
                length = value.matches("[0-9]{1,7}") ? Integer.parseInt(value) : MAX_BODY + 1;
            }
            if (i == MAX_HEADERS || length > MAX_BODY) {
                throw new IOException("its answer by RTSP is too large");
            }
            header = line(socket, in);
        }
        return new Response(Integer.parseInt(status.group(1)), challenges, body(socket, in, length));
    }

    private String line(Socket socket, InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(socket, in); next != '\n'; next = read(socket, in)) {
            if (line.length() == MAX_LINE) {
                throw new IOException("its answer by RTSP is too large");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    private String body(Socket socket, InputStream in, int length) throws IOException {
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = (byte) read(socket, in);
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private int read(Socket socket, InputStream in) throws IOException {
        socket.setSoTimeout(limit.millis(ANSWER_TIMEOUT));
        int next = in.read();
        if (next < 0) {
            throw new IOException("it ends the connection within an answer by RTSP");
        }
        return next;
    }
}
