package io.flinkvision.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesPlaceTest {

    @TempDir
    Path folder;

    private String before;

    @BeforeEach
    void useAnotherFolderForTemporaryFiles() {
        before = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", folder.toString());
    }

    @AfterEach
    void useTheFolderOfBefore() {
        System.setProperty("java.io.tmpdir", before);
    }

    @Test
    void theFolderAmongTemporaryFilesIsForItsUserOnlyAndIsFoundAgain() throws IOException {
        NotesPlace place = new NotesPlace.TemporaryFiles();

        Path made = place.open();

        assertThat(made).hasParent(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");
        assertThat(place.open()).isEqualTo(made);
    }

    @Test
    void aLinkThatSomebodyHasPutThereIsRefused() throws IOException {
        NotesPlace place = new NotesPlace.TemporaryFiles();
        Files.createSymbolicLink(place.folder(), Files.createDirectory(folder.resolve("elsewhere")));

        assertThatIOException().isThrownBy(place::open).withMessageContaining("another user");
    }

    @Test
    void aChosenFolderIsMadeWithThoseAboveIt() throws IOException {
        Path chosen = folder.resolve("a/b");

        assertThat(new NotesPlace.Chosen(chosen.toString()).open()).isEqualTo(chosen).isDirectory();
    }
}
