package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import io.flinkvision.core.camera.JpegStreamReaderTest.ProblemLog;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras that send what no camera should: each is lost, and nothing else is. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileCameraTest {

    private static final int MAX_BYTES = 1 << 20;
    private static final int IVF_HEADER_BYTES = 32;
    private static final int IVF_FRAME_HEADER_BYTES = 12;

    /** Width and height of a VP8 key frame follow its tag and its start code (RFC 6386, section 9.1). */
    private static final int VP8_SIZE_OFFSET = 6;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"video/mp4", "video/h264", "video/mp2t", "image/jpeg", "text/plain"})
    void aCameraThatSendsGarbageIsLost(String type) throws Exception {
        byte[] garbage = new byte[3 * MAX_BYTES];
        new Random(1).nextBytes(garbage);

        assertLost(type, garbage);
    }

    @Test
    void aJpegWithoutAnEndIsSkippedAfterTheLimit() throws Exception {
        byte[] start = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] endless = Arrays.copyOf(Arrays.copyOf(start, start.length - 2), 5 * MAX_BYTES);
        Arrays.fill(endless, start.length - 2, endless.length, (byte) 0x55);
        ProblemLog problems = new ProblemLog();
        try (OddCamera camera = new OddCamera()) {
            camera.answer("/video", OddCamera.text(OddCamera.OK + "Content-Type: image/jpeg\r\n\r\n"), endless);
            try (FrameReader reader = open(new NetworkStream(camera.address("/video")), problems)) {
                assertThat(read(reader)).isZero();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("without a JPEG");
            }
        }
        assertThat(problems.skipped).isNotEmpty().first().asString().contains("more than the limit of " + MAX_BYTES);
    }

    @ParameterizedTest
    @EnumSource(FrameForm.class)
    void noMemoryIsTakenForPicturesOfAbsurdSides(FrameForm form) throws Exception {
        Path file = folder.resolve("absurd.ivf");
        NumberedVideo.write(file, "libvpx", 3, 1, number -> number);
        assertThat(numberOfFrames(file, form)).isEqualTo(3);
        byte[] video = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(video).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = IVF_HEADER_BYTES; frame < video.length;
                frame += IVF_FRAME_HEADER_BYTES + bytes.getInt(frame)) {
            bytes.putShort(frame + IVF_FRAME_HEADER_BYTES + VP8_SIZE_OFFSET, (short) 16_383);
            bytes.putShort(frame + IVF_FRAME_HEADER_BYTES + VP8_SIZE_OFFSET + 2, (short) 16_383);
        }
        Files.write(file, video);

        assertThat(numberOfFrames(file, form)).isZero();
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

        assertLost("video/x-ivf", Arrays.copyOf(video.array(), video.position()));
    }

    private static void assertLost(String type, byte[] body) throws Exception {
        try (OddCamera camera = new OddCamera()) {
            camera.answer("/video", OddCamera.text(OddCamera.OK + "Content-Type: " + type + "\r\n\r\n"), body);
            assertThatThrownBy(() -> {
                try (FrameReader reader = open(new NetworkStream(camera.address("/video")), new ProblemLog())) {
                    read(reader);
                }
            }).isInstanceOf(IOException.class).hasMessageStartingWith(camera.address("/video").toString());
        }
    }

    private static FrameReader open(FrameSource source, ProblemLog problems) throws Exception {
        return FrameReader.open(CameraDefinition.of(source, CameraSettings.DEFAULTS),
                new ReadingContext(MAX_BYTES, Optional.empty(), InputStream.nullInputStream(), FrameForm.PIXELS),
                () -> false, problems);
    }

    private static int numberOfFrames(Path file, FrameForm form) throws Exception {
        ReadingContext context = new ReadingContext(MAX_BYTES, Optional.empty(), InputStream.nullInputStream(), form);
        CameraDefinition camera = CameraDefinition.of(new VideoFile(file), CameraSettings.DEFAULTS);
        try (FrameReader reader = FrameReader.open(camera, context, () -> false, new ProblemLog())) {
            return read(reader);
        } catch (IOException e) {
            return 0;
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
