package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import io.flinkvision.core.camera.JpegStreamReaderTest.ProblemLog;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoReaderTest {

    private static final int PICTURES = 53;
    private static final String PLAYLIST = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.2,\n";
    private static final String SESSION = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 127.0.0.1\r\n"
            + "t=0 0\r\nm=video 45000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"mp4, libopenh264", "mkv, libopenh264", "webm, libvpx", "mp4, mpeg4", "avi, mjpeg"})
    void readsEachPictureOfAVideoOnceAndInOrder(String format, String encoder) throws Exception {
        Path file = folder.resolve("numbered." + format);
        NumberedVideo.write(file, encoder, PICTURES);

        List<CapturedFrame> frames = read(file, CameraSettings.DEFAULTS);

        assertThat(frames).extracting(frame -> NumberedVideo.number(frame.bytes()))
                .containsExactlyElementsOf(IntStream.range(0, PICTURES).boxed().toList());
        assertThat(frames).extracting(CapturedFrame::number)
                .containsExactlyElementsOf(IntStream.range(0, PICTURES).mapToObj(Long::valueOf).toList());
        assertThat(frames).extracting(CapturedFrame::contentType).containsOnly("image/jpeg");
    }

    @Test
    void handsOnTheJpegsOfAVideoAsTheyAre() throws Exception {
        Path file = folder.resolve("numbered.avi");
        NumberedVideo.write(file, "mjpeg", 5);

        assertThat(read(file, CameraSettings.DEFAULTS)).extracting(CapturedFrame::bytes)
                .containsExactlyElementsOf(NumberedVideo.encode("mjpeg", 5).packets());
    }

    @Test
    void scalesDownWhatIsLargerAndThinsOut() throws Exception {
        Path file = folder.resolve("numbered.mp4");
        NumberedVideo.write(file, "libopenh264", 50);
        CameraSettings settings = new CameraSettings(Optional.of(5.0), 1, Optional.of(80), 95, false, false, false,
                false, false, Optional.empty());

        List<CapturedFrame> frames = read(file, settings);

        assertThat(frames).extracting(frame -> NumberedVideo.number(frame.bytes()))
                .containsExactly(0, 5, 10, 15, 20, 25, 30, 35, 40, 45);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(frames.get(0).bytes()));
        assertThat(image.getWidth()).isEqualTo(80);
        assertThat(image.getHeight()).isEqualTo(32);
    }

    @ParameterizedTest
    @CsvSource({"mp4, mpeg4, 2, 1, 320, 64", "mp4, libopenh264, 2, 1, 320, 64", "mkv, libopenh264, 1, 2, 160, 128",
        "mkv, mjpeg, 3, 2, 240, 64", "mp4, mpeg4, 8, 9, 160, 72"})
    void showsPixelsThatAreNotSquareInTheirShape(String format, String encoder, int pixelWidth, int pixelHeight,
            int width, int height) throws Exception {
        Path file = folder.resolve("wide." + format);
        NumberedVideo.write(file, encoder, 3, pixelWidth, pixelHeight);

        List<CapturedFrame> frames = read(file, CameraSettings.DEFAULTS);

        assertThat(frames).extracting(frame -> NumberedVideo.number(frame.bytes())).containsExactly(0, 1, 2);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(frames.get(0).bytes()));
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(width, height);
    }

    @Test
    void scalesThePictureAsItIsShownToTheWantedSide() throws Exception {
        Path file = folder.resolve("wide.mp4");
        NumberedVideo.write(file, "mpeg4", 3, 2, 1);
        CameraSettings settings = new CameraSettings(Optional.empty(), 1, Optional.of(160), 95, false, false, false,
                false, false, Optional.empty());

        BufferedImage image = ImageIO.read(new ByteArrayInputStream(read(file, settings).get(0).bytes()));

        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(160, 32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"concat:video.mp4", "subfile,,start,0,end,1,,:video.mp4", "http:video.mp4", "data:,x.mp4"})
    void takesTheNameOfAFileForNothingElse(String name) throws Exception {
        Path file = Path.of(name);
        NumberedVideo.write(folder.resolve("video.mp4"), "mpeg4", 3);
        Files.copy(folder.resolve("video.mp4"), file);
        try {
            assertThat(read(file, CameraSettings.DEFAULTS)).extracting(frame -> NumberedVideo.number(frame.bytes()))
                    .containsExactly(0, 1, 2);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void opensNoOtherFileThatAFileNames() throws IOException {
        NumberedVideo.write(folder.resolve("secret.ts"), "mpeg4", 30);
        Path playlist = Files.writeString(folder.resolve("list.m3u8"), PLAYLIST + "file:" + folder + "/secret.ts\n"
                + "#EXT-X-ENDLIST\n");
        Path concatenation = Files.writeString(folder.resolve("list.mp4"), "ffconcat version 1.0\nfile secret.ts\n");
        Path session = Files.writeString(folder.resolve("camera.mp4"), SESSION);

        for (Path file : List.of(playlist, concatenation, session)) {
            assertThatThrownBy(() -> read(file, CameraSettings.DEFAULTS)).isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + " has a format that is not allowed");
        }
    }

    @Test
    void readsAPlaylistOfVideosByHttpButNoSessionDescriptionAndNoFile() throws Exception {
        NumberedVideo.write(folder.resolve("video.ts"), "libopenh264", 30);
        byte[] video = Files.readAllBytes(folder.resolve("video.ts"));
        String head = OddCamera.OK + "Content-Type: ";
        try (OddCamera camera = new OddCamera()) {
            String list = PLAYLIST + "video.ts\n#EXT-X-ENDLIST\n";
            camera.answer("/list.m3u8", OddCamera.text(head + "application/vnd.apple.mpegurl\r\nContent-Length: "
                            + list.length() + "\r\n\r\n" + list))
                    .answer("/video.ts", OddCamera.text(head + "video/mp2t\r\nContent-Length: " + video.length
                            + "\r\n\r\n"), video)
                    .answer("/local.m3u8", OddCamera.text(head + "application/vnd.apple.mpegurl\r\n\r\n" + PLAYLIST
                            + "file://" + folder + "/video.ts\n#EXT-X-ENDLIST\n"))
                    .answer("/session", OddCamera.text(head + "application/sdp\r\n\r\n" + SESSION));

            assertThat(read(new NetworkStream(camera.address("/list.m3u8")), CameraSettings.DEFAULTS))
                    .extracting(frame -> NumberedVideo.number(frame.bytes()))
                    .containsExactlyElementsOf(IntStream.range(0, 30).boxed().toList());
            assertThatThrownBy(() -> read(new NetworkStream(camera.address("/local.m3u8")), CameraSettings.DEFAULTS))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> read(new NetworkStream(camera.address("/session")), CameraSettings.DEFAULTS))
                    .isInstanceOf(IOException.class).hasMessageContaining("has a format that is not allowed");
        }
    }

    @Test
    void keepsBlackAndWhiteOfALimitedRangeBlackAndWhite() throws Exception {
        Path file = folder.resolve("numbered.mp4");
        NumberedVideo.write(file, "libopenh264", 2);

        BufferedImage one = ImageIO.read(new ByteArrayInputStream(read(file, CameraSettings.DEFAULTS).get(1).bytes()));

        assertThat(one.getRGB(8, 32) & 0xff).isGreaterThan(245);
        assertThat(one.getRGB(40, 32) & 0xff).isLessThan(10);
    }

    @Test
    void refusesWhatIsNoVideo() throws IOException {
        Path file = folder.resolve("text.mp4");
        Files.writeString(file, "no video at all\n".repeat(100));

        assertThatThrownBy(() -> open(new VideoFile(file), CameraSettings.DEFAULTS))
                .hasMessageContaining(file.toString()).hasMessageContaining("no video");
    }

    @Test
    void saysThatAConnectionWasRefusedWithoutThePassword() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI address = URI.create("rtsp://admin:s3cret@127.0.0.1:" + port + "/door");

        assertThatThrownBy(() -> open(new NetworkStream(address), CameraSettings.DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessage("rtsp://127.0.0.1:" + port + "/door: Connection refused");
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aStopEndsTheWaitForASilentCameraWhileOthersAreOpened() throws Exception {
        NumberedVideo.write(folder.resolve("other.mp4"), "mpeg4", 3);
        AtomicBoolean stopped = new AtomicBoolean();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("rtsp://127.0.0.1:" + silent.getLocalPort() + "/door");
            CompletableFuture<Throwable> opening = CompletableFuture.supplyAsync(() -> catchThrowable(() ->
                    new VideoReader(new NetworkStream(address), CameraSettings.DEFAULTS, FrameForm.JPEG, stopped::get,
                            new ProblemLog(), Clock.systemUTC())));
            try (Socket connected = silent.accept()) {
                assertThat(connected.isConnected()).isTrue();
                assertThat(read(folder.resolve("other.mp4"), CameraSettings.DEFAULTS)).hasSize(3);
                assertThat(opening).isNotDone();

                long stopNanos = System.nanoTime();
                stopped.set(true);

                assertThat(opening.get()).isInstanceOf(IOException.class).hasMessageContaining("silent");
                assertThat(Duration.ofNanos(System.nanoTime() - stopNanos)).isLessThan(Duration.ofSeconds(10));
            }
        }
    }

    /** JavaCPP has ten native callbacks of a kind. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aStopEndsTheWaitForManySilentCameras() throws Exception {
        int cameras = 24;
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(cameras);
        List<Socket> connected = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, cameras, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("rtsp://127.0.0.1:" + silent.getLocalPort() + "/door");
            List<CompletableFuture<Throwable>> opening = new ArrayList<>();
            for (int i = 0; i < cameras; i++) {
                opening.add(CompletableFuture.supplyAsync(() -> catchThrowable(() ->
                        new VideoReader(new NetworkStream(address), CameraSettings.DEFAULTS, FrameForm.JPEG,
                                stopped::get, new ProblemLog(), Clock.systemUTC())), threads));
                connected.add(silent.accept());
            }
            assertThat(opening).noneMatch(CompletableFuture::isDone);

            stopped.set(true);

            assertThat(opening).allSatisfy(camera ->
                    assertThat(camera.get()).isInstanceOf(IOException.class).hasMessageContaining("silent"));
        } finally {
            threads.shutdownNow();
            for (Socket socket : connected) {
                socket.close();
            }
        }
    }

    private static VideoReader open(FrameSource source, CameraSettings settings) throws IOException {
        return new VideoReader(source, settings, FrameForm.JPEG, () -> false, new ProblemLog(), Clock.systemUTC());
    }

    private static List<CapturedFrame> read(Path file, CameraSettings settings)
            throws IOException, InterruptedException {
        return read(new VideoFile(file), settings);
    }

    private static List<CapturedFrame> read(FrameSource source, CameraSettings settings)
            throws IOException, InterruptedException {
        List<CapturedFrame> frames = new ArrayList<>();
        try (VideoReader reader = open(source, settings)) {
            for (Optional<CapturedFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }
}
