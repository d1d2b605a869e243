package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.CapturedFrame.Pixels;
import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.PictureFolder;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import io.flinkvision.core.camera.JpegStreamReaderTest.ProblemLog;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The settings {@code keyframes} and {@code only-changes}. */
class FewerFramesTest {

    private static final int PICTURES = 53;
    private static final CameraSettings KEYFRAMES = CameraSettings.DEFAULTS.withKeyframes(true);
    private static final CameraSettings CHANGES = CameraSettings.DEFAULTS
            .withOnlyChanges(Optional.of(new ChangeRule(8, Duration.ofSeconds(10))));

    @TempDir
    Path folder;

    private final Log log = new Log();

    /** What comes of a camera. */
    private static final class Log implements CameraReading.Receiver {

        final ProblemLog problems = new ProblemLog();
        final List<CapturedFrame> frames = new ArrayList<>();

        @Override
        public void accept(CapturedFrame frame, FrameReader reader) {
            frames.add(frame);
        }

        @Override
        public void skipped(String reason) {
            problems.skipped(reason);
        }

        @Override
        public void unmarked(String reason) {
            problems.unmarked(reason);
        }

        @Override
        public void unchanged() {
            problems.unchanged();
        }

        @Override
        public void warned(String reason) {
            problems.warned(reason);
        }

        List<Long> numbers() {
            return frames.stream().map(CapturedFrame::number).toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"mp4, libopenh264", "mkv, libopenh264", "webm, libvpx", "mp4, mpeg4"})
    void withKeyframesOnlyThoseAreDecodedAndTheOthersHaveTheirNumbers(String format, String encoder) {
        Path file = folder.resolve("numbered." + format);
        NumberedVideo.write(file, encoder, PICTURES, NumberedVideo.KEY_INTERVAL, number -> number);

        read(new VideoFile(file), KEYFRAMES, FrameForm.JPEG);

        assertThat(log.frames).hasSize(6);
        assertThat(log.numbers()).containsExactly(0L, 10L, 20L, 30L, 40L, 50L);
        assertThat(log.frames).extracting(frame -> (long) NumberedVideo.number(frame.bytes()))
                .containsExactlyElementsOf(log.numbers());
    }

    @Test
    void aKeyFrameIsHandedOnAtOnceAlsoWhereLaterPicturesMayComeBeforeIt() {
        Path file = folder.resolve("reordered.mp4");
        NumberedVideo.write(file, "mpeg4", 8, 1, 1);

        read(new VideoFile(file), KEYFRAMES, FrameForm.JPEG);

        assertThat(log.frames).extracting(frame -> NumberedVideo.number(frame.bytes())).containsExactly(0);
    }

