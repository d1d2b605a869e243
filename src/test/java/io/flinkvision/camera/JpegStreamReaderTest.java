package io.flinkvision.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JpegStreamReaderTest {

    private static final long LARGEST_BYTES = 1 << 22;

    @Test
    void findsThePicturesOfAStreamByteForByte() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("conf/models/triage/images"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }

        assertThat(read(concatenated(pictures))).extracting(Frame::bytes).containsExactlyElementsOf(pictures);
    }

    @Test
    void aThumbnailInsideDoesNotEndAPicture() throws Exception {
        byte[] thumbnail = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
        byte[] plain = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] picture = concatenated(List.of(Arrays.copyOf(plain, 2), new byte[] {(byte) 0xff, (byte) 0xe1, 0, 6},
                thumbnail, Arrays.copyOfRange(plain, 2, plain.length)));

        assertThat(read(concatenated(List.of(picture, picture)))).extracting(Frame::bytes)
                .containsExactly(picture, picture);
    }

    @Test
    void leavesOutWhatIsBetweenThePictures() throws Exception {
        byte[] picture = new MosaicJpeg(8, 8).encode(new int[64]);
        JpegStreamReader reader = open(concatenated(List.of(picture, new byte[] {1, 2, 3}, picture)), LARGEST_BYTES);

        assertThat(reader.next()).isPresent();
        assertThat(reader.next().map(Frame::number)).contains(1L);
        assertThat(reader.next()).isEmpty();
        assertThat(reader.remark()).startsWith("3 bytes");
    }

    @Test
    void saysWhereAStreamEndedAndWhenItIsNone() {
        byte[] picture = new MosaicJpeg(8, 8).encode(new int[64]);

        assertThatThrownBy(() -> read(Arrays.copyOf(picture, picture.length - 1)))
                .isInstanceOf(CameraException.class).hasMessageContaining("ended inside of the picture 0");
        assertThatThrownBy(() -> open(new byte[100], 50).next())
                .isInstanceOf(CameraException.class).hasMessageContaining("has no JPEG in its first 50 bytes");
        assertThatThrownBy(() -> open(picture, 50).next())
                .isInstanceOf(CameraException.class).hasMessageContaining("more than 50 bytes");
    }

    private static byte[] concatenated(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static JpegStreamReader open(byte[] stream, long largestBytes) {
        return new JpegStreamReader(
                new ByteArrayInputStream(stream), largestBytes, CameraSettings.DEFAULTS, Clock.systemUTC());
    }

    private static List<Frame> read(byte[] stream) throws IOException, InterruptedException {
        List<Frame> frames = new ArrayList<>();
        try (JpegStreamReader reader = open(stream, LARGEST_BYTES)) {
            for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }
}
