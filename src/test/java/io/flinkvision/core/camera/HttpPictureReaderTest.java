package io.flinkvision.core.camera;

import static io.flinkvision.core.camera.OddCamera.OK;
import static io.flinkvision.core.camera.OddCamera.joined;
import static io.flinkvision.core.camera.OddCamera.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flinkvision.core.camera.CameraHttpClient.EnvironmentProxy;
import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.JpegStreamReaderTest.ProblemLog;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpPictureReaderTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final List<byte[]> PICTURES = NumberedVideo.encode("mjpeg", 4).packets();
    private static final String MULTIPART = OK + "Content-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n";

    private OddCamera camera;
    private final ProblemLog problems = new ProblemLog();

    /**
     * A framing of pictures in a response.
     *
     * @param head of the response
     * @param before text before each picture; LENGTH is replaced by its length
     * @param delta the error of that length
     * @param after text after each picture
     */
    private record Wrapping(String name, String head, String before, int delta, String after) {

        byte[] answer(List<byte[]> pictures) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(text(head));
            for (byte[] picture : pictures) {
                out.writeBytes(text(before.replace("LENGTH", Integer.toString(picture.length + delta))));
                out.writeBytes(picture);
                out.writeBytes(text(after));
            }
            return out.toByteArray();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrapping> wrappings() {
        String part = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: LENGTH\r\n\r\n";
        String type = OK + "Content-Type: ";
        return Stream.of(
                new Wrapping("as it should be", MULTIPART, part, 0, "\r\n"),
                new Wrapping("a boundary with dashes", type + "multipart/x-mixed-replace;boundary=--frame\r\n\r\n",
                        part, 0, "\r\n"),
                new Wrapping("another boundary than announced", MULTIPART, part.replace("frame", "other"), 0, "\r\n"),
                new Wrapping("a boundary without dashes", MULTIPART, part.substring(2), 0, "\r\n"),
                new Wrapping("no announced boundary", type + "multipart/x-mixed-replace\r\n\r\n", part, 0, "\r\n"),
                new Wrapping("no length", MULTIPART, "--frame\r\nContent-Type: image/jpeg\r\n\r\n", 0, "\r\n"),
                new Wrapping("no part headers", MULTIPART, "--frame\r\n\r\n", 0, "\r\n"),
                new Wrapping("too small a length", MULTIPART, part, -10, "\r\n"),
                new Wrapping("too large a length", MULTIPART, part, 2, "\r\n"),
                new Wrapping("line feeds only", MULTIPART, part.replace("\r\n", "\n"), 0, "\n"),
                new Wrapping("no line break after a picture", MULTIPART, part, 0, ""),
                new Wrapping("a preamble", MULTIPART + "\r\nhello\r\n", part, 0, "\r\n"),
                new Wrapping("no first delimiter", MULTIPART + "Content-Type: image/jpeg\r\n\r\n", "", 0,
                        "\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"),
                new Wrapping("the type image/jpg", MULTIPART, part.replace("image/jpeg", "image/jpg"), 0, "\r\n"),
                new Wrapping("the type octet-stream", MULTIPART, part.replace("image/jpeg",
                        "application/octet-stream"), 0, "\r\n"),
                new Wrapping("no line break after the delimiter", MULTIPART, part.replace("frame\r\n", "frame"), 0, ""),
                new Wrapping("multipart/mixed", type + "multipart/mixed;boundary=frame\r\n\r\n", part, 0, "\r\n"),
                new Wrapping("no content type", OK + "\r\n", part, 0, "\r\n"),
                new Wrapping("text/html around parts", type + "text/html\r\n\r\n", part, 0, "\r\n"),
                new Wrapping("parts of text between", MULTIPART, "--frame\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 9\r\n\r\nmotion=1\n\r\n" + part, 0, "\r\n"),
                new Wrapping("padding with zeros", MULTIPART, part, 100, "\0".repeat(100) + "\r\n"),
                new Wrapping("one straight after the other", type + "video/x-motion-jpeg\r\n\r\n", "", 0, ""),
                new Wrapping("image/jpeg for many", type + "image/jpeg\r\n\r\n", "", 0, ""));
    }

    @BeforeEach
    void startCamera() throws IOException {
        camera = new OddCamera();
    }

    @AfterEach
    void stopCamera() throws IOException {
        camera.close();
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void givesPicturesByteForByteHoweverTheyAreWrapped(Wrapping wrapping) throws Exception {
        camera.answer("/video", wrapping.answer(PICTURES));

        List<CapturedFrame> frames = readToTheEnd(camera.address("/video"));

        assertThat(frames).extracting(CapturedFrame::bytes).containsExactlyElementsOf(PICTURES);
        assertThat(frames).extracting(CapturedFrame::number).containsExactly(0L, 1L, 2L, 3L);
        assertThat(frames).extracting(CapturedFrame::contentType).containsOnly("image/jpeg");
        assertThat(problems.skipped).isEmpty();
        assertThat(problems.unmarked).isEmpty();
    }

    @Test
    void givesEachPngOfPartsAsItIs() throws Exception {
        List<byte[]> pictures = List.of(png(40), png(200));
        camera.answer("/video", text(MULTIPART), text("--frame\r\nContent-Type: image/png\r\n\r\n"), pictures.get(0),
                text("\r\n--frame\r\nContent-Type: image/png\r\n\r\n"), pictures.get(1), text("\r\n--frame--\r\n"));

        List<CapturedFrame> frames = readToTheEnd(camera.address("/video"));

        assertThat(frames).extracting(CapturedFrame::bytes).containsExactlyElementsOf(pictures);
        assertThat(frames).extracting(CapturedFrame::contentType).containsOnly("image/png");
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: LENGTH", "X-Timestamp: 1"})
    void aPictureWithoutItsEndIsSentAsItCameAndDoesNotTakeTheNextOneAlong(String header) throws Exception {
        byte[] unended = Arrays.copyOf(PICTURES.get(1), PICTURES.get(1).length - 2);
        byte[] cut = Arrays.copyOf(PICTURES.get(2), PICTURES.get(2).length - 10);
        List<byte[]> pictures = List.of(PICTURES.get(0), unended, cut, PICTURES.get(3), unended);
        camera.answer("/video", joined(new Wrapping("", MULTIPART,
                "--frame\r\nContent-Type: image/jpeg\r\n" + header + "\r\n\r\n", 0, "\r\n").answer(pictures),
                text("--frame--\r\n")));

        assertThat(readToTheEnd(camera.address("/video"))).extracting(CapturedFrame::bytes)
                .containsExactlyElementsOf(pictures);
        assertThat(problems.unmarked).containsExactly("frame 1 has no end marker", "frame 2 has no end marker",
                "frame 4 has no end marker");
        assertThat(problems.skipped).isEmpty();
    }

    @Test
    void leavesOutAPictureThatIsTooLargeAndGoesOn() throws Exception {
        byte[] large = Arrays.copyOf(png(40), 8);
        byte[] endless = joined(Arrays.copyOf(PICTURES.get(0), PICTURES.get(0).length - 2),
                new byte[(int) MAX_BYTES]);
        byte[] chunk = {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'I', 'D', 'A', 'T'};
        camera.answer("/video", text(MULTIPART), endless, text("\r\n--frame\r\n\r\n"), PICTURES.get(1), large, chunk,
                text("\r\n--frame\r\n\r\n"), PICTURES.get(2));

        assertThat(readToTheEnd(camera.address("/video"))).extracting(CapturedFrame::bytes)
                .containsExactly(PICTURES.get(1), PICTURES.get(2));
        String limit = " has more than the limit of 1048576 bytes"
                + " (max-image-bytes in the job file, or the topic's max.message.bytes)";
        assertThat(problems.skipped).containsExactly("frame 0" + limit, "frame 2" + limit);
    }

    @Test
    void anEndlessAnswerWithoutAPictureIsGivenUp() {
        camera.answer("/video", text(MULTIPART), new byte[(int) MAX_BYTES + 100]);

        assertThatThrownBy(() -> readToTheEnd(camera.address("/video"))).isInstanceOf(IOException.class)
                .hasMessage(shown("/video") + " sent 1048576 bytes without a JPEG or PNG among them");
    }

    @Test
    void asksAgainForEachPictureOfACameraThatSendsOneForEachRequest() throws Exception {
        camera.answer("/snapshot.jpg", request -> joined(text(OK + "Content-Type: image/jpeg\r\n\r\n"),
                PICTURES.get(camera.requests().size() - 1)));
        CameraSettings settings = new CameraSettings(Optional.of(50.0), 1, Optional.empty(), 90, false, false, false,
                false, false, Optional.empty());

        List<CapturedFrame> frames = new ArrayList<>();
        try (FrameReader reader = open(camera.address("/snapshot.jpg"), settings).orElseThrow()) {
            while (frames.size() < PICTURES.size()) {
                frames.add(reader.next().orElseThrow());
            }
        }

        assertThat(frames).extracting(CapturedFrame::bytes).containsExactlyElementsOf(PICTURES);
        assertThat(camera.requests()).hasSize(PICTURES.size());
    }

    @Test
    void saysWhatAnAnswerWithoutAPictureIs() {
        camera.answer("/page", text(OK + "Content-Type: text/html\r\n\r\n<form>Login</form>"))
                .answer("/untyped", text(OK + "\r\n\r\n \n<!DOCTYPE html><html></html>"))
                .answer("/page?token=s3cret", text(OK + "Content-Type: text/html\r\n\r\nhello"))
                .answer("/moved", text("HTTP/1.0 302 Found\r\nLocation: /page?token=s3cret\r\n\r\n"))
                .answer("/nothing", text(OK + "\r\n"))
                .answer("/empty", text(MULTIPART))
                .answer("/loop", text("HTTP/1.0 302 Found\r\nLocation: loop\r\n\r\n"))
                .answer("/file", text("HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n"))
                .answer("/busy", text("HTTP/1.0 503 Busy\r\n\r\n"));

        assertRefused("/page", " answers with a web page: is a login needed?");
        assertRefused("/untyped", " answers with a web page: is a login needed?");
        assertRefused("/moved", " answers with a web page: is a login needed?");
        assertRefused("/nothing", " answers with nothing: is a login needed?");
        assertRefused("/empty", " answers without a picture: is a login needed?");
        assertRefused("/loop", " redirects without an end: is a login needed?");
        assertRefused("/file", " redirects to something that is no http or https address, or from https to http");
        assertRefused("/busy", " answers with the HTTP status 503");
        assertRefused("/missing", " is not there (404): the host answers, but knows no such path");
    }

    private void assertRefused(String path, String message) {
        assertThatThrownBy(() -> readToTheEnd(camera.address("user:s3cret", path)))
                .isInstanceOf(IOException.class).hasMessage(shown(path) + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Basic realm=\"camera\" | Basic",
        "Basic realm=\"camera\", Digest realm=\"camera\", nonce=\"n1\", qop=\"auth,auth-int\" | Digest"})
    void answersTheChallengeOfAPassword(String challenge, String scheme) throws Exception {
        camera.answer("/video?channel=1", request -> request.authorization().isEmpty()
                ? text("HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: " + challenge + "\r\n\r\n")
                : joined(text(MULTIPART), PICTURES.get(0)));

        assertThat(readToTheEnd(camera.address("admin:p%40%C3%A4%2F%3Ass", "/video?channel=1")))
                .extracting(CapturedFrame::bytes).containsExactly(PICTURES.get(0));
        assertThat(camera.requests()).hasSize(2);
        String sent = camera.requests().get(1).authorization();
        assertThat(sent).startsWith(scheme + " ");
        if (scheme.equals("Basic")) {
            assertThat(new String(Base64.getDecoder().decode(sent.substring(6)), UTF_8))
                    .isEqualTo("admin:p@ä/:ss");
        } else {
            assertThat(sent).contains("username=\"admin\"", "uri=\"/video?channel=1\"", "qop=auth", "nc=00000001");
        }
    }

    @Test
    void aWrongPasswordIsTriedOnceAndNotShown() {
        camera.answer("/video", text("HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"c\", nonce=\"n\""
                + ", qop=\"auth\"\r\n\r\n"));

        assertThatThrownBy(() -> readToTheEnd(camera.address("admin:s3cret", "/video")))
                .isInstanceOf(CameraException.class).hasMessageStartingWith(shown("/video") + " refuses the user")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
        assertThat(camera.requests()).hasSize(2);
    }

    @Test
    void computesTheResponsesOfTheExamplesInRfc7616() {
        String nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
        String offer = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=ALGORITHM, nonce=\""
                + nonce + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        List<String> offers = List.of(offer.replace("ALGORITHM", "MD5"), offer.replace("ALGORITHM", "SHA-256"));

        assertThat(answer(offers.subList(0, 1))).contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"",
                "algorithm=MD5", "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
        assertThat(answer(offers)).contains("algorithm=SHA-256",
                "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
        assertThat(HttpChallenge.strongest(List.of("Negotiate", offer.replace("ALGORITHM", "SHA-512")))).isEmpty();
    }

    private static String answer(List<String> challenges) {
        return HttpChallenge.strongest(challenges).orElseThrow().answer("GET", "Mufasa", "Circle of Life", "/dir/index.html",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    }

    @Test
    void followsARedirectButTakesThePasswordToNoOtherServer() throws Exception {
        String challenge = "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"c\"\r\n\r\n";
        try (OddCamera other = new OddCamera()) {
            other.answer("/video", text(MULTIPART), PICTURES.get(1)).answer("/asks", text(challenge));
            camera.answer("/video", request -> text(request.authorization().isEmpty() ? challenge
                            : "HTTP/1.0 302 Found\r\nLocation: " + other.address("/video") + "\r\n\r\n"))
                    .answer("/here", text("HTTP/1.0 301 Moved\r\nLocation: video\r\n\r\n"))
                    .answer("/away", text("HTTP/1.0 307 Moved\r\nLocation: " + other.address("/asks") + "\r\n\r\n"));

            assertThat(readToTheEnd(camera.address("admin:s3cret", "/here"))).extracting(CapturedFrame::bytes)
                    .containsExactly(PICTURES.get(1));
            assertThat(camera.requests()).extracting(request -> !request.authorization().isEmpty())
                    .containsExactly(false, false, true);
            assertThatThrownBy(() -> readToTheEnd(camera.address("admin:s3cret", "/away")))
                    .isInstanceOf(CameraException.class);
            assertThat(other.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
        }
    }

    @Test
    void takesTheProxyOfTheEnvironmentButNotForExcludedHosts() {
        EnvironmentProxy proxy = new EnvironmentProxy(Map.of(
                "http_proxy", "http://127.0.0.1:3128", "no_proxy", "192.0.2.7, .cameras.example,*.door.example"));

        assertThat(proxy.select(URI.create("http://camera.example/video"))).containsExactly(
                new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", 3128)));
        for (String host : List.of("192.0.2.7", "cameras.example", "a.cameras.example", "b.door.example")) {
            assertThat(proxy.select(URI.create("https://" + host + "/"))).containsExactly(Proxy.NO_PROXY);
        }
        assertThat(new EnvironmentProxy(Map.of()).select(URI.create("http://camera.example/")))
                .containsExactly(Proxy.NO_PROXY);
    }

    @Test
    void takesACertificateThatTheCameraSignedForAnotherName(@TempDir Path folder) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder.resolve("camera.p12"))));
        server.createContext("/video", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace;boundary=frame");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(PICTURES.get(2));
            exchange.close();
        });
        server.start();
        try {
            assertThat(readToTheEnd(URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/video")))
                    .extracting(CapturedFrame::bytes).containsExactly(PICTURES.get(2));
        } finally {
            server.stop(0);
        }
    }

    private static SSLContext selfSigned(Path file) throws Exception {
        char[] password = "changeit".toCharArray();
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "camera", "-keyalg", "EC", "-dname", "CN=camera", "-validity", "2",
                "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", "changeit")
                .redirectErrorStream(true).start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(file.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void leavesOtherAnswersToFfmpeg() throws Exception {
        camera.answer("/list", text(OK + "Content-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\n"))
                .answer("/movie", text(OK + "Content-Type: video/mp4\r\n\r\n\0\0\0\u0018ftypisom"))
                .answer("/radio", text("ICY 200 OK\r\n\r\n"));

        for (String path : List.of("/list", "/movie", "/radio")) {
            assertThat(open(camera.address(path), CameraSettings.DEFAULTS)).as(path).isEmpty();
        }
    }

    @Test
    void scalesDownWhatIsLargerAndKeepsWhichSideIsUp() throws Exception {
        byte[] turned = JpegEncoder.withOrientation(PICTURES.get(3), 90);
        camera.answer("/video", text(MULTIPART), turned, png(40), png(200));
        CameraSettings settings = new CameraSettings(Optional.empty(), 1, Optional.of(80), 95, false, false, false,
                false, false, Optional.empty());

        List<CapturedFrame> frames = new ArrayList<>();
        try (FrameReader reader = open(camera.address("/video"), settings).orElseThrow()) {
            for (Optional<CapturedFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }

        BufferedImage first = ImageIO.read(new ByteArrayInputStream(frames.get(0).bytes()));
        assertThat(List.of(first.getWidth(), first.getHeight())).containsExactly(80, 32);
        assertThat(NumberedVideo.number(frames.get(0).bytes())).isEqualTo(3);
        assertThat(Arrays.copyOf(frames.get(0).bytes(), 38)).isEqualTo(Arrays.copyOf(turned, 38));
        assertThat(frames.get(1).bytes()).isEqualTo(png(40));
        assertThat(frames.get(2).contentType()).isEqualTo("image/jpeg");
    }

    @Test
    void anInterruptionEndsTheWaitForASilentCamera() throws Exception {
        camera.fallingSilent().answer("/video", text(MULTIPART), PICTURES.get(0));
        CountDownLatch first = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (FrameReader reader = open(camera.address("/video"), CameraSettings.DEFAULTS).orElseThrow()) {
                reader.next();
                first.countDown();
                reader.next();
            } catch (IOException | InterruptedException e) {
                ended.complete(e);
            }
        });
        thread.start();
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();

        thread.interrupt();

        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    private String shown(String path) {
        return camera.address(path).toString();
    }

    private Optional<FrameReader> open(URI address, CameraSettings settings) throws IOException, InterruptedException {
        return HttpPictureReader.open(
                new NetworkStream(address), MAX_BYTES, settings, problems, Clock.systemUTC());
    }

    private List<CapturedFrame> readToTheEnd(URI address) throws IOException, InterruptedException {
        List<CapturedFrame> frames = new ArrayList<>();
        try (FrameReader reader = open(address, CameraSettings.DEFAULTS).orElseThrow()) {
            for (Optional<CapturedFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }

    private static byte[] png(int side) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }
}
