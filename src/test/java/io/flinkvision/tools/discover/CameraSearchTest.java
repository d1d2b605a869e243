package io.flinkvision.tools.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.tools.discover.TestCamera.Wants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraSearchTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("CAMERA_USER", TestCamera.USER, "CAMERA_PASSWORD", "gr%40nite%2F7");
    private static final Optional<Login> LOGIN = Login.of("CAMERA_USER", "CAMERA_PASSWORD", ENVIRONMENT);
    private static final Duration GENEROUS = Duration.ofMinutes(2);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private TestCamera camera;

    @TempDir
    private Path folder;

    @BeforeEach
    void startACamera() throws IOException {
        camera = new TestCamera();
    }

    @AfterEach
    void stopTheCamera() throws IOException {
        camera.close();
    }

    @Test
    void writesTheStreamsOfACameraThatAnswersAProbe() throws Exception {
        String yaml = searched(Optional.empty());

        assertThat(yaml).contains("# Yard North, Example, TC-1, 127.0.0.1",
                "yard-north:\n    source: \"" + camera.stream("sub") + "\"  # 640x360, H264, sub",
                "# source: \"" + camera.stream("main") + "\"  # 1920x1080, H265, main");
        assertThat(addresses(yaml)).containsExactly(Map.entry("yard-north", camera.stream("sub")));
    }

    @ParameterizedTest
    @EnumSource(names = {"USERNAME_TOKEN", "HTTP_DIGEST"})
    void logsInWithoutSendingThePasswordAndTheFileRefersToIt(Wants wants) throws Exception {
        camera.wants(wants).withClockOffset(Duration.ofDays(-400));

        String yaml = searched(LOGIN);

        assertThat(yaml).contains("source: \""
                + camera.stream("sub").replace("//", "//${CAMERA_USER}:${CAMERA_PASSWORD}@") + "\"");
        assertThat(addresses(yaml)).containsExactly(
                Map.entry("yard-north", camera.stream("sub").replace("//", "//viewer:gr%40nite%2F7@")));
        assertThat(yaml + log + camera.requests()).doesNotContain(TestCamera.PASSWORD, "gr%40nite%2F7");
    }

    @ParameterizedTest
    @EnumSource(names = {"USERNAME_TOKEN", "HTTP_DIGEST"})
    void aCameraThatWantsALoginIsACommentWithoutOne(Wants wants) throws Exception {
        camera.wants(wants);

        String yaml = searched(Optional.empty());

        assertThat(yaml).contains("cameras: {}", "# Yard North, TC-1, 127.0.0.1", "# ONVIF wants a login",
                "# Not listed: it wants a login; set CAMERA_USER and CAMERA_PASSWORD");
    }

    @Test
    void aCameraThatRefusesTheLoginIsAComment() throws Exception {
        camera.wants(Wants.USERNAME_TOKEN);

        String yaml = searched(Login.of("U", "P", Map.of("U", "viewer", "P", "wrong")));

        assertThat(yaml).contains("cameras: {}", "# ONVIF refuses the user or the password",
                "# Not listed: it wants another login").doesNotContain("wrong");
    }

    @Test
    void doesNotLogInByBasicWhichEverybodyOnTheWayCanRead() throws Exception {
        camera.wants(Wants.HTTP_BASIC);

        searched(LOGIN);

        assertThat(camera.requests()).isNotEmpty().noneMatch(request -> request.contains("Basic "));
    }

    @Test
    void asksNoOtherHostThanTheOneThatAnswered() throws Exception {
        try (TestCamera victim = new TestCamera("127.0.0.2", 0)) {
            camera.matchAt(victim.url("/onvif/device_service"));
            searched(LOGIN);

            camera.matchAt(camera.url("/onvif/device_service"))
                    .answering("GetServices", "<R><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace>"
                            + "<XAddr>" + victim.url("/onvif/media") + "</XAddr></Service></R>");
            searched(LOGIN);

            camera.answering("GetServices", null).answering("GetStreamUri",
                    "<R><Uri>" + victim.stream("main").replace("//", "//somebody:secret@") + "</Uri></R>");
            String yaml = searched(LOGIN);

            assertThat(victim.requests()).isEmpty();
            assertThat(yaml).contains("cameras: {}").doesNotContain("127.0.0.2");
            assertThat(log).anyMatch(line -> line.contains("names " + victim.url("/onvif/device_service")))
                    .anyMatch(line -> line.contains("names " + victim.url("/onvif/media")))
                    .anyMatch(line -> line.contains("names " + victim.stream("main")))
                    .noneMatch(line -> line.contains("secret"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>",
        "no XML", "", "\u001b[2J\u0007", "DEEP", "HUGE"})
    void aHostileAnswerIsReportedAndTheOtherCamerasAreFound(String answer) throws Exception {
        String hostile = switch (answer) {
            case "DEEP" -> "<a>".repeat(10_000) + "</a>".repeat(10_000);
            case "HUGE" -> "<a>" + " ".repeat(2 * LimitedBody.MAX_BYTES) + "</a>";
            default -> answer;
        };
        try (TestCamera other = new TestCamera("127.0.0.2", camera.discoveryPort())) {
            camera.answeringProbes(hostile.substring(0, Math.min(60_000, hostile.length())).getBytes(UTF_8));
            assertThat(addresses(searched(Optional.empty(), false, "127.0.0.1", "127.0.0.2")))
                    .containsExactly(Map.entry("yard-north", other.stream("sub")));
            assertThat(log).anyMatch(line -> line.contains("127.0.0.1: ")).noneMatch(line -> line.contains("\u001b"));

            log.clear();
            camera.answeringProbes(null).answeringRaw("GetProfiles", hostile);
            String yaml = searched(Optional.empty(), false, "127.0.0.1", "127.0.0.2");

            assertThat(addresses(yaml)).containsExactly(Map.entry("yard-north", other.stream("sub")));
            assertThat(yaml).contains("# Yard North, TC-1, 127.0.0.1\n  # ONVIF: ");
        }
    }

    @Test
    void anAnswerToSomebodyElsesProbeIsIgnored() throws Exception {
        camera.answeringProbes(("<e><RelatesTo>uuid:1</RelatesTo><ProbeMatch><Types>NetworkVideoTransmitter</Types>"
                + "<XAddrs>" + camera.url("/onvif/device_service") + "</XAddrs></ProbeMatch></e>").getBytes(UTF_8));

        searched(Optional.empty());

        assertThat(camera.requests()).noneMatch(request -> request.contains("Envelope"));
    }

    @Test
    void eachChannelOfARecorderIsACamera() throws Exception {
        camera.addStream("second", "V_2", "H264", 704, 576).addStream("third", "V_3", "H264", 352, 288);

        assertThat(addresses(searched(Optional.empty()))).containsOnly(
                Map.entry("yard-north-1", camera.stream("sub")), Map.entry("yard-north-2", camera.stream("second")),
                Map.entry("yard-north-3", camera.stream("third")));
    }

    @Test
    void aDeviceFromBeforeGetServicesIsAskedForItsCapabilities() throws Exception {
        camera.answering("GetServices", "<s:Fault><s:Text>not implemented</s:Text></s:Fault>")
                .answering("GetCapabilities", "<R><Media><XAddr>" + camera.url("/m") + "</XAddr></Media></R>");

        assertThat(addresses(searched(Optional.empty()))).containsKey("yard-north");
    }

    @Test
    void aDeviceWithTheSecondMediaServiceOnlyIsAskedByIt() throws Exception {
        camera.answering("GetServices", "<R><Service><Namespace>http://www.onvif.org/ver20/media/wsdl</Namespace>"
                        + "<XAddr>" + camera.url("/media2") + "</XAddr></Service></R>")
                .answering("GetProfiles", "<R><Profiles token=\"sub\"><Name>Street</Name><Configurations>"
                        + "<VideoSource><SourceToken>1</SourceToken></VideoSource><VideoEncoder>"
                        + "<Encoding>H265</Encoding><Resolution><Width>704</Width><Height>576</Height></Resolution>"
                        + "</VideoEncoder></Configurations></Profiles></R>");

        assertThat(searched(Optional.empty())).contains(camera.stream("sub") + "\"  # 704x576, H264, Street");
        assertThat(camera.requests()).anyMatch(request -> request.contains("GetStreamUri xmlns:o=\"http://www.onvif.org"
                + "/ver20/media/wsdl\"") && request.contains("<o:Protocol>RTSP</o:Protocol>"));
    }

    @Test
    void aPasswordInTheAddressThatACameraNamesBecomesAReference() throws Exception {
        camera.wants(Wants.USERNAME_TOKEN).answering("GetStreamUri", "<R><Uri>" + camera.stream("sub")
                .replace("//", "//viewer:gr%40nite%2F7@") + "?user=viewer&amp;password=gr%40nite%2F7</Uri></R>");

        String yaml = searched(LOGIN);

        assertThat(yaml).contains("?user=viewer&password=${CAMERA_PASSWORD}\"").doesNotContain("gr%40nite");
        assertThat(addresses(yaml)).hasEntrySatisfying("yard-north",
                address -> assertThat(address).endsWith("?user=viewer&password=gr%40nite%2F7"));
    }

    @Test
    void withoutOnvifTheStreamsAtCommonPathsAreFoundOnlyWhenAsked() throws Exception {
        camera.answeringRaw("GetProfiles", "no XML").withoutStreams().addStream("stream1", "", "H264", 640, 480);

        assertThat(searched(Optional.empty())).contains("cameras: {}", "its path is not known", "--guess-paths");
        assertThat(addresses(searched(Optional.empty(), true, "127.0.0.1")))
                .containsExactly(Map.entry("yard-north", camera.stream("stream1")));
    }

    @Test
    void aHostThatAnswersNothingIsNoCamera() throws Exception {
        int discoveryPort = camera.discoveryPort();
        int rtspPort = camera.rtspPort();
        camera.close();

        CameraSearch search = new CameraSearch(
                Duration.ofMillis(50), true, Optional.empty(), log::add, discoveryPort, rtspPort);

        assertThat(search.among(List.of(HostRange.parse("127.0.0.3")))).isEmpty();
    }

    private String searched(Optional<Login> login) throws InterruptedException {
        return searched(login, false, "127.0.0.1");
    }

    private String searched(Optional<Login> login, boolean guessesPaths, String... hosts) throws InterruptedException {
        CameraSearch search = new CameraSearch(
                GENEROUS, guessesPaths, login, log::add, camera.discoveryPort(), camera.rtspPort());
        return new CamerasYaml(search.among(Stream.of(hosts).map(HostRange::parse).toList()), login).text();
    }

    /** The addresses by camera, as the feeder and jobs read the file. */
    private Map<String, String> addresses(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("cameras.yaml"), yaml);
        assertThat(CamerasFile.declarations(file)).isNotEmpty();
        return CamerasFile.read(file, ENVIRONMENT, CameraSettings.DEFAULTS).stream()
                .collect(Collectors.toMap(CameraDefinition::id,
                        definition -> ((NetworkStream) definition.source()).address().toString()));
    }
}
