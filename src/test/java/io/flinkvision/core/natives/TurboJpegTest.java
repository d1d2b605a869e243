package io.flinkvision.core.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurboJpegTest {

    @Test
    void saysWhichFileIsNoSuchLibrary(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("libturbojpeg.so.0"), "no library");

        assertThatThrownBy(() -> TurboJpeg.load(file.toString())).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("libturbojpeg cannot be loaded: ").hasMessageContaining(file.toString());
    }

    @ParameterizedTest
    @CsvSource({"Linux, libturbojpeg.so.0", "Mac OS X, turbojpeg", "Windows 11, turbojpeg"})
    void asksTheLoaderForTheNameThatTheSystemsPackagesGiveIt(String system, String name) {
        assertThat(TurboJpeg.systemName(system)).isEqualTo(name);
    }

    /** The suite is run so too, for its decoder's tests. */
    @Test
    @EnabledIfSystemProperty(named = TurboJpeg.FILE_PROPERTY, matches = "none")
    void isLeftOutWhereItIsSwitchedOff() {
        assertThat(TurboJpeg.isInstalled()).isFalse();
        assertThat(TurboJpeg.ofThisSystem()).isEmpty();
    }

    @Test
    @DisabledIfSystemProperty(named = TurboJpeg.FILE_PROPERTY, matches = ".+")
    void isFoundWhereDebianOrUbuntuInstallsIt() {
        assumeTrue(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libturbojpeg.so.0")), "libturbojpeg is not installed");

        assertThat(TurboJpeg.isInstalled()).isTrue();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void saysThatItIsClosed() {
        TurboJpeg closed = TurboJpegOfTests.open();
        closed.close();

        assertThatCode(closed::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> closed.decode(0, 0, 1, 1, 0, 1, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
