package io.flinkvision.job.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesFileTest {

    private static final RecordPosition DOOR = new RecordPosition("images", 3, 1_234_567_890_123L);
    private static final RecordPosition GATE = new RecordPosition("bilder-zürich", 0, 7);

    @TempDir
    Path folder;

    private Path path;
    private NotesFile notes;

    @BeforeEach
    void create() throws IOException {
        path = folder.resolve("a.note");
        notes = NotesFile.create(path);
    }

    @AfterEach
    void close() throws IOException {
        notes.close();
    }

    @Test
    void whatIsInHandIsInTheFileAtOnce() throws IOException {
        assertThat(read()).isEmpty();

        notes.set(DOOR);
        assertThat(read()).contains(new Note(DOOR, false));
        notes.clear();
        assertThat(read()).isEmpty();

        notes.set(GATE);
        assertThat(read()).contains(new Note(GATE, false));
        assertThat(notes.lastRecord()).isEqualTo(GATE);
    }

    @Test
    void aPictureIsKnownByItsBytes() throws IOException {
        PictureDigest picture = PictureDigest.of(new byte[] {1, 2, 3});
        assertThat(picture).isEqualTo(PictureDigest.of(new byte[] {1, 2, 3}))
                .isNotEqualTo(PictureDigest.of(new byte[] {1, 2, 4}));

        notes.set(picture);

        assertThat(read()).contains(new Note(picture, false));
        assertThat(notes.lastRecord()).isEqualTo(picture);
    }

    @Test
    void aTopicThatOnlyLooksLikeADigestIsATopic() throws IOException {
        RecordPosition record = new RecordPosition("sha256:topic", 1, 2);

        notes.set(record);

        assertThat(read()).contains(new Note(record, false));
    }

    @Test
    void eachNoteHasANumberOfItsOwn() {
        assertThat(notes.inFlight()).isZero();
        notes.set(DOOR);
        assertThat(notes.inFlight()).isEqualTo(1);
        notes.clear();
        notes.set(DOOR);
        assertThat(notes.inFlight()).isEqualTo(2);
    }

    @Test
    void aCondemnedNoteStaysInTheFile() throws IOException {
        notes.set(DOOR);

        assertThat(notes.markTooSlow(1)).isTrue();
        notes.clear();

        assertThat(read()).contains(new Note(DOOR, true));
    }

    @Test
    void aRecordThatWasPutDownInTimeIsNotCondemnedNorIsTheNext() throws IOException {
        notes.set(DOOR);
        notes.clear();
        assertThat(notes.markTooSlow(1)).isFalse();
        notes.set(GATE);
        assertThat(notes.markTooSlow(1)).isFalse();

        assertThat(read()).contains(new Note(GATE, false));
    }

    @Test
    void refusesASecondRecordAtATime() {
        notes.set(DOOR);

        assertThatIllegalStateException().isThrownBy(() -> notes.set(GATE)).withMessageContaining(GATE.toString());
    }

    @Test
    void readsNothingOutOfAFileThatIsNotWhole() throws IOException {
        notes.set(DOOR);
        byte[] whole = Files.readAllBytes(path);
        assertThat(whole).hasSize(NotesFile.SIZE);

        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 1));
        assertThat(read(cut)).isEmpty();
        whole[0]++;
        assertThat(read(Files.write(folder.resolve("foreign"), whole))).isEmpty();
    }

    @Test
    void doesNotTakeAFileThatIsThere() {
        assertThatIOException().isThrownBy(() -> NotesFile.create(path)).isInstanceOf(FileAlreadyExistsException.class);
    }

    private Optional<Note> read() throws IOException {
        return read(path);
    }

    private static Optional<Note> read(Path file) throws IOException {
        // Another descriptor of the file: as the notes of this process must not be read while its lock matters.
        try (FileChannel channel = FileChannel.open(file)) {
            return NotesFile.read(channel);
        }
    }
}
