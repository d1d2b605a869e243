package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.PictureFiles;
import io.flinkvision.core.camera.FrameSource.PictureFolder;
import io.flinkvision.core.camera.FrameSource.PicturePattern;
import io.flinkvision.core.camera.FrameSource.StandardInput;
import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import io.flinkvision.core.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceParserTest {

    @TempDir
    Path folder;

    @Test
    void tellsSourcesByWhatTheyAre() throws IOException {
        Path video = Files.createFile(folder.resolve("walk.mp4"));
        Path picture = Files.createFile(folder.resolve("a.jpg"));
        Path other = Files.createFile(folder.resolve("b.JPG"));

        assertThat(SourceParser.parse(List.of("-", folder.toString(), folder + "/*.jpg", video.toString(),
                picture.toString(), other.toString(), "rtsp://camera:8554/door?channel=1")))
                .extracting(FrameSource::getClass).extracting(Class::getSimpleName)
                .containsExactly("StandardInput", "PictureFolder", "PicturePattern", "VideoFile", "PictureFiles",
                        "NetworkStream");
        assertThat(one("-")).isEqualTo(new StandardInput());
        assertThat(one(folder.toString())).isEqualTo(new PictureFolder(folder));
        assertThat(one(folder + "/x*/*.jpg")).isEqualTo(new PicturePattern(folder, "x*/*.jpg"));
        assertThat(one(video.toString())).isEqualTo(new VideoFile(video)).returns("walk", FrameSource::defaultId);
        assertThat(one(picture.toString())).isEqualTo(new PictureFiles(folder, List.of(picture)));
    }

    @Test
    void anAddressShowsNeitherPasswordNorQuery() {
        FrameSource camera = one("rtsp://admin:s3cret@camera:8554/door?token=s3cret");

        assertThat(camera).isInstanceOf(NetworkStream.class);
        assertThat(camera.toString()).isEqualTo("rtsp://camera:8554/door").isEqualTo(camera.description());
        assertThat(camera.defaultId()).isEqualTo("camera:8554/door");
        for (String wrong : List.of("rtsp://admin:s3cret^@camera/1", "rtsp://admin:s3cret#@camera/1",
                "rtmp://s3cret@c/")) {
            assertThatThrownBy(() -> one(wrong)).isInstanceOf(CameraException.class)
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3@cret", "s3#cret", "s3/cret", "s3?cret", "12#34", "12/34", "12?34", "s3^cret", "s3%cret",
        "@/#?"})
    void aRawCharacterOfAPasswordIsRefusedWithTheSourceAndWithoutThePassword(String password) {
        assertThatThrownBy(() -> SourceParser.parse(List.of("test:", "rtsp://admin:" + password + "@camera/door")))
                .isInstanceOf(CameraException.class)
                .hasMessageContaining("rtsp://...@camera/door").hasMessageContaining("%40 for @")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("admin", password, "cret", "34@"));
    }

    @Test
    void anAtSignBelongsToThePathOfAHostThatIsOne() {
        for (String address : List.of("http://192.0.2.1:8080/a@b", "http://camera.example:80/?user=a@b.example",
                "http://camera/a@b", "http://[2001:db8::1]:80/a@b", "http://localhost:8080/a@b",
                "http://user:secret@camera:80/a@b")) {
            assertThat(((NetworkStream) one(address)).address().toString()).isEqualTo(address);
        }
    }

    @Test
    void aNumberOfTestScenesAreSoManyCameras() {
        assertThat(SourceParser.parse("test:100")).hasSize(100)
                .startsWith(new TestScene("test-001", 640, 480, 5, Subject.DISC))
                .endsWith(new TestScene("test-100", 640, 480, 5, Subject.DISC));
        assertThat(one("test:door?size=320x240&fps=12.5")).isEqualTo(new TestScene("door", 320, 240, 12.5, Subject.DISC));
        assertThat(one("test:yard?subject=gate")).isEqualTo(new TestScene("yard", 640, 480, 5, Subject.GATE));
        assertThatThrownBy(() -> one("test:?size=321x240"))
                .hasMessageContaining("multiples of 8").hasMessageContaining("321");
        assertThatThrownBy(() -> one("test:?colour=red")).hasMessageContaining("colour=red");
    }

    @Test
    void aFileOfCamerasHasSettingsForEach() throws IOException {
        Path file = folder.resolve("cameras.yaml");
        Files.writeString(file, """
                cameras:
                  door: { source: "rtsp://viewer:${DOOR_PASSWORD}@camera/1", fps: 2.5, max-side: 640 }
                  yard:
                    source: test:yard
                """);

        List<CameraDefinition> cameras =
                CamerasFile.read(file, Map.of("DOOR_PASSWORD", "s3cret"), CameraSettings.DEFAULTS);

        assertThat(cameras).extracting(CameraDefinition::id).containsExactly("door", "yard");
        assertThat(((NetworkStream) cameras.get(0).source()).address().getUserInfo()).isEqualTo("viewer:s3cret");
        assertThat(cameras.get(0).settings().fps()).contains(2.5);
        assertThat(cameras.get(0).settings().maxSide()).contains(640);
        assertThat(cameras.get(1).settings()).isEqualTo(CameraSettings.DEFAULTS);
        assertThat(CamerasFile.read(Path.of("conf/cameras.yaml"), Map.of(), CameraSettings.DEFAULTS)).hasSize(2);
    }

    @Test
    void aCameraMaySendKeyFramesOrChangesOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("cameras.yaml"), """
                cameras:
                  door: { source: test:door, keyframes: true, only-changes: { threshold: 8, at-least-every: 5 s } }
                  yard: { source: test:yard, only-changes: { threshold: 12 } }
                  gate: { source: test:gate }
                """);

        assertThat(CamerasFile.read(file, Map.of(), CameraSettings.DEFAULTS)).extracting(CameraDefinition::settings)
                .containsExactly(
                        CameraSettings.DEFAULTS.withKeyframes(true)
                                .withOnlyChanges(Optional.of(new ChangeRule(8, Duration.ofSeconds(5)))),
                        CameraSettings.DEFAULTS
                                .withOnlyChanges(Optional.of(new ChangeRule(12, Duration.ofSeconds(10)))),
                        CameraSettings.DEFAULTS);
        CameraSettings defaults = CameraSettings.DEFAULTS
                .withOnlyChanges(Optional.of(new ChangeRule(20, Duration.ofSeconds(3)))).withKeyframes(true);
        assertThat(CamerasFile.read(file, Map.of(), defaults)).extracting(camera -> camera.settings().onlyChanges())
                .extracting(Optional::get).containsExactly(new ChangeRule(8, Duration.ofSeconds(5)),
                        new ChangeRule(12, Duration.ofSeconds(3)), new ChangeRule(20, Duration.ofSeconds(3)));

        Files.writeString(file, "cameras:\n  door: { source: test:door, only-changes: { at-least-every: 5 s } }\n");
        assertThatThrownBy(() -> CamerasFile.read(file, Map.of(), CameraSettings.DEFAULTS))
                .hasMessageContaining("only-changes.at-least-every has no effect without only-changes.threshold");
    }

    @Test
    void aFileOfCamerasTellsWhatIsWrongWithItsLine() throws IOException {
        Path file = folder.resolve("cameras.yaml");
        Files.writeString(file, """
                cameras:
                  door: { source: test:door, fsp: 2 }
                  yard: { fps: 2 }
                """);

        assertThatThrownBy(() -> CamerasFile.read(file, Map.of(), CameraSettings.DEFAULTS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(":2: cameras.door.fsp: is unknown")
                .hasMessageContaining("cameras.yard.source: is missing");
        Files.writeString(file, "cameras:\n  door: { source: none.mp4 }\n");
        assertThatThrownBy(() -> CamerasFile.read(file, Map.of(), CameraSettings.DEFAULTS))
                .hasMessageContaining(":2: cameras.door.source: There is no file or folder none.mp4");
    }

    private static FrameSource one(String argument) {
        List<FrameSource> sources = SourceParser.parse(argument);
        assertThat(sources).hasSize(1);
        return sources.get(0);
    }
}
