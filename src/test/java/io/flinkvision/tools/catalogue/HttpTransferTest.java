package io.flinkvision.tools.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransferTest {

    private static final URI ENCRYPTED = URI.create("https://a.example/models/file.pth");

    @ParameterizedTest
    @CsvSource({
        "https://b.example/x?signature=1, https://b.example/x?signature=1",
        "other.pth, https://a.example/models/other.pth",
        "/other.pth, https://a.example/other.pth",
        "//b.example/x, https://b.example/x"})
    void followsToEncryptedAddresses(String location, String expected) {
        assertThat(HttpTransfer.redirected(ENCRYPTED, Optional.of(location))).hasToString(expected);
    }

    @Test
    void doesNotLeaveEncryption() {
        assertThatThrownBy(() -> HttpTransfer.redirected(ENCRYPTED, Optional.of("http://a.example/file.pth")))
                .isInstanceOf(DownloadException.class).hasMessageContaining("not encrypted");
        assertThat(HttpTransfer.redirected(URI.create("http://127.0.0.1/file.pth"), Optional.of("http://127.0.0.1/b")))
                .hasToString("http://127.0.0.1/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://a.example/x", "mailto:a@b.example", "::no address::"})
    void doesNotLeaveTheWeb(String location) {
        assertThatThrownBy(() -> HttpTransfer.redirected(ENCRYPTED, Optional.of(location)))
                .isInstanceOf(DownloadException.class).hasMessageContaining("no address");
    }

    @Test
    void refusesARedirectToNowhere() {
        assertThatThrownBy(() -> HttpTransfer.redirected(ENCRYPTED, Optional.empty()))
                .isInstanceOf(DownloadException.class).hasMessageContaining("does not say where to");
    }
}
