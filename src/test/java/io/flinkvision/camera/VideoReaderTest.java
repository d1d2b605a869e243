package io.flinkvision.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.camera.Source.NetworkStream;
import io.flinkvision.camera.Source.VideoFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoReaderTest {

    private static final int PICTURES = 53;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"mp4, libopenh264", "mkv, libopenh264", "webm, libvpx", "mp4, mpeg4", "avi, mjpeg"})
    void readsEachPictureOfAVideoOnceAndInOrder(String format, String encoder) throws Exception {
        Path file = folder.resolve("numbered." + format);
        NumberedVideo.write(file, encoder, PICTURES);

        List<Frame> frames = read(file, CameraSettings.DEFAULTS);

        assertThat(frames).extracting(frame -> NumberedVideo.number(frame.bytes()))
                .containsExactlyElementsOf(IntStream.range(0, PICTURES).boxed().toList());
        assertThat(frames).extracting(Frame::number)
                .containsExactlyElementsOf(IntStream.range(0, PICTURES).mapToObj(Long::valueOf).toList());
        assertThat(frames).extracting(Frame::contentType).containsOnly("image/jpeg");
    }

    @Test
    void handsOnTheJpegsOfAVideoAsTheyAre() throws Exception {
        Path file = folder.resolve("numbered.avi");
        NumberedVideo.write(file, "mjpeg", 5);

        assertThat(read(file, CameraSettings.DEFAULTS)).extracting(Frame::bytes)
                .containsExactlyElementsOf(NumberedVideo.encode("mjpeg", 5).packets());
    }

    @Test
    void scalesDownWhatIsLargerAndThinsOut() throws Exception {
        Path file = folder.resolve("numbered.mp4");
        NumberedVideo.write(file, "libopenh264", 50);
        CameraSettings settings = new CameraSettings(Optional.of(5.0), 1, Optional.of(80), 95, false, false, false,
                false, false, Optional.empty());

        List<Frame> frames = read(file, settings);

        assertThat(frames).extracting(frame -> NumberedVideo.number(frame.bytes()))
                .containsExactly(0, 5, 10, 15, 20, 25, 30, 35, 40, 45);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(frames.get(0).bytes()));
        assertThat(image.getWidth()).isEqualTo(80);
        assertThat(image.getHeight()).isEqualTo(32);
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

    private static VideoReader open(Source source, CameraSettings settings) throws IOException {
        return new VideoReader(source, settings, () -> false, Clock.systemUTC());
    }

    private static List<Frame> read(Path file, CameraSettings settings) throws IOException, InterruptedException {
        List<Frame> frames = new ArrayList<>();
        try (VideoReader reader = open(new VideoFile(file), settings)) {
            for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }
}
