package io.flinkvision.tools.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.discover.FoundStream.Access;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CamerasYamlTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "1920x1080 640x360; 640x360", "1920x1080 320x180; 1920x1080", "320x180 160x120; 320x180",
        "1280x720 704x576 352x288; 352x288", "? 640x480; 640x480", "?; ?", "224x224 223x4000; 224x224"})
    void choosesTheSmallestStreamThatShowsEnough(String sizes, String chosen) {
        FoundCamera camera = camera("192.0.2.1", "a", Stream.of(sizes.split(" "))
                .map(size -> stream(size, Access.OPEN)).toArray(FoundStream[]::new));

        assertThat(camera.chosen(stream -> true)).hasValue(stream(chosen, Access.OPEN));
    }

    @Test
    void choosesAStreamThatWasReadBeforeOneThatWasNotTried() {
        FoundCamera camera = camera("192.0.2.1", "a", stream("640x360", Access.UNTRIED),
                stream("1920x1080", Access.LOGIN));

        assertThat(camera.chosen(stream -> true)).hasValue(stream("1920x1080", Access.LOGIN));
    }

    @Test
    void camerasOfOneNameGetTheirHostsAndThoseOfOneHostNumbers() throws IOException {
        FoundStream stream = stream("640x360", Access.OPEN);

        assertThat(ids(camera("192.0.2.1", "Dome", stream), camera("192.0.2.2", "Dome", stream),
                camera("192.0.2.2", "dome", stream), camera("192.0.2.3", "Bullet-7", stream)))
                .containsExactly("camera-dome-192-0-2-1", "camera-dome-192-0-2-2", "camera-dome-192-0-2-2-2",
                        "bullet-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "no", "12", "1e3", "~", "a: {b", "evil\n  other:\n    source: rtsp://192.0.2.66/", "${HOME}", "\"", "'", "#",
        "\u001b[2J", "\u202egnp.exe", "../../etc", "a/b", "\u76f8\u673a", "", " ", "*", "?", "-", "- a", "&a"})
    void whateverADeviceCallsItselfTheFileHasOneCameraWithAPlainId(String name) throws IOException {
        List<String> ids = ids(camera("192.0.2.1", name, stream("640x360", Access.OPEN)));

        assertThat(ids).singleElement().asString().matches("[a-z][a-z0-9-]*");
    }

    @Test
    void textsOfDevicesStayInTheirComments() {
        FoundCamera camera = new FoundCamera("192.0.2.1", "x\ncameras:", "y\u001b", "z\u2028",
                List.of(new FoundStream(URI.create("rtsp://192.0.2.1/"), "s\nother:", "H\r264", Optional.empty(),
                        Access.OPEN)), false, List.of("remark\n  evil: 1"));

        assertThat(new CamerasYaml(List.of(camera), Optional.empty()).text().lines().filter(line -> !line.isBlank()))
                .allMatch(line -> line.matches(
                        "(  )*# .*|cameras:|  x-cameras:|    source: \"rtsp://192.0.2.1/\"  # .*"));
    }

    @Test
    void aStreamWhoseAddressHasASecretInItIsNotListed() {
        FoundCamera camera = camera("192.0.2.1", "Dome-1", new FoundStream(
                URI.create("rtsp://192.0.2.1/a?password=hidden"), "", "", Optional.empty(), Access.OPEN));

        String yaml = new CamerasYaml(List.of(camera), Optional.empty()).text();

        assertThat(yaml).contains("cameras: {}", "rtsp://192.0.2.1/a, whose full address is not shown")
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "viewer,", ",secret", "viewer,sec@ret", "viewer,sec/ret", "viewer,sec#ret", "viewer,sec:ret", "viewer,100%"})
    void aLoginThatCannotBeInAnAddressIsRefusedWithoutShowingIt(String user, String password) {
        Map<String, String> environment = Map.of("U", user == null ? "" : user, "P", password == null ? "" : password);

        assertThatThrownBy(() -> Login.of("U", "P", environment)).isInstanceOf(ToolException.class)
                .hasNoCause()
                .extracting(Throwable::getMessage).asString().containsAnyOf("U and P", "value of P")
                .doesNotContain("viewer", "sec@", "sec/", "sec#", "sec:", "secret", "100");
    }

    @Test
    void aLoginIsNotShown() {
        Login login = Login.of("U", "P", Map.of("U", "viewer", "P", "s%40cret")).orElseThrow();

        assertThat(login.password()).isEqualTo("s@cret");
        assertThat(login.toString()).isEqualTo("${U}:${P}");
    }

    @Test
    void aSubnetHasItsHosts() {
        assertThat(HostRange.parse("192.0.2.5/30").addresses()).extracting(address -> address.getHostAddress())
                .containsExactly("192.0.2.5", "192.0.2.6");
        assertThat(HostRange.parse("192.0.2.5/32").addresses()).hasSize(1);
        assertThat(HostRange.parse("10.0.0.0/22").addresses()).hasSize(1022);
        assertThat(HostRange.parse("192.0.2.5:8080").httpPort()).hasValue(8080);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.0.2.0/33", "192.0.2.1:0", "192.0.2.1:70000", "a b", "", "rtsp://a/"})
    void whatIsNoHostIsRefused(String text) {
        assertThatThrownBy(() -> HostRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static FoundCamera camera(String host, String name, FoundStream... streams) {
        return new FoundCamera(host, name, "", "", List.of(streams), false, List.of());
    }

    private static FoundStream stream(String size, Access access) {
        String[] sides = (size + "x").split("x");
        return new FoundStream(URI.create("rtsp://192.0.2.1/" + size.replace("?", "")), "", "H264",
                size.equals("?") ? Optional.empty() : FrameSize.parse(sides[0], sides[1]), access);
    }

    /** The ids as the feeder reads them. */
    private List<String> ids(FoundCamera... cameras) throws IOException {
        Path file = Files.writeString(folder.resolve("cameras.yaml"),
                new CamerasYaml(List.of(cameras), Optional.empty()).text());
        assertThat(CamerasFile.declarations(file)).hasSize(cameras.length);
        return CamerasFile.read(file, Map.of(), CameraSettings.DEFAULTS).stream().map(CameraDefinition::id).toList();
    }
}
