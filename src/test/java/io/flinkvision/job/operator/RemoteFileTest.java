package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RemoteFileTest {

    @TempDir
    Path folder;

    @Test
    void readsAPathAndAUriUpToTheLimit() throws IOException {
        Path file = Files.write(folder.resolve("a head"), new byte[] {1, 2, 3});

        assertThat(new RemoteFile(file.toString()).read(3)).containsExactly(1, 2, 3);
        assertThat(new RemoteFile(file.toUri().toString()).read(10)).containsExactly(1, 2, 3);
        assertThat(new RemoteFile(file.toString()).read(2)).containsExactly(1, 2);
    }

    @Test
    void namesAFileThatIsNotThere() {
        String file = folder.resolve("gone").toString();

        assertThatIOException().isThrownBy(() -> new RemoteFile(file).read(1))
                .withMessage(file + ": there is no such file");
    }

    @Test
    void aFolderIsNoFile() {
        assertThatIOException().isThrownBy(() -> new RemoteFile(folder.toString()).read(1))
                .withMessage(folder + " cannot be read: it is a folder");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceIsNoFile() {
        assertThatIOException().isThrownBy(() -> new RemoteFile("/dev/zero").read(1))
                .withMessage("/dev/zero cannot be read: it is no file but a pipe or a device");
    }

    @Test
    void anUnknownFileSystemIsNamed() {
        assertThatIOException().isThrownBy(() -> new RemoteFile("nowhere://bucket/head").read(1))
                .withMessageStartingWith("nowhere://bucket/head cannot be read: ")
                .withMessageContaining("nowhere");
    }
}