    @Test
    void eachPictureOfAnMjpegIsAKeyFrame() {
        Path file = folder.resolve("numbered.avi");
        NumberedVideo.write(file, "mjpeg", 7);

        read(new VideoFile(file), KEYFRAMES, FrameForm.JPEG);

        assertThat(log.numbers()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aCameraWithHardlyAnyKeyFramesIsReportedOnce() {
        Path file = folder.resolve("long.mkv");
        // 36 seconds; MPEG-4 takes no longer interval.
        NumberedVideo.write(file, "libvpx", 900, 10_000, number -> number == 0 ? 1 : 3);

        read(new VideoFile(file), KEYFRAMES, FrameForm.JPEG);

        assertThat(log.numbers()).containsExactly(0L);
        assertThat(log.problems.warned).singleElement().asString().contains("no key frame for 30 seconds");
    }

    @ParameterizedTest
    @EnumSource(FrameForm.class)
    void aFrameOfAVideoThatLooksLikeTheLastOneSentIsCountedAndNotSent(FrameForm form) {
        Path file = folder.resolve("still.mp4");
        NumberedVideo.write(file, "libopenh264", 50, 25, number -> number < 20 || number >= 40 ? 5 : 6);

        read(new VideoFile(file), CHANGES, form);

        assertThat(log.numbers()).containsExactly(0L, 20L, 40L);
        assertThat(log.problems.unchanged).isEqualTo(47);
        assertThat(log.frames).extracting(frame -> frame.picture() instanceof Pixels)
                .containsOnly(form == FrameForm.PIXELS);
    }

    @Test
    void aStillVideoSendsAFrameInTheIntervalOfItsOwnTime() {
        Path file = folder.resolve("still.mp4");
        NumberedVideo.write(file, "libopenh264", 50, 25, number -> 5);

        read(new VideoFile(file), CameraSettings.DEFAULTS
                .withOnlyChanges(Optional.of(new ChangeRule(8, Duration.ofMillis(400)))), FrameForm.PIXELS);

        assertThat(log.numbers()).containsExactly(0L, 10L, 20L, 30L, 40L);
    }

    @Test
    void jpegsOfAVideoAndOfACameraAreComparedToo() throws Exception {
        Path file = folder.resolve("still.avi");
        NumberedVideo.write(file, "mjpeg", 9, 1, number -> number / 3);
        read(new VideoFile(file), CHANGES, FrameForm.JPEG);

        List<byte[]> packets = new ArrayList<>();
        NumberedVideo.encode("mjpeg", 2).packets().forEach(packet -> packets.addAll(List.of(packet, packet)));
        try (OddCamera camera = new OddCamera()) {
            camera.answer("/video", OddCamera.text(OddCamera.OK + "Content-Type: image/jpeg\r\n\r\n"),
                    OddCamera.joined(packets.toArray(new byte[0][])));
            read(new NetworkStream(camera.address("/video")), CHANGES, FrameForm.JPEG, 2);
        }

        assertThat(log.numbers()).containsExactly(0L, 3L, 6L, 0L, 2L);
        assertThat(log.problems.unchanged).isEqualTo(7);
    }

    @Test
    void aPictureFileThatHasNotChangedIsNotSent() throws Exception {
        List<byte[]> packets = NumberedVideo.encode("mjpeg", 2).packets();
        for (int number = 0; number < 6; number++) {
            Files.write(folder.resolve(number + ".jpg"), packets.get(number / 3));
        }

        read(new PictureFolder(folder), CHANGES, FrameForm.JPEG);

        assertThat(log.frames).extracting(frame -> frame.file().orElseThrow()).containsExactly("0.jpg", "3.jpg");
    }

    @Test
    void aMovingVideoIsSentWhole() {
        Path file = folder.resolve("moving.mp4");
        NumberedVideo.write(file, "libopenh264", PICTURES);

        read(new VideoFile(file), CHANGES, FrameForm.PIXELS);

        assertThat(log.numbers())
                .containsExactlyElementsOf(IntStream.range(0, PICTURES).mapToObj(Long::valueOf).toList());
        assertThat(log.problems.unchanged).isZero();
    }

    private void read(FrameSource source, CameraSettings settings, FrameForm form) {
        read(source, settings, form, Integer.MAX_VALUE);
    }

    private void read(FrameSource source, CameraSettings settings, FrameForm form, long max) {
        List<String> failures = new ArrayList<>();
        CameraSettings limited = new CameraSettings(settings.fps(), settings.every(), settings.maxSide(),
                settings.quality(), settings.loop(), settings.realtime(), settings.follow(), settings.again(),
                settings.keyByFile(), Optional.of(max), settings.keyframes(), settings.onlyChanges());
        CameraDefinition camera = new CameraDefinition("camera", source, limited);
        ReadingContext context = new ReadingContext(1 << 20, Optional.empty(), InputStream.nullInputStream(), form);
        new CameraReading(camera, (stopped, problems) -> FrameReader.open(camera, context, stopped, problems), log,
                new CameraReading.Listener() {

                    @Override
                    public void failed(String id, String reason) {
                        failures.add(reason);
                    }
                }).run();
        assertThat(failures).as(failures.stream().collect(Collectors.joining())).isEmpty();
    }
}
