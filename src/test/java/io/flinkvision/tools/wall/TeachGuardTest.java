package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.publish.HeadsTopic;
import io.flinkvision.tools.teach.RefusedChange;
import io.flinkvision.tools.wall.TeachHandler.Action;
import io.flinkvision.tools.wall.TeachHandler.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of the server that teaches, attacked before anything is taught. */
class TeachGuardTest {

    private static final WallToken ANNA = new WallToken("anna", "correct horse battery");
    private static final String COOKIE = "Cookie: " + RequestGuard.COOKIE + "="
            + Sha256.of("flink-vision wall " + ANNA.secret()) + "\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String GATE = "{\"region\":\"gate\"}";
    private static final String TEACH = "X-Flink-Vision: teach\r\n";

    private final AtomicInteger changes = new AtomicInteger();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final EventStream stream = new EventStream((version, choice) -> new EventStream.News(1, false, "{}"));
    private Optional<TeachHandler> teaching = Optional.empty();
    private WallServer server = start(false, 20_000);

    @AfterEach
    void stop() {
        slow.countDown();
        stopServer();
        stream.close();
    }

    @Test
    void takesAChangeOfItsOwnPageAndKnowsWhoMadeIt() throws IOException {
        assertThat(change(COOKIE + origin() + TEACH + JSON, GATE))
                .startsWith("HTTP/1.1 200 ").contains("application/json").endsWith("{\"who\":\"anna\",\"region\":\"gate\"}");
        assertThat(changes).hasValue(1);
    }

    @Test
    void takesNoChangeWithoutAToken() throws IOException {
        assertThat(change(origin() + TEACH + JSON, GATE)).startsWith("HTTP/1.1 401 ").contains("{\"error\":\"");
        assertThat(change(COOKIE.replace("=", "=0") + origin() + TEACH + JSON, GATE)).startsWith("HTTP/1.1 401 ");
        assertThat(request("POST /api/teach/change?token=correct%20horse%20battery HTTP/1.1\r\n" + host() + origin()
                + TEACH + JSON + "Content-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/api/teach", "")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/api/teach/slow", "")).startsWith("HTTP/1.1 401 ");
        assertThat(changes).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Origin: null\r\n", "Origin: http://evil.example\r\n", "Origin: http://localhost\r\n",
        "Origin: https://localhost:PORT\r\n", "Origin: http://localhost:PORT.evil.example\r\n",
        "Origin: http://localhost:PORT/\r\n"})
    void takesNoChangeThatAnotherSiteMakesTheBrowserSend(String origin) throws IOException {
        assertThat(change(COOKIE + origin.replace("PORT", port()) + TEACH + JSON, GATE))
                .startsWith("HTTP/1.1 403 ").contains("--behind-proxy");
        assertThat(changes).hasValue(0);
    }

    @Test
    void takesNoChangeOfAForm() throws IOException {
        assertThat(change(COOKIE + origin() + "Content-Type: application/x-www-form-urlencoded\r\n", "region=gate"))
                .startsWith("HTTP/1.1 403 ").contains("X-Flink-Vision");
        assertThat(change(COOKIE + origin() + "Content-Type: text/plain\r\n", "{}")).startsWith("HTTP/1.1 403 ");
        assertThat(change(COOKIE + origin() + TEACH + "Content-Type: text/plain\r\n", "{}"))
                .startsWith("HTTP/1.1 415 ");
        assertThat(change(COOKIE + origin() + TEACH, "{}")).startsWith("HTTP/1.1 415 ");
        assertThat(changes).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS"})
    void takesNoOtherMethod(String method) throws IOException {
        assertThat(request(method + " /api/teach/change HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH + JSON
                + "Content-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void takesChangesNowhereElse() throws IOException {
        for (String path : List.of("/", "/api/teach", "/api/teachers", "/api/dead-letters", "/%2e/api/teach/change")) {
            assertThat(request("POST " + path + " HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH + JSON
                    + "Content-Length: 2\r\n\r\n{}")).as(path).startsWith("HTTP/1.1 405 ");
        }
        assertThat(request("POST /api/teach/slow HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH + JSON
                + "Content-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/api/teach/change", COOKIE)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void answersNoNameThatWasMadeToPointHere() throws IOException {
        assertThat(request("POST /api/teach/change HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n" + COOKIE
                + "Origin: http://evil.example\r\n" + TEACH + JSON + "Content-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(changes).hasValue(0);
    }

    @Test
    void knowsItsAddressBehindAProxyByWhatThisForwards() throws IOException {
        String forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: vision.example\r\n";
        assertThat(change(COOKIE + forwarded + "Origin: https://vision.example\r\n" + TEACH + JSON, GATE))
                .as("an untrusted header").startsWith("HTTP/1.1 403 ");
        stopServer();
        server = start(true, 20_000);

        assertThat(change(COOKIE + forwarded + "Origin: https://vision.example\r\n" + TEACH + JSON, GATE))
                .startsWith("HTTP/1.1 200 ");
        assertThat(change(COOKIE + "X-Forwarded-Proto: https\r\nOrigin: https://localhost:" + port() + "\r\n" + TEACH
                + JSON, GATE)).startsWith("HTTP/1.1 200 ");
        assertThat(change(COOKIE + forwarded + "Origin: http://vision.example\r\n" + TEACH + JSON, GATE))
                .startsWith("HTTP/1.1 403 ");
        assertThat(change(COOKIE + forwarded + "Origin: https://evil.example\r\n" + TEACH + JSON, GATE))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void refusesABodyThatIsTooLargeWhetherItSaysSoOrNot() throws IOException {
        String large = "{\"region\": \"" + "x".repeat(BodyReader.MAX_BYTES) + "\"}";

        assertThat(change(COOKIE + origin() + TEACH + JSON, large)).startsWith("HTTP/1.1 413 ");
        assertThat(answerTo("POST /api/teach/change HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH + JSON
                + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(large.length()) + "\r\n" + large
                + "\r\n0\r\n\r\n")).doesNotStartWith("HTTP/1.1 200 ");
        assertThat(changes).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "null", "{", "{\"region\":\"gate\"} {}", "{\"region\":\"gate\",\"a\":[[[[1]]]]}",
        "{\"region\":\"a\",\"region\":\"b\"}",
        "{\"region\": 7}", "{\"region\": null}", "{\"region\":\"gate\"}x"})
    void refusesWhatIsNotTheJsonOfAChange(String body) throws IOException {
        assertThat(change(COOKIE + origin() + TEACH + JSON, body)).startsWith("HTTP/1.1 400 ").contains("{\"error\":\"");
        assertThat(changes).hasValue(0);
    }

    @Test
    void refusesTextsThatAreTooLong() throws IOException {
        assertThat(change(COOKIE + origin() + TEACH + JSON, "{\"region\": \"" + "x".repeat(401) + "\"}"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(get("/api/teach/echo?region=" + "x".repeat(401), COOKIE)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void closesAConnectionWhoseBodyDoesNotComeAndServesOthersMeanwhile() throws IOException {
        stopServer();
        server = start(false, 1500);
        List<Socket> dripping = new ArrayList<>();
        for (int i = 0; i < BodyReader.MAX_AT_ONCE; i++) {
            Socket socket = connect();
            dripping.add(socket);
            socket.getOutputStream().write(("POST /api/teach/change HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH
                    + JSON + "Content-Length: 100\r\n\r\n{").getBytes(UTF_8));
        }
        assertThat(get("/api/teach", COOKIE)).startsWith("HTTP/1.1 200 ");
        for (Socket socket : dripping) {
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            socket.close();
        }
        assertThat(change(COOKIE + origin() + TEACH + JSON, GATE)).startsWith("HTTP/1.1 200 ");
        assertThat(changes).hasValue(1);
    }

    @Test
    void saysThatItIsBusyInsteadOfKeepingMoreAndMoreRequests() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i <= TeachHandler.CHANGING_THREADS + TeachHandler.MAX_WAITING_CHANGES; i++) {
            Socket socket = connect();
            waiting.add(socket);
            socket.getOutputStream().write(("POST /api/teach/wait HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH
                    + JSON + "Content-Length: 2\r\n\r\n{}").getBytes(UTF_8));
        }
        AtomicReference<Optional<Socket>> answered = new AtomicReference<>(Optional.empty());
        Waiting.until("one of them is answered", () -> {
            answered.set(waiting.stream().filter(TeachGuardTest::hasAnswer).findFirst());
            return answered.get().isPresent();
        });
        assertThat(new String(answered.get().orElseThrow().getInputStream().readAllBytes(), UTF_8))
                .startsWith("HTTP/1.1 429 ");
        assertThat(get("/api/teach", COOKIE)).startsWith("HTTP/1.1 200 ");
        slow.countDown();
        for (Socket socket : waiting) {
            socket.close();
        }
    }

    @Test
    void saysWhatFailedUnexpectedlyAndGoesOn() throws IOException {
        assertThat(get("/api/teach/failing", COOKIE)).startsWith("HTTP/1.1 500 ").contains("{\"error\":\"", "on purpose");
        assertThat(get("/api/teach", COOKIE)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource({"INVALID, 400", "MISSING, 404", "CONFLICT, 409", "TOO_LARGE, 413", "NO_ROOM, 507"})
    void saysWhyTheFolderTakesNoChange(RefusedChange.Reason reason, int status) throws IOException {
        assertThat(request("POST /api/teach/refused HTTP/1.1\r\n" + host() + COOKIE + origin() + TEACH + JSON
                + "Content-Length: " + (13 + reason.name().length()) + "\r\n\r\n{\"region\":\"" + reason + "\"}"))
                .startsWith("HTTP/1.1 " + status + " ").endsWith("{\"error\":\"The folder is full.\"}");
    }

    @Test
    void needsATokenAlsoOnThisMachine() {
        assertThatThrownBy(() -> settings(List.of(), false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("VISION_WALL_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/teach", "/review", "/teach.js", "/review.js"})
    void hasThePagesThatTeach(String path) throws IOException {
        assertThat(get(path, COOKIE)).startsWith("HTTP/1.1 200 ").contains("Content-Security-Policy: default-src 'none'");
    }

    private WallServer start(boolean behindProxy, long maxBodyMillis) {
        Action user = request -> new Answer.Json(
                JsonNodeFactory.instance.objectNode().put("user", request.user()).toString());
        Action failing = request -> {
            throw new IllegalStateException("failed on purpose");
        };
        teaching = Optional.of(new TeachHandler(
                Map.of("", user, "/slow", this::waitLong, "/echo", this::echo, "/failing", failing),
                Map.of("/change", this::change, "/wait", this::waitLong, "/refused", this::refuse), maxBodyMillis));
        return new WallServer(settings(List.of(ANNA), behindProxy),
                new Cameras(10, "images"::equals, false, () -> true, InstantSource.system()),
                new RecentDeadLetters(InstantSource.system()), stream, teaching);
    }

    private void stopServer() {
        server.close();
        teaching.ifPresent(TeachHandler::close);
    }

    private Answer echo(TeachRequest request) {
        return new Answer.Json(JsonNodeFactory.instance.objectNode()
                .put("who", request.user()).put("region", request.findText("region").orElse("")).toString());
    }

    private Answer change(TeachRequest request) {
        request.text("region");
        changes.incrementAndGet();
        return echo(request);
    }

    private Answer refuse(TeachRequest request) {
        throw new RefusedChange(RefusedChange.Reason.valueOf(request.text("region")), "The folder is full.");
    }

    private static boolean hasAnswer(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer waitLong(TeachRequest request) {
        try {
            slow.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Answer.Json("{}");
    }

    private static WallSettings settings(List<WallToken> tokens, boolean behindProxy) {
        WatchedJob job = new WatchedJob("images"::equals, "labels", "dead-letters", Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), DecodeLimits.DEFAULTS, Duration.ofSeconds(10),
                new Properties(), new Properties());
        HeadsTopic heads = new HeadsTopic("heads", new Properties(), new Properties(), new Properties());
        return new WallSettings(job, WallSettings.LOOPBACK, 0, tokens, behindProxy, 10, Optional.of(new TeachingSettings(
                JobDefinition.read(Path.of("jobs/classify.yaml"), Map.of(), List.of()), heads, Path.of("pictures"))));
    }

    private String port() {
        return String.valueOf(server.address().getPort());
    }

    private String host() {
        return "Connection: close\r\nHost: localhost:" + port() + "\r\n";
    }

    private String origin() {
        return "Origin: http://localhost:" + port() + "\r\n";
    }

    private String change(String headers, String body) throws IOException {
        return request("POST /api/teach/change HTTP/1.1\r\n" + host() + headers + "Content-Length: "
                + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
    }

    private String get(String path, String headers) throws IOException {
        return request("GET " + path + " HTTP/1.1\r\n" + host() + headers + "\r\n");
    }

    /** Java's own clients do not send a false origin, and repair what is malformed. */
    private String request(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    /** The same where the server may close the connection before it has read everything. */
    private String answerTo(String text) {
        try {
            return request(text);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        // So that a test fails, and does not hang, where no answer comes.
        socket.setSoTimeout(30_000);
        return socket;
    }
}
