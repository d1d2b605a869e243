package io.flinkvision.core.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.natives.UnpackedLibraries.Platform;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnpackedLibrariesTest {

    @Test
    void aFolderGoesWithItsFilesWhenItIsClosed() {
        Path folder;
        try (UnpackedLibraries libraries =
                UnpackedLibraries.from(Platform.current().onnxRuntimeFolder(), "onnxruntime4j_jni")) {
            folder = libraries.folder();
            assertThat(libraries.file("onnxruntime4j_jni")).isRegularFile().isNotEmptyFile().hasParent(folder);
        }

        assertThat(folder).doesNotExist();
    }

    @Test
    void twoFoldersAreNeverTheSame() {
        try (UnpackedLibraries one = UnpackedLibraries.from(Platform.current().onnxRuntimeFolder());
                UnpackedLibraries other = UnpackedLibraries.from(Platform.current().onnxRuntimeFolder())) {
            assertThat(one.folder()).isNotEqualTo(other.folder());
        }
    }

    @Test
    void namesTheLibraryThatIsNotThereAndWhatBuildsIt() {
        assertThatThrownBy(() -> UnpackedLibraries.from("ai/onnxruntime/native/amiga", "onnxruntime"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ai/onnxruntime/native/amiga/" + System.mapLibraryName("onnxruntime"))
                .hasMessageContaining("-P all-platforms");
    }
}
