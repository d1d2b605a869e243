package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.FilesAtRest.FileState;
import io.flinkvision.core.camera.FrameSource.PictureFolder;
import io.flinkvision.core.camera.FrameSource.PicturePattern;
import io.flinkvision.core.camera.FrameSource.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureReaderTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final CameraSettings FOLLOW = new CameraSettings(
            Optional.empty(), 1, Optional.empty(), 90, false, false, true, false, false, Optional.empty());

    @TempDir
    Path folder;

    @TempDir
    Path records;

    private byte[] jpeg;

    @BeforeEach
    void makePicture() {
        jpeg = new MosaicJpeg(8, 8).encode(new int[64]);
    }

    @Test
    void sendsAFileThatIsStillBeingWrittenOnlyWhenItIsWhole() throws Exception {
        save("a.jpg", Arrays.copyOf(jpeg, jpeg.length / 2), Duration.ofSeconds(5));
        save("b.jpg", jpeg, Duration.ofSeconds(5));
        try (PictureReader reader = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            assertThat(reader.next().orElseThrow().file()).contains("b.jpg");

            save("a.jpg", jpeg, Duration.ofSeconds(4));

            CapturedFrame last = reader.next().orElseThrow();
            assertThat(last.file()).contains("a.jpg");
            assertThat(last.bytes()).isEqualTo(jpeg);
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void givesUpWaitingForTheEndOfAFileThatIsOld() throws Exception {
        save("cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2), Duration.ofMinutes(1));

        assertThat(read(new PictureFolder(folder))).extracting(CapturedFrame::file)
                .containsExactly(Optional.of("cut.jpg"));
    }

    @Test
    void aFollowedFolderDeliversWhatComesLaterAndWhatIsNewUnderAnOldName() throws Exception {
        try (PictureReader reader = open(new PictureFolder(folder), FOLLOW)) {
            save("latest.jpg", jpeg, Duration.ofMinutes(3));
            assertThat(reader.next().orElseThrow().file()).contains("latest.jpg");
            save("latest.jpg", jpeg, Duration.ofMinutes(2));
            save("other.png", new byte[] {1}, Duration.ofMinutes(2));

            assertThat(List.of(reader.next().orElseThrow(), reader.next().orElseThrow()))
                    .extracting(frame -> frame.file().orElseThrow()).containsExactly("latest.jpg", "other.png");
        }
    }

    @Test
    void remembersAcrossRestartsWhatWasDeliveredAndNothingElse() throws Exception {
        save("delivered.jpg", jpeg, Duration.ofMinutes(1));
        save("lost.jpg", jpeg, Duration.ofMinutes(1));
        try (PictureReader reader = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            reader.delivered(reader.next().orElseThrow());
            reader.next();
        }

        try (PictureReader reader = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            assertThat(reader.next().orElseThrow().file()).contains("lost.jpg");
            assertThat(reader.next()).isEmpty();
            assertThat(reader.remark()).startsWith("1 files were skipped because the topic already has them");
        }
    }

    @Test
    void aRecordThatEndsInsideOfALineIsReadUpToIt() throws Exception {
        save("one.jpg", jpeg, Duration.ofMinutes(1));
        save("two.jpg", jpeg, Duration.ofMinutes(1));
        try (PictureReader reader = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            reader.delivered(reader.next().orElseThrow());
            reader.delivered(reader.next().orElseThrow());
        }
        Path record;
        try (Stream<Path> files = Files.list(records)) {
            record = files.findFirst().orElseThrow();
        }
        String text = Files.readString(record);
        Files.writeString(record, text.substring(0, text.length() - 3));

        assertThat(read(new PictureFolder(folder))).extracting(CapturedFrame::file)
                .containsExactly(Optional.of("two.jpg"));
        assertThat(Files.readAllLines(record)).hasSize(2).last().asString().endsWith("two.jpg");
    }

    @Test
    void aFollowedFolderRemembersNoMoreFilesThanAreThereHoweverManyCameAndWent() throws Exception {
        Path record;
        int rounds = 12;
        int files = 200;
        try (PictureReader reader = open(new PictureFolder(folder), FOLLOW)) {
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < files; i++) {
                    save(round + "%0A-" + i + ".jpg", jpeg, Duration.ofMinutes(1));
                }
                for (int i = 0; i < files; i++) {
                    reader.delivered(reader.next().orElseThrow());
                }
                for (int i = 0; i < files && round < rounds - 1; i++) {
                    Files.delete(folder.resolve(round + "%0A-" + i + ".jpg"));
                }
            }
            try (Stream<Path> all = Files.list(records)) {
                record = all.findFirst().orElseThrow();
            }
            // In memory and in the record: twice as many before deleted ones are looked for.
            assertThat(reader.remembered()).isLessThan(2 * 1024);
            assertThat(Files.readAllLines(record)).hasSizeLessThan(2 * 1024);
            assertThatThrownBy(() -> open(new PictureFolder(folder), FOLLOW)).hasMessageContaining("Another feeder");
        }

        try (PictureReader reader = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            assertThat(reader.next()).isEmpty();
            assertThat(reader.remark()).startsWith(files + " files were skipped because the topic already has them");
        }
    }

    @Test
    void anEmptyFolderIsNoReasonToForgetWhatWasDelivered() throws Exception {
        try (SentFiles sent = SentFiles.open(records, "camera", folder)) {
            for (int i = 0; i < 2000; i++) {
                sent.add(folder.resolve(i + ".jpg"), new FileState(1, 1));
            }
        }
        try (PictureReader reader = open(new PictureFolder(folder), FOLLOW)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(reader::next).isInstanceOf(InterruptedException.class);

            assertThat(reader.remembered()).isEqualTo(2000);
        }
    }

    @Test
    void aSecondFeederOfTheSameCameraAndFolderIsRefused() throws Exception {
        try (PictureReader first = open(new PictureFolder(folder), CameraSettings.DEFAULTS)) {
            assertThat(first.isLive()).isFalse();
            assertThatThrownBy(() -> open(new PictureFolder(folder), CameraSettings.DEFAULTS))
                    .isInstanceOf(CameraException.class).hasMessageContaining("Another feeder");
        }
    }

    @Test
    void aPatternReachesIntoFoldersOnlyWhereItSaysSo() throws Exception {
        save("a.jpg", jpeg, Duration.ofMinutes(1));
        Files.createDirectory(folder.resolve("below"));
        save("below/b.jpg", jpeg, Duration.ofMinutes(1));
        save("c.txt", jpeg, Duration.ofMinutes(1));

        assertThat(new PicturePattern(folder, "*").list()).extracting(Path::getFileName)
                .containsExactly(Path.of("a.jpg"), Path.of("c.txt"));
        assertThat(new PicturePattern(folder, "**.jpg").list()).hasSize(2);
        assertThat(new PicturePattern(folder, "*/*.jpg").list()).containsExactly(folder.resolve("below/b.jpg"));
    }

    @Test
    void tellsThatAFolderHasNoPictures() {
        assertThatThrownBy(() -> read(new PictureFolder(folder)))
                .isInstanceOf(CameraException.class).hasMessageContaining("has no pictures");
    }

    @Test
    void aFileIsAtRestByItsOwnTimeOrByWhatWasSeenOfIt() {
        FilesAtRest rest = new FilesAtRest();
        Instant now = Instant.parse("2026-01-01T12:00:00Z");
        Duration second = Duration.ofSeconds(1);
        Path file = Path.of("x.jpg");
        FileState ofAClockThatIsAhead = new FileState(10, now.plusSeconds(3600).toEpochMilli());

        assertThat(rest.isAtRest(file, new FileState(10, now.minusMillis(999).toEpochMilli()), second, now)).isFalse();
        assertThat(rest.isAtRest(file, new FileState(10, now.minusMillis(1000).toEpochMilli()), second, now)).isTrue();
        assertThat(rest.isAtRest(file, ofAClockThatIsAhead, second, now)).isFalse();
        assertThat(rest.isAtRest(file, ofAClockThatIsAhead, second, now.plusMillis(999))).isFalse();
        assertThat(rest.isAtRest(file, ofAClockThatIsAhead, second, now.plusMillis(1000))).isTrue();
    }

    private void save(String name, byte[] bytes, Duration age) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private PictureReader open(Pictures source, CameraSettings settings) throws IOException {
        return new PictureReader(source, settings, MAX_BYTES, SentFiles.open(records, "camera", source.folder()),
                Clock.systemUTC());
    }

    private List<CapturedFrame> read(Pictures source) throws IOException, InterruptedException {
        List<CapturedFrame> frames = new ArrayList<>();
        try (PictureReader reader = open(source, CameraSettings.DEFAULTS)) {
            for (Optional<CapturedFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
                reader.delivered(frame.get());
            }
        }
        return frames;
    }
}
