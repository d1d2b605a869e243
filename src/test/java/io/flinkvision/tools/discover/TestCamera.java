package io.flinkvision.tools.discover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A network camera on a loopback address: WS-Discovery, ONVIF's device and media services, and RTSP. What it answers
 * can be replaced, so that it can be a hostile one too.
 */
public final class TestCamera implements AutoCloseable {

    /** How it wants a login. */
    public enum Wants { NOTHING, USERNAME_TOKEN, HTTP_DIGEST, HTTP_BASIC }

    static final String USER = "viewer";
    static final String PASSWORD = "gr@nite/7";
    private static final Duration TOKEN_AGE = Duration.ofMinutes(5);

    private final InetAddress address;
    private final HttpServer http;
    private final ServerSocket rtsp;
    private final DatagramSocket discovery;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final Map<String, String> streams = new LinkedHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Wants wants = Wants.NOTHING;
    private volatile Duration clockOffset = Duration.ZERO;
    private volatile byte[] datagram;

    /** Starts a camera with two streams, /main of 1920x1080 and /sub of 640x360. */
    public TestCamera() throws IOException {
        this("127.0.0.1", 0);
    }

    /**
     * Starts it on one of the loopback addresses.
     *
     * @param discoveryPort its port of WS-Discovery; 0 for a free one
     */
    TestCamera(String loopback, int discoveryPort) throws IOException {
        address = InetAddress.getByName(loopback);
        http = HttpServer.create(new InetSocketAddress(address, 0), 0);
        rtsp = new ServerSocket(0, 50, address);
        discovery = new DatagramSocket(new InetSocketAddress(address, discoveryPort));
        http.setExecutor(Executors.newCachedThreadPool(TestCamera::thread));
        http.createContext("/", this::serve);
        http.start();
        thread(this::serveRtsp).start();
        thread(this::serveDiscovery).start();
        addStream("main", "V_1", "H265", 1920, 1080);
        addStream("sub", "V_1", "H264", 640, 360);
        matchAt(url("/onvif/device_service"));
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "test-camera");
        thread.setDaemon(true);
        return thread;
    }

    public int httpPort() {
        return http.getAddress().getPort();
    }

    int discoveryPort() {
        return discovery.getLocalPort();
    }

    int rtspPort() {
        return rtsp.getLocalPort();
    }

    String url(String path) {
        return "http://" + address.getHostAddress() + ":" + httpPort() + path;
    }

    String stream(String name) {
        return "rtsp://" + address.getHostAddress() + ":" + rtspPort() + "/" + name;
    }

    /** The heads and bodies of all requests, and all lines of RTSP. */
    List<String> requests() {
        return requests;
    }

    TestCamera wants(Wants login) {
        wants = login;
        return this;
    }

    TestCamera withClockOffset(Duration offset) {
        clockOffset = offset;
        return this;
    }

    /** Answers an operation of ONVIF with this body instead. */
    TestCamera answering(String operation, String body) {
        answers.put(operation, body);
        return this;
    }

    /** Answers an operation of ONVIF with these bytes instead of an envelope. */
    TestCamera answeringRaw(String operation, String envelope) {
        answers.put("raw " + operation, envelope);
        return this;
    }

    /** Answers a probe with these bytes instead. */
    TestCamera answeringProbes(byte[] bytes) {
        datagram = bytes;
        return this;
    }

    /** Answers a probe with these device services. */
    TestCamera matchAt(String... services) {
        return answering("Probe", """
                <d:ProbeMatches xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><d:ProbeMatch>
                <d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Yard%%20North
                onvif://www.onvif.org/hardware/TC-1</d:Scopes><d:XAddrs>%s</d:XAddrs></d:ProbeMatch></d:ProbeMatches>
                """.formatted(String.join(" ", services)));
    }

    TestCamera withoutStreams() {
        streams.clear();
        return this;
    }

    TestCamera addStream(String name, String videoSource, String codec, int width, int height) {
        streams.put(name, """
                <p:Profiles xmlns:p="http://www.onvif.org/ver10/media/wsdl" token="%s"><Name>%s</Name>
                <VideoSourceConfiguration><SourceToken>%s</SourceToken></VideoSourceConfiguration>
                <VideoEncoderConfiguration><Encoding>%s</Encoding><Resolution><Width>%d</Width><Height>%d</Height>
                </Resolution></VideoEncoderConfiguration></p:Profiles>""".formatted(
                name, name, videoSource, codec, width, height));
        return this;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add(exchange.getRequestHeaders().entrySet() + "\n" + body);
        String operation = body.replaceAll("(?s).*<s:Body><o:([A-Za-z]+) .*", "$1");
        boolean open = List.of("GetSystemDateAndTime", "GetServices", "GetCapabilities").contains(operation);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        int status = 200;
        String answer = answers.get(operation);
        if (!open && wants == Wants.USERNAME_TOKEN && !isTokenValid(body)) {
            status = 400;
            answer = "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value>"
                    + "</s:Subcode></s:Code></s:Fault>";
        } else if (!open && (wants == Wants.HTTP_BASIC
                || wants == Wants.HTTP_DIGEST && !isDigestValid("POST", authorization))) {
            status = 401;
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge());
        } else if (answer == null) {
            answer = answer(operation, body);
        }
        byte[] bytes = answers.getOrDefault("raw " + operation, envelope(answer, "")).getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String envelope(String body, String relatesTo) {
        return "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
                + " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header><a:RelatesTo>" + relatesTo
                + "</a:RelatesTo></s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
    }

    private String answer(String operation, String request) {
        return switch (operation) {
            case "GetSystemDateAndTime" -> {
                ZonedDateTime now = Instant.now().plus(clockOffset).atZone(ZoneOffset.UTC);
                yield ("<R><UTCDateTime><Time><Hour>%d</Hour><Minute>%d</Minute><Second>%d</Second></Time><Date>"
                        + "<Year>%d</Year><Month>%d</Month><Day>%d</Day></Date></UTCDateTime></R>").formatted(
                        now.getHour(), now.getMinute(), now.getSecond(), now.getYear(), now.getMonthValue(),
                        now.getDayOfMonth());
            }
            case "GetDeviceInformation" -> "<R><Manufacturer>Example</Manufacturer><Model>TC-1</Model></R>";
            case "GetServices" -> "<R><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>"
                    + url("/onvif/media") + "</XAddr></Service></R>";
            case "GetProfiles" -> "<R>" + String.join("", streams.values()) + "</R>";
            case "GetStreamUri" -> "<R><MediaUri><Uri>"
                    + stream(request.replaceAll("(?s).*<o:ProfileToken>(.*)</o:ProfileToken>.*", "$1"))
                    + "</Uri></MediaUri></R>";
            default -> "<s:Fault><s:Reason><s:Text>Unknown operation</s:Text></s:Reason></s:Fault>";
        };
    }

    /** As a camera checks it: the digest, and that the token is of its own time. */
    private boolean isTokenValid(String envelope) {
        if (!envelope.contains("UsernameToken")) {
            return false;
        }
        String created = envelope.replaceAll("(?s).*<u:Created>(.*)</u:Created>.*", "$1");
        byte[] nonce = Base64.getDecoder().decode(envelope.replaceAll("(?s).*Base64Binary\">(.*)</w:Nonce>.*", "$1"));
        Duration age = Duration.between(Instant.parse(created), Instant.now().plus(clockOffset)).abs();
        return envelope.contains("<w:Username>" + USER + "<") && age.compareTo(TOKEN_AGE) < 0
                && envelope.contains("#PasswordDigest\">" + UsernameToken.digest(nonce, created, PASSWORD) + "<");
    }

    private String challenge() {
        return wants == Wants.HTTP_BASIC ? "Basic realm=\"camera\"" : "Digest realm=\"camera\", nonce=\"abc\"";
    }

    private static boolean isDigestValid(String method, String authorization) {
        if (authorization == null || !authorization.startsWith("Digest ")) {
            return false;
        }
        String uri = authorization.replaceAll(".*uri=\"([^\"]*)\".*", "$1");
        String response = md5(md5(USER + ":camera:" + PASSWORD) + ":abc:" + md5(method + ":" + uri));
        return authorization.contains("response=\"" + response + "\"");
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void serveRtsp() {
        while (!rtsp.isClosed()) {
            try {
                Socket viewer = rtsp.accept();
                thread(() -> serveRtsp(viewer)).start();
            } catch (IOException e) {
                // This camera was closed.
            }
        }
    }

    private void serveRtsp(Socket viewer) {
        try (viewer) {
            BufferedReader in = new BufferedReader(new InputStreamReader(viewer.getInputStream(), US_ASCII));
            for (List<String> lines = request(in); !lines.isEmpty(); lines = request(in)) {
                requests.addAll(lines);
                viewer.getOutputStream().write(rtspAnswer(lines).getBytes(US_ASCII));
            }
        } catch (IOException e) {
            // The viewer is gone.
        }
    }

    private static List<String> request(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private String rtspAnswer(List<String> request) {
        String[] first = request.get(0).split(" ");
        String sequence = request.get(1);
        String authorization = request.stream().filter(line -> line.startsWith("Authorization: "))
                .map(line -> line.substring(15)).findFirst().orElse(null);
        String name = first[1].replaceAll("rtsp://[^/]+/([^?]*).*", "$1");
        if (first[0].equals("OPTIONS")) {
            return "RTSP/1.0 200 OK\r\n" + sequence + "\r\nPublic: DESCRIBE\r\n\r\n";
        }
        if (wants != Wants.NOTHING
                && (wants == Wants.HTTP_BASIC || !isDigestValid("DESCRIBE", authorization))) {
            return "RTSP/1.0 401 Unauthorized\r\n" + sequence + "\r\nWWW-Authenticate: " + challenge() + "\r\n\r\n";
        }
        if (!streams.containsKey(name)) {
            return "RTSP/1.0 404 Not Found\r\n" + sequence + "\r\n\r\n";
        }
        String codec = streams.get(name).replaceAll("(?s).*<Encoding>(.*)</Encoding>.*", "$1");
        String description = "v=0\r\nm=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 " + codec
                + "/90000\r\n";
        return "RTSP/1.0 200 OK\r\n" + sequence + "\r\nContent-Type: application/sdp\r\nContent-Length: "
                + description.length() + "\r\n\r\n" + description;
    }

    private void serveDiscovery() {
        while (!discovery.isClosed()) {
            try {
                DatagramPacket probe = new DatagramPacket(new byte[65_535], 65_535);
                discovery.receive(probe);
                String text = new String(probe.getData(), 0, probe.getLength(), UTF_8);
                String message = text.replaceAll("(?s).*<a:MessageID>(.*)</a:MessageID>.*", "$1");
                byte[] answer = datagram != null ? datagram : envelope(answers.get("Probe"), message).getBytes(UTF_8);
                discovery.send(new DatagramPacket(answer, answer.length, probe.getSocketAddress()));
            } catch (IOException e) {
                // This camera was closed.
            }
        }
    }

    @Override
    public void close() throws IOException {
        http.stop(0);
        rtsp.close();
        discovery.close();
    }
}
