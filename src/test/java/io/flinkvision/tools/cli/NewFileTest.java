package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("new.bin");
    }

    private void assertNothingElseThan(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void isWrittenAndLeavesNothingBesideIt() throws IOException {
        new NewFile(file(), false).write(new byte[] {1, 2, 3});

        assertThat(file()).hasBinaryContent(new byte[] {1, 2, 3});
        assertNothingElseThan("new.bin");
    }

    @Test
    void replacesAnotherOnlyIfItIsForced() throws IOException {
        Files.writeString(file(), "an older and longer one");

        assertThatThrownBy(() -> new NewFile(file(), false).requireRoom())
                .isInstanceOf(ModelException.class).hasMessage(file() + " exists already; use --force to overwrite it");
        assertThatThrownBy(() -> new NewFile(file(), false).write(new byte[] {1}))
                .isInstanceOf(ModelException.class).hasMessage(file() + " exists already; use --force to overwrite it");
        assertThat(file()).hasContent("an older and longer one");
        assertNothingElseThan("new.bin");

        new NewFile(file(), true).requireRoom();
        new NewFile(file(), true).write(new byte[] {1});
        assertThat(file()).hasBinaryContent(new byte[] {1});
        assertNothingElseThan("new.bin");
    }

    @Test
    void isAlwaysWholeForWhoHasTheOldOneOpen() throws IOException {
        Files.writeString(file(), "old");
        try (var old = Files.newInputStream(file())) {
            new NewFile(file(), true).write(new byte[] {1});

            assertThat(old.readAllBytes()).asString().isEqualTo("old");
        }
    }

    @Test
    void isWrittenThroughALink() throws IOException {
        Path target = Files.writeString(folder.resolve("target.bin"), "old");
        Files.createSymbolicLink(file(), target);

        new NewFile(file(), true).write(new byte[] {1});

        assertThat(file()).isSymbolicLink();
        assertThat(target).hasBinaryContent(new byte[] {1});
    }

    @Test
    void namesAFolderThatIsMissingOrInItsPlace() {
        NewFile lost = new NewFile(folder.resolve("none/new.bin"), false);

        assertThatThrownBy(lost::requireRoom).hasMessage(lost.path() + " cannot be written: its folder does not exist");
        assertThatThrownBy(() -> lost.write(new byte[0]))
                .hasMessage(lost.path() + " cannot be written: its folder does not exist");
        assertThatThrownBy(() -> new NewFile(folder, true).requireRoom())
                .hasMessage(folder + " cannot be written: it is a folder");
    }
}
