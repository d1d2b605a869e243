package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import io.flinkvision.core.camera.JpegStreamReaderTest.ProblemLog;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras that send what no camera should: each is lost, and nothing else is. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileCameraTest {

    private static final int MAX_BYTES = 1 << 20;
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"video/mp4", "video/h264", "video/mp2t", "image/jpeg", "text/plain"})
    void aCameraThatSendsGarbageIsLost(String type) throws Exception {
        byte[] garbage = new byte[3 * MAX_BYTES];
        new Random(1).nextBytes(garbage);

        assertLost(type, garbage, "video");
    }

    @Test
    void aJpegWithoutAnEndIsSkippedAfterTheLimit() throws Exception {
        byte[] start = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] endless = Arrays.copyOf(Arrays.copyOf(start, start.length - 2), 5 * MAX_BYTES);
        Arrays.fill(endless, start.length - 2, endless.length, (byte) 0x55);
        ProblemLog problems = new ProblemLog();
        try (OddCamera camera = new OddCamera()) {
            camera.answer("/video", OddCamera.text(OddCamera.OK + "Content-Type: image/jpeg\r\n\r\n"), endless);
            try (FrameReader reader = open(new NetworkStream(camera.address("/video")), CameraSettings.DEFAULTS, problems)) {
                assertThat(read(reader)).isZero();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("without a JPEG");
            }
        }
        assertThat(problems.skipped).isNotEmpty().first().asString().contains("more than the limit of " + MAX_BYTES);
    }

    @Test
    void noMemoryIsTakenForAPictureOfAbsurdSides() throws Exception {
        Path file = folder.resolve("sides.png");

        // One bit per pixel, in a few kilobytes.
        ImageIO.write(new BufferedImage(8300, 8100, BufferedImage.TYPE_BYTE_BINARY), "png", file.toFile());
        assertThatThrownBy(() -> numberOfFrames(file)).isInstanceOf(IOException.class)
                .hasMessage(file + " has pictures of 8300 x 8100 pixels, and at most 67108864 are decoded");

        ImageIO.write(new BufferedImage(830, 810, BufferedImage.TYPE_BYTE_BINARY), "png", file.toFile());
        assertThat(numberOfFrames(file)).isEqualTo(1);
    }

    @Test
    void noMemoryIsTakenForPixelsThatAreStretchedBeyondAllBounds() {
        try (DecodedPicture picture = new DecodedPicture(9000, 1200, AV_PIX_FMT_GRAY8);
                PixelConverter converter = new PixelConverter(CameraSettings.DEFAULTS)) {
            assertThatThrownBy(() -> converter.picture(picture.frame, 0.125, 0)).isInstanceOf(IOException.class)
                    .hasMessage("A picture of 9000 x 9600 pixels has more than 67108864; max-side scales it down");
        }
    }

    @Test
    void aLiveCameraWhoseVideoCannotBeDecodedIsLostAndNotWatchedForEver() throws Exception {
        List<byte[]> packets = NumberedVideo.encode("libvpx", 1).packets();
        byte[] header = OddCamera.text("DKIF\0\0\40\0VP80");
        ByteBuffer video = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN).put(header)
                .putShort((short) 160).putShort((short) 64).putInt(25).putInt(1).putInt(0).putInt(0);
        byte[] key = packets.get(0);
        // A key frame whose start code is wrong.
        key[3] = 0;
        for (int frame = 0; frame < 400; frame++) {
            video.putInt(key.length).putLong(frame).put(key);
        }

        assertLost("video/x-ivf", Arrays.copyOf(video.array(), video.position()),
                "sent 250 packets without a picture that FFmpeg can decode");
    }

    private static void assertLost(String type, byte[] body, String reason) throws Exception {
        try (OddCamera camera = new OddCamera()) {
            camera.answer("/video", OddCamera.text(OddCamera.OK + "Content-Type: " + type + "\r\n\r\n"), body);
            assertThatThrownBy(() -> {
                try (FrameReader reader = open(new NetworkStream(camera.address("/video")), CameraSettings.DEFAULTS, new ProblemLog())) {
                    read(reader);
                }
            }).isInstanceOf(IOException.class).hasMessageStartingWith(camera.address("/video").toString())
                    .hasMessageContaining(reason);
        }
    }

    private static FrameReader open(FrameSource source, CameraSettings settings, ProblemLog problems)
            throws Exception {
        return FrameReader.open(CameraDefinition.of(source, settings),
                new ReadingContext(MAX_BYTES, Optional.empty(), InputStream.nullInputStream(), FrameForm.PIXELS),
                () -> false, problems);
    }

    private static int numberOfFrames(Path file) throws Exception {
        CameraSettings settings = new CameraSettings(
                Optional.empty(), 1, Optional.of(64), 90, false, false, false, false, false, Optional.empty());
        try (FrameReader reader = open(new VideoFile(file), settings, new ProblemLog())) {
            return read(reader);
        }
    }

    private static int read(FrameReader reader) throws Exception {
        int frames = 0;
        while (reader.next().isPresent()) {
            frames++;
        }
        return frames;
    }
}
