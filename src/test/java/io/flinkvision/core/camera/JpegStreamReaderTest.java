package io.flinkvision.core.camera;

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
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JpegStreamReaderTest {

    private static final long MAX_BYTES = 1 << 22;

    private final ProblemLog problems = new ProblemLog();

    static final class ProblemLog implements FrameReader.Problems {

        final List<String> skipped = new ArrayList<>();
        final List<String> unmarked = new ArrayList<>();
        final List<String> warned = new ArrayList<>();
        int unchanged;

        @Override
        public void skipped(String reason) {
            skipped.add(reason);
        }

        @Override
        public void unmarked(String reason) {
            unmarked.add(reason);
        }

        @Override
        public void warned(String reason) {
            warned.add(reason);
        }

        @Override
        public void unchanged() {
            unchanged++;
        }
    }

    @Test
    void findsThePicturesOfAStreamByteForByte() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("conf/models/triage/images"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }

        assertThat(read(concatenated(pictures))).extracting(CapturedFrame::bytes).containsExactlyElementsOf(pictures);
    }

    @Test
    void aThumbnailInsideDoesNotEndAPicture() throws Exception {
        byte[] thumbnail = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
        byte[] plain = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] picture = concatenated(List.of(Arrays.copyOf(plain, 2), new byte[] {(byte) 0xff, (byte) 0xe1, 0, 6},
                thumbnail, Arrays.copyOfRange(plain, 2, plain.length)));

        assertThat(read(concatenated(List.of(picture, picture)))).extracting(CapturedFrame::bytes)
                .containsExactly(picture, picture);
    }

    @Test
    void leavesOutWhatIsBetweenThePictures() throws Exception {
        byte[] picture = new MosaicJpeg(8, 8).encode(new int[64]);
        JpegStreamReader reader = open(concatenated(List.of(picture, new byte[] {1, 2, 3}, picture)), MAX_BYTES);

        assertThat(reader.next()).isPresent();
        assertThat(reader.next().map(CapturedFrame::number)).contains(1L);
        assertThat(reader.next()).isEmpty();
        assertThat(reader.remark()).startsWith("3 bytes");
    }

    @Test
    void saysWhereAStreamEndedAndWhenItIsNone() {
        byte[] picture = new MosaicJpeg(8, 8).encode(new int[64]);

        assertThatThrownBy(() -> read(Arrays.copyOf(picture, picture.length - 1)))
                .isInstanceOf(CameraException.class).hasMessageContaining("ended inside frame 0");
        assertThatThrownBy(() -> open(new byte[100], 50).next())
                .isInstanceOf(CameraException.class).hasMessageContaining("has no JPEG in its first 50 bytes");
    }

    @Test
    void aPictureThatIsTooLargeIsLeftOutAndTheNextOnesAreRead() throws Exception {
        byte[] small = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] large = new MosaicJpeg(80, 80).encode(new int[6400]);
        JpegStreamReader reader = open(concatenated(List.of(small, large, small)), small.length);

        assertThat(reader.next().map(CapturedFrame::bytes)).contains(small);
        assertThat(reader.next().map(CapturedFrame::bytes)).contains(small);
        assertThat(reader.next()).isEmpty();
        assertThat(problems.skipped).singleElement().asString()
                .contains("frame 1 has more than the limit of " + small.length + " bytes");
    }

    @Test
    void aPictureWithoutItsEndCostsNoOtherOne() throws Exception {
        byte[] whole = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] unended = Arrays.copyOf(whole, whole.length - 2);
        byte[] cut = Arrays.copyOf(whole, whole.length - 6);

        assertThat(read(concatenated(List.of(whole, unended, whole, cut, whole)))).extracting(CapturedFrame::bytes)
                .containsExactly(whole, unended, whole, cut, whole);
        assertThat(problems.unmarked).containsExactly("frame 1 has no end marker", "frame 3 has no end marker");
        assertThat(problems.skipped).isEmpty();
    }

    @Test
    void aPictureThatEndsInsideOfASegmentCostsNoOtherOne() throws Exception {
        byte[] whole = new MosaicJpeg(8, 8).encode(new int[64]);
        for (int length = 20; length < headerLength(whole); length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThat(read(concatenated(List.of(whole, cut, whole, whole)))).as("cut at " + length)
                    .extracting(CapturedFrame::bytes).containsExactly(whole, whole, whole);
        }
        assertThat(problems.skipped).hasSize(headerLength(whole) - 20).contains("frame 1 ends before its pixels");
    }

    /** The bytes before the scan data. */
    private static int headerLength(byte[] jpeg) {
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xda) {
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
        }
        return at;
    }

    @Test
    void fillBytesStrayBytesAndASegmentOfAWrongLengthAreToleratedAsByLibjpeg() throws Exception {
        byte[] plain = new MosaicJpeg(8, 8).encode(new int[64]);
        byte[] rest = Arrays.copyOfRange(plain, 2, plain.length);
        byte[] soi = Arrays.copyOf(plain, 2);
        byte[] fill = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
        byte[] stray = {(byte) 0xff, (byte) 0xe2, 0, 4, 1, 2, 3, (byte) 0xff, 0, 5};
        List<byte[]> pictures = List.of(concatenated(List.of(soi, fill, rest)), concatenated(List.of(soi, stray, rest)),
                concatenated(List.of(Arrays.copyOf(plain, plain.length - 2), fill, new byte[] {(byte) 0xd9})));

        assertThat(read(concatenated(pictures))).extracting(CapturedFrame::bytes).containsExactlyElementsOf(pictures);
    }

    @Test
    void damageOfAnyKindLeavesTheNextPicturesWhole() throws Exception {
        byte[] whole = new MosaicJpeg(16, 16).encode(new Random(1).ints(256, 0, 1 << 24).toArray());
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = Arrays.copyOf(whole, 2 + random.nextInt(whole.length - 2));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }

            List<CapturedFrame> frames = read(concatenated(List.of(whole, damaged, whole, whole)));

            assertThat(frames).as("seed 7, round " + i).extracting(CapturedFrame::bytes)
                    .hasSizeBetween(2, 7).last().isEqualTo(whole);
        }
    }

    private static byte[] concatenated(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private JpegStreamReader open(byte[] stream, long largestBytes) {
        return new JpegStreamReader(new ByteArrayInputStream(stream), largestBytes, CameraSettings.DEFAULTS, problems,
                Clock.systemUTC());
    }

    private List<CapturedFrame> read(byte[] stream) throws IOException, InterruptedException {
        List<CapturedFrame> frames = new ArrayList<>();
        try (JpegStreamReader reader = open(stream, MAX_BYTES)) {
            for (Optional<CapturedFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
    }
}
