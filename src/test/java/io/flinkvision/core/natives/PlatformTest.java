package io.flinkvision.core.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.natives.UnpackedLibraries.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, LINUX_X86_64",
        "Linux, aarch64, LINUX_ARM64",
        "Mac OS X, aarch64, MACOS_ARM64",
        "Mac OS X, x86_64, MACOS_X86_64",
        "Windows 11, amd64, WINDOWS_X86_64"
    })
    void tellsTheBuildByTheSystemAndTheProcessor(String system, String architecture, Platform platform) {
        assertThat(Platform.of(system, architecture)).isEqualTo(platform);
    }

    @ParameterizedTest
    @CsvSource({"Linux, s390x", "Windows 11, aarch64", "SunOS, amd64"})
    void namesTheMachineThatThereIsNoBuildFor(String system, String architecture) {
        assertThatThrownBy(() -> Platform.of(system, architecture))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(system + " on " + architecture);
    }

    @Test
    void theJarsOfBothLibrariesHaveTheBuildForThisMachine() {
        ClassLoader jars = getClass().getClassLoader();

        assertThat(jars.getResource(Platform.current().openCvFolder() + "/"
                + System.mapLibraryName(org.opencv.core.Core.NATIVE_LIBRARY_NAME))).isNotNull();
        assertThat(jars.getResource(Platform.current().onnxRuntimeFolder() + "/"
                + System.mapLibraryName("onnxruntime"))).isNotNull();
    }
}
