package io.flinkvision.tools.catalogue;

import static io.flinkvision.tools.catalogue.LoopbackServer.body;
import static io.flinkvision.tools.catalogue.LoopbackServer.brokenOff;
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
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.catalogue.CatalogueEntry.Checksum;
import io.flinkvision.tools.catalogue.CatalogueEntry.LabelSet;
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
            assertThat(names()).containsExactly(NAME);
            assertThat(server.requests()).hasSize(1);
            assertThat(pauses).isEmpty();
            assertThat(told).startsWith("started: " + CONTENT.length)
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
    void beginsAnewWhereTheConnectionBroke() throws Exception {
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000), file(CONTENT))) {
            assertThat(fetch(entry(server))).hasBinaryContent(CONTENT);

            assertThat(server.requests()).hasSize(2);
            assertThat(told).filteredOn(line -> line.startsWith("started")).hasSize(2);
            assertThat(pauses).hasSize(1);
        }
    }

    @Test
    void givesUpAfterTheLastAttempt() throws Exception {
        try (LoopbackServer server = new LoopbackServer(brokenOff(CONTENT, 70_000))) {
            assertThatThrownBy(() -> fetch(entry(server)))
                    .isInstanceOf(ToolException.class).hasMessageContaining("After 6 attempts");
            assertThat(names()).isEmpty();
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
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining(sha256(forged)).hasMessageContaining(sha256(CONTENT));

            assertThat(server.requests()).hasSize(1);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void triesAgainAfterASilence() throws Exception {
        LoopbackServer[] self = new LoopbackServer[1];
        Reply silent = (request, out) -> self[0].silentAfter(CONTENT, 70_000).to(request, out);
        try (LoopbackServer server = new LoopbackServer(silent, file(CONTENT))) {
            self[0] = server;
            Path file = download(impatient()).fetch(entry(server), folder, listener());

            assertThat(file).hasBinaryContent(CONTENT);
            assertThat(told).anyMatch(line -> line.contains("no byte came for"));
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
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                    .hasMessageContaining("429").hasMessageContaining("7200 s");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 204})
    void doesNotTryAgainWhatTheServerRefuses(int status) throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(status))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                    .hasMessageContaining("answered " + status);
            assertThat(server.requests()).hasSize(1);
            assertThat(names()).isEmpty();
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
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                    .hasMessageContaining("in a circle").hasMessageContaining("/again");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://a.example/x", "mailto:a@b.example"})
    void doesNotLeaveTheWeb(String location) throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(302, "Location: " + location))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                    .hasMessageContaining("a redirect to " + location + ", which is not followed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: 1", "Location: ::no address::"})
    void refusesARedirectToNowhere(String header) throws Exception {
        try (LoopbackServer server = new LoopbackServer(status(302, header))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void refusesAFileOfAnotherSizeThanTheCatalogues() throws Exception {
        try (LoopbackServer server = new LoopbackServer(file(OTHER_CONTENT))) {
            assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                    .hasMessageContaining("200001 bytes").hasMessageContaining("200000 in the catalogue");
        }
    }

    @Test
    void refusesMoreThanTheLimitWhereTheSizeIsUnknown() throws Exception {
        byte[] large = randomBytes(1_000_001);
        for (Reply reply : List.of(file(large), ofUnknownLength(large))) {
            try (LoopbackServer server = new LoopbackServer(reply)) {
                assertThatThrownBy(() -> fetch(entry(server, large, OptionalLong.empty())))
                        .isInstanceOf(ToolException.class).hasMessageContaining("limit of 1000000");
                assertThat(names()).isEmpty();
            }
        }
    }

    @Test
    void callsAWebPageAWebPage() throws Exception {
        byte[] page = "\n<!DOCTYPE html><html><body>Please log in</body></html>".getBytes(StandardCharsets.UTF_8);
        for (Reply reply : List.of(body(200, page, "Content-Type: text/html; charset=utf-8"), ofUnknownLength(page))) {
            try (LoopbackServer server = new LoopbackServer(reply)) {
                assertThatThrownBy(() -> fetch(entry(server))).isInstanceOf(ToolException.class)
                        .hasMessageContaining("a web page instead of the file");
                assertThat(names()).isEmpty();
            }
        }
    }

    @Test
    void twoRunsAtOnceBothGetTheFile() throws Exception {
        CompletableFuture<Path> second = new CompletableFuture<>();
        LoopbackServer[] self = new LoopbackServer[1];
        Reply duringWhichAnotherStarts = (request, out) -> {
            second.complete(new Download(patient(), direct(), pauses::add).fetch(entry(self[0]), folder, listener()));
            file(CONTENT).to(request, out);
        };
        try (LoopbackServer server = new LoopbackServer(duringWhichAnotherStarts, file(CONTENT))) {
            self[0] = server;
            assertThat(fetch(entry(server))).isEqualTo(second.join()).hasBinaryContent(CONTENT);
            assertThat(names()).containsExactly(NAME);
        }
    }

    @Test
    void saysThatTheFolderIsNone() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("occupied"), "text");
        try (LoopbackServer server = new LoopbackServer(file(CONTENT))) {
            assertThatThrownBy(() -> download(patient()).fetch(entry(server), notAFolder, listener()))
                    .isInstanceOf(ToolException.class).hasMessageContaining("cannot be written to " + notAFolder)
                    .hasMessageContaining("something else has its name");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void saysThatTheDiskIsFull() {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        CatalogueEntry entry = entry(URI.create("http://127.0.0.1/" + NAME), CONTENT, OptionalLong.empty());
        try (PartialFile part = new PartialFile(entry, 1_000_000, full, listener())) {
            assertThatThrownBy(() -> part.write(CONTENT)).isInstanceOf(ToolException.class)
                    .hasMessageContaining("cannot be written to /dev").hasMessageContaining("No space left");
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
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("After 6 attempts").hasMessageContaining("127.0.0.1")
                .hasMessageContaining("accepts no connection");
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
                    .isInstanceOf(ToolException.class)
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
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("https_proxy=http://NAME:PASSWORD@HOST:PORT");
        }
    }

    @ParameterizedTest
    @CsvSource({"403, refuses connections to weights.example", "407, asks for a user name and a password"})
    void saysThatTheProxyRefusesAnEncryptedConnection(int status, String message) throws Exception {
        Reply refusal = status(status, "Proxy-Authenticate: Basic realm=\"proxy\"");
        try (LoopbackServer proxy = new LoopbackServer(refusal)) {
            Download download = new Download(patient(), ProxySettings.of(
                    Map.of("https_proxy", "http://127.0.0.1:" + proxy.port()), new Properties()), pauses::add);

            assertThatThrownBy(() -> download.fetch(
                    entry(URI.create("https://weights.example/" + NAME), CONTENT, OptionalLong.empty()),
                    folder, listener()))
                    .isInstanceOf(ToolException.class).hasMessageContaining(message);
            assertThat(proxy.requests()).extracting(LoopbackServer.Request::line)
                    .containsExactly("CONNECT weights.example:443 HTTP/1.1");
        }
    }

    private Path fetch(CatalogueEntry entry) throws InterruptedException {
        return download(patient()).fetch(entry, folder, listener());
    }

    private Download download(Download.Settings settings) {
        return new Download(settings, direct(), pauses::add);
    }

    private static ProxySettings direct() {
        return ProxySettings.of(Map.of(), new Properties());
    }

    private static ProxySettings proxy(LoopbackServer proxy, String login) {
        return ProxySettings.of(
                Map.of("http_proxy", "http://" + login + "127.0.0.1:" + proxy.port()), new Properties());
    }

    private static Download.Settings patient() {
        return new Download.Settings(Duration.ofSeconds(30), Duration.ofSeconds(30), 6, Duration.ofSeconds(1),
                Duration.ofSeconds(5), 1_000_000);
    }

    /** Short enough for a test, long enough for a busy machine: a silence only costs another attempt. */
    private static Download.Settings impatient() {
        return new Download.Settings(Duration.ofMillis(500), Duration.ofMillis(500), 6, Duration.ofSeconds(1),
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

    private Download.Listener listener() {
        return new Download.Listener() {
            @Override
            public void started(OptionalLong size) {
                told.add("started: " + (size.isPresent() ? size.getAsLong() : "?"));
            }

            @Override
            public void advanced(long received) {
                told.add("at " + received);
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
