package io.flinkvision.tools.catalogue;

import static io.flinkvision.tools.catalogue.LoopbackServer.body;
import static io.flinkvision.tools.catalogue.LoopbackServer.brokenOff;
import static io.flinkvision.tools.catalogue.LoopbackServer.entityTag;
import static io.flinkvision.tools.catalogue.LoopbackServer.file;
import static io.flinkvision.tools.catalogue.LoopbackServer.ofUnknownLength;
import static io.flinkvision.tools.catalogue.LoopbackServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.tools.catalogue.LoopbackServer.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {

    private static final byte[] CONTENT = randomBytes(200_000);
    private static final byte[] OTHER_CONTENT = randomBytes(200_001);
    private static final String NAME = "network-0a1b2c3d.pth";

    @TempDir
    Path folder;

    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void bringsAFileAndLeavesNothingElseBehind() throws Exception {
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            Path file = fetch(entry(server));

            assertThat(file).isEqualTo(folder.resolve(NAME)).hasBinaryContent(CONTENT);
            assertThat(names()).containsExactly(NAME, NAME + ".lock");
            assertThat(server.requests()).hasSize(1);
            assertThat(pauses).isEmpty();
            assertThat(told).startsWith("started at 0 of " + CONTENT.length)
                    .contains("at " + CONTENT.length).endsWith("finished");
        }
    }

    @Test
    void asksForNothingThatIsThereAlready() throws Exception {
        Files.write(folder.resolve(NAME), CONTENT);
        try (LoopbackServer server = new LoopbackServer(status(500))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void replacesAFileOfTheSameNameThatIsNotTheRightOne() throws Exception {
        Files.write(folder.resolve(NAME), OTHER_CONTENT);
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
        }
    }

    @Test
    void goesOnWhereTheConnectionBroke() throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                brokenOff(CONTENT, 70_000), brokenOff(CONTENT, 150_000), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);

            assertThat(server.requests()).hasSize(3);
            assertThat(server.requests().get(0).headers()).doesNotContainKeys("Range", "If-Range");
            assertThat(server.requests().get(1).headers()).containsEntry("Range", "bytes=70000-")
                    .containsEntry("If-Range", entityTag(CONTENT));
            assertThat(server.requests().get(2).headers()).containsEntry("Range", "bytes=150000-");
            assertThat(told).contains("started at 70000 of " + CONTENT.length);
        }
    }

    @Test
    void goesOnInALaterRunWhereAnEarlierOneGaveUp() throws Exception {
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000))) {
            assertThatThrownBy(() -> fetch(entry(server)))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("After 6 attempts").hasMessageContaining("70000 bytes that came are kept");
            assertThat(folder.resolve(NAME)).doesNotExist();
        }
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests().get(0).headers()).containsEntry("Range", "bytes=70000-");
        }
    }

    @Test
    void asksForNothingMoreWhereAnEarlierRunGotTheLastByteAndNoFurther() throws Exception {
        Files.write(folder.resolve(NAME + ".part"), CONTENT);
        Files.writeString(folder.resolve(NAME + ".part.etag"), entityTag(CONTENT));
        try (LoopbackServer server = new LoopbackServer(status(416))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void startsAnewWhereTheServerIgnoresTheRange() throws Exception {
        Reply whole = body(200, CONTENT, "ETag: " + entityTag(CONTENT));
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000), whole)) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).headers()).containsKey("Range");
        }
    }

    @Test
    void leavesNothingOfALongerFileThatCameBefore() throws Exception {
        byte[] shorter = randomBytes(50_000);
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000), file(shorter))) {
            assertThat(fetch(entry(server, shorter, OptionalLong.empty()))).hasBinaryContent(shorter);
        }
    }

    @Test
    void startsAnewWhereTheFileChangedMeanwhile() throws Exception {
        try (LoopbackServer server = new LoopbackServer(brokenOff(OTHER_CONTENT, 70_000), file(CONTENT))) {
            assertThat(fetch(entry(server, CONTENT, OptionalLong.empty()))).hasBinaryContent(CONTENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: 1", "ETag: W/\"weak\""})
    void startsAnewWhereTheServerHasNoStrongEntityTag(String header) throws Exception {
        Reply broken = (request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + header + "\r\nContent-Length: " + CONTENT.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(CONTENT, 0, 70_000);
        };
        try (LoopbackServer server = new LoopbackServer(broken, body(200, CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests().get(1).headers()).doesNotContainKeys("Range", "If-Range");
        }
    }

    @Test
    void startsAnewWhereTheServerSendsAnotherPartThanWasAskedFor() throws Exception {
        Reply wrongPart = body(206, new byte[100], "Content-Range: bytes 5-104/200000");
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000), wrongPart, file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests().get(2).headers()).doesNotContainKey("Range");
        }
    }

    @Test
    void startsAnewWhereTheServerCannotSendTheRest() throws Exception {
        Reply notSatisfiable = status(416, "Content-Range: bytes */200000");
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000), notSatisfiable, file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests().get(2).headers()).doesNotContainKey("Range");
        }
    }

    @Test
    void noticesAnEndThatCameTooSoonWhereOnlyTheCatalogueKnowsTheSize() throws Exception {
        byte[] part = Arrays.copyOf(CONTENT, 70_000);
        try (LoopbackServer server = new LoopbackServer(ofUnknownLength(part), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(told).anyMatch(line -> line.contains("70000 of 200000 bytes"));
        }
    }

    @Test
    void removesAFileWithAnotherChecksumAndNamesBoth() throws Exception {
        byte[] forged = CONTENT.clone();
        forged[1000]++;
        try (LoopbackServer server = new LoopbackServer(file(forged))) {
            assertThatThrownBy(() -> fetch(entry(server)))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining(sha256(forged)).hasMessageContaining(sha256(CONTENT));

            assertThat(server.requests()).hasSize(1);
            assertThat(names()).containsExactly(NAME + ".lock");
        }
    }

    @Test
    void goesOnAfterASilence() throws Exception {
        LoopbackServer[] self = new LoopbackServer[1];
        Reply silent = (request, out) -> self[0].silentAfter(CONTENT, 70_000).to(request, out);
        try (LoopbackServer server = new LoopbackServer(silent, file(CONTENT))) {
            self[0] = server;
            Path file = download(impatient()).fetch(entry(server), folder, listener());

            assertThat(file).hasBinaryContent(CONTENT);
            assertThat(told).anyMatch(line -> line.contains("no byte came for"));
            assertThat(server.requests().get(1).headers()).containsEntry("Range", "bytes=70000-");
        }
    }

    @Test
    void doesNotWaitForAnAnswerThatNeverComes() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (LoopbackServer server = new LoopbackServer((request, out) -> end.join(), file(CONTENT))) {
            assertThat(download(impatient()).fetch(entry(server), folder, listener())).hasBinaryContent(CONTENT);
            assertThat(told).anyMatch(line -> line.contains("did not answer in time"));
        } finally {
            end.complete(null);
        }
    }

    @Test
    void triesAgainAfterServerErrorsWithLongerAndLongerPauses() throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                status(503), status(500), status(408), status(502), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 5L);
        }
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(429, "Retry-After: 3"), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(pauses).containsExactly(Duration.ofSeconds(3));
        }
    }

    @Test
    void doesNotWaitForHours() throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(429, "Retry-After: 7200"))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("429").hasMessageContaining("7200 s");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 204})
    void doesNotTryAgainWhatTheServerRefuses(int status) throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(status))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("answered " + status);
            assertThat(server.requests()).hasSize(1);
            assertThat(names()).containsExactly(NAME + ".lock");
        }
    }

    @Test
    void followsRedirects() throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                status(302, "Location: /elsewhere"), status(308, "Location: there"), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(server.requests()).extracting(LoopbackServer.Request::line)
                    .containsExactly("GET /models/" + NAME + " HTTP/1.1", "GET /elsewhere HTTP/1.1",
                            "GET /there HTTP/1.1");
        }
    }

    @Test
    void leavesACircleOfRedirects() throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(302, "Location: /again"))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("in a circle").hasMessageContaining("/again");
        }
    }

    @Test
    void refusesAFileOfAnotherSizeThanTheCatalogues() throws Exception {
        try (LoopbackServer server = new LoopbackServer(file(OTHER_CONTENT))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("200001 bytes").hasMessageContaining("200000 in the catalogue");
        }
    }

    @Test
    void refusesMoreThanTheLimitWhereTheSizeIsUnknown() throws Exception {
        byte[] large = randomBytes(1_000_001);
        for (Reply reply : List.of(file(large), ofUnknownLength(large))) {
            try (LoopbackServer server = new LoopbackServer(reply)) {
                assertThatThrownBy(() -> fetch(entry(server, large, OptionalLong.empty())))
                        .isInstanceOf(DownloadException.class).hasMessageContaining("limit of 1000000");
                assertThat(names()).containsExactly(NAME + ".lock");
            }
        }
    }

    @Test
    void callsAWebPageAWebPage() throws Exception {
        byte[] page = "\n<!DOCTYPE html><html><body>Please log in</body></html>".getBytes(StandardCharsets.UTF_8);
        for (Reply reply : List.of(body(200, page, "Content-Type: text/html; charset=utf-8"), ofUnknownLength(page))) {
            try (LoopbackServer server = new LoopbackServer(reply)) {
                assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                        .hasMessageContaining("a web page instead of the file");
                assertThat(names()).containsExactly(NAME + ".lock");
            }
        }
    }

    @Test
    void doesNotWriteToAFileThatAnotherRunIsWriting() throws Exception {
        CompletableFuture<Throwable> second = new CompletableFuture<>();
        LoopbackServer[] self = new LoopbackServer[1];
        Reply duringWhichAnotherStarts = (request, out) -> {
            try {
                new Download(patient(), direct(), pauses::add).fetch(entry(self[0]), folder, listener());
                second.complete(new AssertionError("The second run went through"));
            } catch (DownloadException e) {
                second.complete(e);
            }
            file(CONTENT).to(request, out);
        };
        try (LoopbackServer server = new LoopbackServer(duringWhichAnotherStarts)) {
            self[0] = server;
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);
            assertThat(second.join()).isInstanceOf(DownloadException.class).hasMessageContaining("Another run");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void saysThatTheFolderIsNone() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("occupied"), "text");
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            assertThatThrownBy(() -> download(patient()).fetch(entry(server), notAFolder, listener()))
                    .isInstanceOf(DownloadException.class).hasMessageContaining("cannot be kept in " + notAFolder)
                    .hasMessageContaining("something else is in its place");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void saysThatTheDiskIsFull() throws Exception {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Files.createSymbolicLink(folder.resolve(NAME + ".part"), full);
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("cannot be kept in " + folder).hasMessageContaining("No space left");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void saysThatNobodyTakesTheConnection() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        URI address = URI.create("http://127.0.0.1:" + port + "/" + NAME);

        assertThatThrownBy(() -> fetch(entry(address, CONTENT, OptionalLong.empty())))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("After 6 attempts").hasMessageContaining("127.0.0.1")
                .hasMessageContaining("takes no connection");
        assertThat(pauses).hasSize(5);
    }

    @Test
    void goesThroughTheProxy() throws Exception {
        URI address = URI.create("http://weights.example/" + NAME);
        try (LoopbackServer proxy = new LoopbackServer(file(CONTENT))) {
            Download download = new Download(patient(), proxy(proxy, ""), pauses::add);

            assertThat(download.fetch(entry(address, CONTENT, OptionalLong.empty()), folder, listener()))
                    .hasBinaryContent(CONTENT);
            assertThat(proxy.requests()).extracting(LoopbackServer.Request::line)
                    .containsExactly("GET " + address + " HTTP/1.1");
        }
    }

    @Test
    void tellsTheProxyItsNameAndPasswordAndNobodyElse() throws Exception {
        URI address = URI.create("http://weights.example/" + NAME);
        Reply challenge = status(407, "Proxy-Authenticate: Basic realm=\"proxy\"");
        try (LoopbackServer proxy = new LoopbackServer(challenge, file(CONTENT))) {
            Download download = new Download(patient(), proxy(proxy, "user:se%40cret@"), pauses::add);

            assertThat(download.fetch(entry(address, CONTENT, OptionalLong.empty()), folder, listener()))
                    .hasBinaryContent(CONTENT);
            String login = Base64.getEncoder().encodeToString("user:se@cret".getBytes(StandardCharsets.UTF_8));
            assertThat(proxy.requests().get(1).headers()).containsEntry("Proxy-Authorization", "Basic " + login)
                    .doesNotContainKey("Authorization");
        }
        try (LoopbackServer proxy = new LoopbackServer(challenge)) {
            Download download = new Download(patient(), proxy(proxy, "user:secret@"), pauses::add);
            Files.delete(folder.resolve(NAME));

            assertThatThrownBy(() -> download.fetch(
                    entry(address, CONTENT, OptionalLong.empty()), folder, listener()))
                    .isInstanceOf(DownloadException.class)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
            assertThat(String.join("\n", told)).doesNotContain("secret");
        }
    }

    @Test
    void saysThatTheProxyWantsAName() throws Exception {
        try (LoopbackServer proxy = new LoopbackServer(status(407, "Proxy-Authenticate: Basic realm=\"proxy\""))) {
            Download download = new Download(patient(), proxy(proxy, ""), pauses::add);

            assertThatThrownBy(() -> download.fetch(
                    entry(URI.create("http://weights.example/" + NAME), CONTENT, OptionalLong.empty()),
                    folder, listener()))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("https_proxy=http://NAME:PASSWORD@HOST:PORT");
        }
    }

    @ParameterizedTest
    @CsvSource({"403, does not let connections to weights.example through", "407, wants a name and a password"})
    void saysThatTheProxyRefusesAnEncryptedConnection(int status, String message) throws Exception {
        Reply refusal = status(status, "Proxy-Authenticate: Basic realm=\"proxy\"");
        try (LoopbackServer proxy = new LoopbackServer(refusal)) {
            Download download = new Download(patient(), ProxySettings.of(
                    Map.of("https_proxy", "http://127.0.0.1:" + proxy.port()), new Properties()), pauses::add);

            assertThatThrownBy(() -> download.fetch(
                    entry(URI.create("https://weights.example/" + NAME), CONTENT, OptionalLong.empty()),
                    folder, listener()))
                    .isInstanceOf(DownloadException.class).hasMessageContaining(message);
            assertThat(proxy.requests()).extracting(LoopbackServer.Request::line)
                    .containsExactly("CONNECT weights.example:443 HTTP/1.1");
        }
    }

    private Path fetch(CatalogueEntry entry) throws InterruptedException {
        return download(patient()).fetch(entry, folder, listener());
    }

    private Download download(DownloadSettings settings) {
        return new Download(settings, direct(), pauses::add);
    }

    private static ProxySettings direct() {
        return ProxySettings.of(Map.of(), new Properties());
    }

    private static ProxySettings proxy(LoopbackServer proxy, String login) {
        return ProxySettings.of(
                Map.of("http_proxy", "http://" + login + "127.0.0.1:" + proxy.port()), new Properties());
    }

    private static DownloadSettings patient() {
        return new DownloadSettings(Duration.ofSeconds(30), Duration.ofSeconds(30), 6, Duration.ofSeconds(1),
                Duration.ofSeconds(5), 1_000_000);
    }

    /** Short enough for a test, long enough for a busy machine; what it takes for silence it asks for again. */
    private static DownloadSettings impatient() {
        return new DownloadSettings(Duration.ofMillis(500), Duration.ofMillis(500), 6, Duration.ofSeconds(1),
                Duration.ofSeconds(5), 1_000_000);
    }

    private static CatalogueEntry entry(LoopbackServer server) {
        return entry(server, CONTENT, OptionalLong.of(CONTENT.length));
    }

    private static CatalogueEntry entry(LoopbackServer server, byte[] content, OptionalLong size) {
        return entry(server.address("/models/" + NAME), content, size);
    }

    private static CatalogueEntry entry(URI address, byte[] content, OptionalLong size) {
        return new CatalogueEntry("network", address, size, new Checksum(sha256(content)), Family.TORCHVISION,
                LabelSet.IMAGENET,
                new Preprocessing(224, new ResizeRule.ShorterSide(256), Interpolation.BILINEAR, ChannelOrder.RGB,
                        Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION),
                "licence", "source");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private DownloadListener listener() {
        return new DownloadListener() {
            @Override
            public void started(long present, OptionalLong size) {
                told.add("started at " + present + " of " + (size.isPresent() ? size.getAsLong() : "?"));
            }

            @Override
            public void advanced(long present) {
                told.add("at " + present);
            }

            @Override
            public void waiting(String reason, Duration pause) {
                told.add("waiting: " + reason);
            }

            @Override
            public void finished() {
                told.add("finished");
            }
        };
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
