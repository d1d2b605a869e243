package io.flinkvision.tools.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.tools.ToolException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {

    private static final String TARGET = "https://weights.example.org/a.pth";

    @Test
    void eachSchemeHasItsProxy() {
        Map<String, String> environment = Map.of(
                "https_proxy", "http://127.0.0.1:3128", "HTTP_PROXY", "127.0.0.1:3129/");

        assertThat(port(environment, TARGET)).isEqualTo(3128);
        assertThat(port(environment, "http://weights.example.org/a.pth")).isEqualTo(3129);
    }

    @Test
    void oneVariableServesBothSchemes() {
        assertThat(port(Map.of("all_proxy", "http://127.0.0.1"), TARGET)).isEqualTo(1080);
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "'a.example, weights.example.org', true",
        "example.org, true",
        ".example.org, true",
        "*.example.org, true",
        "EXAMPLE.org, true",
        "example.org:443, true",
        "example.org:8443, false",
        "ample.org, false",
        "weights.example, false",
        "'', false"})
    void someHostsAreReachedWithoutIt(String exceptions, boolean direct) {
        Map<String, String> environment = Map.of("https_proxy", "http://127.0.0.1:3128", "no_proxy", exceptions);

        assertThat(select(environment, new Properties(), TARGET).equals(Proxy.NO_PROXY)).isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:80/a.pth", "http://localhost/a.pth", "http://[::1]/a.pth"})
    void thisMachineNeedsNone(String address) {
        Map<String, String> environment = Map.of("http_proxy", "http://127.0.0.1:3128");

        assertThat(select(environment, new Properties(), address)).isEqualTo(Proxy.NO_PROXY);
    }

    @Test
    void javasOwnPropertiesGoBeforeTheVariables() {
        Properties properties = new Properties();
        properties.setProperty("https.proxyHost", "127.0.0.1");

        // Java's own selector reads the real properties, which name none.
        assertThat(select(Map.of("https_proxy", "http://127.0.0.1:3128"), properties, TARGET))
                .isEqualTo(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://user:secret@127.0.0.1:1080", "https://user:secret@127.0.0.1", "user:sec ret@host",
        "http://user:secret@"})
    void refusesWhatItCannotUseWithoutShowingThePassword(String value) {
        assertThatThrownBy(() -> ProxySettings.of(Map.of("https_proxy", value), new Properties()))
                .isInstanceOf(ToolException.class)
                .hasNoCause()
                .hasMessageContaining("https_proxy")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sec"));
    }

    private static int port(Map<String, String> environment, String target) {
        return ((InetSocketAddress) select(environment, new Properties(), target).address()).getPort();
    }

    private static Proxy select(Map<String, String> environment, Properties properties, String target) {
        return ProxySettings.of(environment, properties).selector().select(URI.create(target)).get(0);
    }
}
