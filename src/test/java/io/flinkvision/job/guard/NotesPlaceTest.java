package io.flinkvision.job.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    void aFolderThatOthersMayWriteIntoIsRefusedAndNamed() throws IOException {
        NotesPlace own = new NotesPlace.TemporaryFiles();
        Files.setPosixFilePermissions(own.open(), PosixFilePermissions.fromString("rwxrwx---"));
        Path everybodys = Files.createDirectory(folder.resolve("everybodys"));
        Files.setPosixFilePermissions(everybodys, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatIOException().isThrownBy(own::open)
                .withMessageContaining(own.folder() + " ([GROUP_WRITE])");
        assertThatIOException().isThrownBy(new NotesPlace.Chosen(everybodys.toString())::open)
                .withMessageContaining("other users may write into " + everybodys.toRealPath());
    }

    /** Kubernetes gives a volume to a group. */
    @Test
    void aChosenFolderThatItsGroupMayWriteIntoIsTaken() throws IOException {
        Path groups = Files.createDirectory(folder.resolve("groups"));
        Files.setPosixFilePermissions(groups, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertThat(new NotesPlace.Chosen(groups.toString()).open()).isEqualTo(groups);
    }

    /** To make a folder another user's takes root, which the images of builds mostly are. */
    @Test
    void aFolderOfAnotherUserIsRefused() throws IOException {
        NotesPlace place = new NotesPlace.TemporaryFiles();
        Path planted = place.open();
        assumeTrue(Files.getOwner(planted).getName().equals("root"), "only root can make a folder another user's");
        Files.setOwner(planted, planted.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        assertThatIOException().isThrownBy(place::open)
                .withMessageContaining("another user, nobody, has made " + planted);
    }

    @Test
    void aChosenFolderIsMadeWithThoseAboveIt() throws IOException {
        Path chosen = folder.resolve("a/b");

        assertThat(new NotesPlace.Chosen(chosen.toString()).open()).isEqualTo(chosen).isDirectory();
    }
}
