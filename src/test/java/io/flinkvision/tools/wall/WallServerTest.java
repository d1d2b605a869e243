package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.wall.EventStream.CameraChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WallServerTest {

    private static final String TOKEN = "correct horse battery";
    private static final byte[] JPEG = "a jpeg".getBytes(StandardCharsets.US_ASCII);

    private final Cameras cameras = new Cameras(10, "images"::equals, false, () -> true, InstantSource.system());
    private final AtomicInteger askedBySlow = new AtomicInteger();
    private final AtomicInteger askedByFast = new AtomicInteger();
    private final EventStream stream = new EventStream(this::news, 2);
    private WallServer server = start(Optional.empty());

    @AfterEach
    void stop() {
        server.close();
        stream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/camera", "/dead-letters", "/wall.js", "/wall.css", "/api/dead-letters", "/nothing"})
    void allowsABrowserNothingButItsOwnFiles(String path) throws IOException {
        String answer = get(path, "localhost");

        assertThat(answer)
                .contains("Content-Security-Policy: default-src 'none'; script-src 'self';", "trusted-types 'none'",
                        "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
                        "Cross-Origin-Resource-Policy: same-origin")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/camera", "/dead-letters"})
    void keepsScriptsAndStylesOutOfTheMarkup(String path) throws IOException {
        assertThat(get(path, "localhost")).startsWith("HTTP/1.1 200 ").contains("text/html", "<noscript>")
                .doesNotContain("style=", "onclick", "<style").doesNotContainPattern("<script[^>]*>[^<]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:8080", "LOCALHOST"})
    void answersToTheNamesOfItsOwnMachine(String host) throws IOException {
        assertThat(get("/", host)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil", ""})
    void refusesOtherNamesThatWereMadeToPointHere(String host) throws IOException {
        assertThat(get("/api/dead-letters", host)).doesNotStartWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/teach/label", "/api/teach/regions"})
    void onlyLetsItselfBeLookedAt(String path) throws IOException {
        assertThat(request(
                "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../pom.xml", "/%2e%2e/pom.xml", "/index.html", "/api/cameras/../picture",
        "/api/cameras/0123456789abcdef/picture", "/api/dead-letters/1/picture", "/teach", "/review", "/teach.js",
        "/api/teach", "/api/teach/regions"})
    void hasNothingElse(String path) throws IOException {
        assertThat(get(path, "localhost")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void sendsAPictureAsAJpegAndOnlyOnce() throws IOException {
        cameras.add(SampleRecords.of("gate", "food", 1), 0);
        cameras.answer(cameras.wanted(1).get(0), Optional.of(new Thumbnail(JPEG, 4, 3)));
        String path = "/api/cameras/" + Camera.id(Optional.of("gate")) + "/picture?v=9";

        String answer = get(path, "localhost");
        String tag = answer.replaceAll("(?s).*ETag: (\\S+).*", "$1");

        assertThat(answer).contains("Content-Type: image/jpeg").endsWith("a jpeg");
        assertThat(request("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + tag
                + "\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 304 ");
    }

    @Test
    void wantsTheTokenOnceAndThenKnowsTheBrowser() throws IOException {
        restart(Optional.of(TOKEN));
        assertThat(get("/", "localhost")).startsWith("HTTP/1.1 401 ").doesNotContain("Set-Cookie", TOKEN);
        assertThat(get("/?token=wrong", "localhost")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/api/events?token=", "localhost")).startsWith("HTTP/1.1 401 ");

        String welcome = get("/?token=" + TOKEN.replace(" ", "%20"), "localhost");
        assertThat(welcome).startsWith("HTTP/1.1 200 ").containsIgnoringCase("HttpOnly")
                .containsIgnoringCase("SameSite=Strict").doesNotContain(TOKEN);
        String cookie = welcome.replaceAll("(?s).*Set-Cookie: ([^;]+).*", "$1");

        restart(Optional.of(TOKEN));
        assertThat(get("/api/dead-letters", "localhost\r\nCookie: " + cookie)).startsWith("HTTP/1.1 200 ");
        assertThat(get("/api/dead-letters", "localhost\r\nCookie: " + cookie + "0")).startsWith("HTTP/1.1 401 ");
        restart(Optional.of(TOKEN + "!"));
        assertThat(get("/api/dead-letters", "localhost\r\nCookie: " + cookie)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void knowsABrowserByTheTokenThatItGaveLast() throws IOException {
        server.close();
        server = new WallServer(settings(List.of("anna=aaaaaaaaaaaaaaaa", "bob=bbbbbbbbbbbbbbbb")), cameras, letters(),
                stream, Optional.empty());
        String anna = cookie(get("/?token=aaaaaaaaaaaaaaaa", "localhost"));
        String ofAnna = "localhost\r\nCookie: " + anna.replaceAll("Set-Cookie: ([^;]+).*", "$1");

        assertThat(get("/?token=bbbbbbbbbbbbbbbb", ofAnna)).startsWith("HTTP/1.1 200 ").contains("Set-Cookie");
        assertThat(get("/", ofAnna)).startsWith("HTTP/1.1 200 ").doesNotContain("Set-Cookie");
        assertThat(get("/?token=anna", "localhost")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void tellsTokensApartByTheirNames() {
        assertThat(WallToken.parse("anna=correct horse=battery")).isEqualTo(
                new WallToken("anna", "correct horse=battery"));
        assertThat(WallToken.parse("Y29ycmVjdA==").secret()).isEqualTo("Y29ycmVjdA==");
        assertThatThrownBy(() -> WallToken.parse("two words=" + TOKEN))
                .hasMessageContaining("name of a token").hasMessageNotContaining("two words");
        assertThatThrownBy(() -> settings(List.of("anna=" + TOKEN, "anna=" + TOKEN + "!")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the name 'anna'");
        assertThatThrownBy(() -> settings(List.of("anna=" + TOKEN, "bob=" + TOKEN)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'bob'")
                .hasMessageNotContaining(TOKEN);
        assertThat(WallToken.random()).isNotEqualTo(WallToken.random());
        assertThat(new WallToken("anna", TOKEN).toString()).doesNotContain(TOKEN);
    }

    @Test
    void showsItselfToOtherMachinesOnlyWithAToken() {
        assertThatThrownBy(() -> settings("0.0.0.0", 0, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("VISION_WALL_TOKEN");
        assertThatThrownBy(() -> settings("0.0.0.0", 0, Optional.of("short")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 12").hasMessageNotContaining("short");
        assertThat(settings("0.0.0.0", 0, Optional.of(TOKEN)).toString()).doesNotContain(TOKEN);
    }

    @Test
    void saysWhenItsPortIsTaken() {
        int port = server.address().getPort();

        assertThatThrownBy(() -> new WallServer(
                settings(WallSettings.LOOPBACK, port, Optional.empty()), cameras, letters(), stream, Optional.empty()))
                .isInstanceOf(ToolException.class).hasMessageContaining("port " + port).hasMessageContaining("--port");
    }

    @Test
    void tellsAPageThatDoesNotReadNothingMoreUntilItDoes() throws IOException {
        try (Socket slow = open("/api/events?cameras=slow"); Socket fast = open("/api/events?cameras=fast")) {
            byte[] buffer = new byte[1 << 20];
            while (askedByFast.get() < 60) {
                assertThat(fast.getInputStream().read(buffer)).isPositive();
            }
            assertThat(slow.isConnected()).isTrue();
            assertThat(askedBySlow.get()).isBetween(1, 20);
        }
    }

    @Test
    void givesACookieForHttpsAloneWhereAProxyWasAskedByHttps() throws IOException {
        restart(Optional.of(TOKEN));
        String path = "/?token=" + TOKEN.replace(" ", "%20");

        assertThat(cookie(get(path, "localhost\r\nX-Forwarded-Proto: https"))).containsIgnoringCase("; secure");
        assertThat(cookie(get(path, "localhost\r\nX-Forwarded-Proto: HTTPS, http"))).containsIgnoringCase("; secure");
        assertThat(cookie(get(path, "localhost\r\nX-Forwarded-Proto: http"))).doesNotContainIgnoringCase("secure");
        assertThat(cookie(get(path, "localhost"))).doesNotContainIgnoringCase("secure");
    }

    private static String cookie(String answer) {
        return answer.replaceAll("(?s).*(Set-Cookie: [^\r]+).*", "$1");
    }

    @Test
    void sendsAClientAwayThatHasTooManyPagesOpenAndTellsItSo() throws IOException {
        List<Socket> pages = open(EventStream.MAX_PAGES_PER_CLIENT, "");
        // One that is not refused is told something for ever.
        assertThat(isTold("/api/events", "X-Forwarded-For: 192.0.2.1\r\n")).isFalse();
        try (Socket refused = open("/api/events", "X-Forwarded-For: 192.0.2.1\r\n")) {
            assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("event:refused", "data:Your address already has 20 open pages of this wall, the limit");

            pages.remove(0).close();
            Waiting.until("there is room for a page", () -> isTold("/api/events", ""));
        } finally {
            closeAll(pages);
        }
    }

    @Test
    void tellsClientsBehindAProxyApartByTheLastAddressThatItForwards() throws IOException {
        server.close();
        server = new WallServer(settings(WallSettings.LOOPBACK, 0, Optional.empty(), true), cameras, letters(), stream,
                Optional.empty());
        List<Socket> pages = open(EventStream.MAX_PAGES_PER_CLIENT, "X-Forwarded-For: 198.51.100.9, 192.0.2.1\r\n");
        try {
            assertThat(isTold("/api/events", "X-Forwarded-For: 203.0.113.7, 192.0.2.1\r\n")).isFalse();
            assertThat(isTold("/api/events", "X-Forwarded-For: 192.0.2.1, 203.0.113.7\r\n")).isTrue();
            assertThat(isTold("/api/events", "")).isTrue();
        } finally {
            closeAll(pages);
        }
    }

    private List<Socket> open(int count, String headers) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(open("/api/events", headers));
            assertThat(firstEvent(sockets.get(i))).isEqualTo("data");
        }
        return sockets;
    }

    private boolean isTold(String path, String headers) {
        try (Socket socket = open(path, headers)) {
            return firstEvent(socket).equals("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the first line of an event stream's first event begins: {@code event} where it has a type. */
    private static String firstEvent(Socket socket) throws IOException {
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            // Between the headers and the events there are the sizes of chunks.
            if (line.matches("(event|data):.*")) {
                return line.substring(0, line.indexOf(':'));
            }
        }
        throw new AssertionError("There was no event");
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** A megabyte of news each time, but for those who ask about all cameras. */
    private EventStream.News news(long version, CameraChoice choice) {
        (choice.test("slow") ? askedBySlow : askedByFast).incrementAndGet();
        return new EventStream.News(version + 1, true, choice.text().equals(EventStream.ALL) ? "-" : "x".repeat(1 << 20));
    }

    private void restart(Optional<String> token) {
        server.close();
        server = start(token);
    }

    private WallServer start(Optional<String> token) {
        return new WallServer(
                settings(WallSettings.LOOPBACK, 0, token), cameras, letters(), stream, Optional.empty());
    }

    private static RecentDeadLetters letters() {
        return new RecentDeadLetters(InstantSource.system());
    }

    private static WallSettings settings(String host, int port, Optional<String> token) {
        return settings(host, port, token, false);
    }

    private static WallSettings settings(List<String> tokens) {
        WallSettings one = settings(WallSettings.LOOPBACK, 0, Optional.empty());
        return new WallSettings(one.job(), one.host(), one.port(), tokens.stream().map(WallToken::parse).toList(),
                false, one.maxCameras(), Optional.empty());
    }

    private static WallSettings settings(String host, int port, Optional<String> token, boolean behindProxy) {
        WatchedJob job = new WatchedJob("images"::equals, "labels", "dead-letters", Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), DecodeLimits.DEFAULTS, Duration.ofSeconds(10),
                new Properties(), new Properties());
        return new WallSettings(
                job, host, port, token.map(WallToken::parse).stream().toList(), behindProxy, 10, Optional.empty());
    }

    private String get(String path, String host) throws IOException {
        return request("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    /** Java's own clients neither send a false host nor leave out what a request must have. */
    private String request(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket open(String path) throws IOException {
        return open(path, "");
    }

    private Socket open(String path, String headers) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = server.address();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        // So that a test fails, and does not hang, where no answer comes.
        socket.setSoTimeout(30_000);
        return socket;
    }
}
