package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureSaverTest {

    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
    private static final byte[] TEXT = {'t', 'e', 'x', 't'};

    @TempDir
    private Path parent;

    private Path folder;
    private PictureSaver saver;

    @BeforeEach
    void openFolder() throws IOException {
        folder = parent.resolve("saved").resolve("here");
        saver = new PictureSaver(folder);
    }

    @Test
    void namesAPictureAfterItsSourceAndItsFormat() throws IOException {
        assertThat(save(12, JPEG)).isEqualTo(folder.resolve("images-0-41.jpeg")).hasBinaryContent(JPEG);
        assertThat(save(13, TEXT)).isEqualTo(folder.resolve("images-0-41.bin")).hasBinaryContent(TEXT);
    }

    @Test
    void writesThePixelsOfACameraAsAPngUnderTheirFrame() throws IOException {
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        Path file = saver.save(DeadLetterRecord.of(SampleDeadLetter.ofCamera(12, pixels))).orElseThrow();

        assertThat(file).isEqualTo(folder.resolve("hall_2-1790000000000-41.png"))
                .hasBinaryContent(new RawPicture(pixels, 2, 1, RawFormat.BGR24).toPng());
    }

    @Test
    void writesPixelsOfAnotherNumberThanTheirHeadersSayAsTheyAre() throws IOException {
        Path file = saver.save(DeadLetterRecord.of(SampleDeadLetter.ofCamera(12, TEXT))).orElseThrow();

        assertThat(file).isEqualTo(folder.resolve("hall_2-1790000000000-41.bin")).hasBinaryContent(TEXT);
    }

    @Test
    void writesTheSameBytesOnce() throws IOException {
        save(12, JPEG);
        save(13, JPEG);

        assertThat(names()).containsExactly("images-0-41.jpeg");
    }

    @Test
    void neverChangesAnotherFile() throws IOException {
        save(12, JPEG);
        byte[] other = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 2};

        assertThat(save(13, other)).isEqualTo(folder.resolve("images-0-41_dead-letters-0-13.jpeg"))
                .hasBinaryContent(other);
        assertThat(folder.resolve("images-0-41.jpeg")).hasBinaryContent(JPEG);
        byte[] third = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 3};
        assertThatThrownBy(() -> save(13, third)).isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("left as it is");
    }

    @Test
    void writesNothingThroughASymbolicLink() throws IOException {
        Path target = parent.resolve("target");
        Files.createSymbolicLink(folder.resolve("images-0-41.bin"), target);

        save(12, TEXT);

        assertThat(target).doesNotExist();
        assertThat(names()).contains("images-0-41_dead-letters-0-12.bin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "..", "a\u0000b", "C:\\x", "-rf", ".hidden", "ü"})
    void aTopicOfAHeaderLeadsNowhereElse(String topic) throws IOException {
        saver.save(DeadLetterRecord.of(SampleDeadLetter.record(12, TEXT, "source-topic", topic,
                "source-partition", "0", "source-offset", "1")));

        assertThat(names()).singleElement().asString().matches("[A-Za-z0-9_][A-Za-z0-9._-]*-0-1\\.bin");
        try (Stream<Path> all = Files.walk(parent)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    void hasNothingToSaveOfADeadLetterWithoutAValue() throws IOException {
        assertThat(saver.save(DeadLetterRecord.of(SampleDeadLetter.ofJob(12, null)))).isEmpty();
        assertThat(names()).isEmpty();
    }

    private Path save(long offset, byte[] value) throws IOException {
        return saver.save(DeadLetterRecord.of(SampleDeadLetter.ofJob(offset, value))).orElseThrow();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
