package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras as somebody wrote them down, before their references are replaced. */
class CameraDeclarationTest {

    @TempDir
    private Path folder;

    @Test
    void aFileKeepsItsReferences() throws IOException {
        Path file = file("""
                cameras:
                  door: {source: "rtsp://viewer:${DOOR_PASSWORD}@192.0.2.10/stream1", fps: 5}
                  yard:
                    source: ${YARD:test:yard}
                    every: ${EVERY}
                """);

        SortedMap<String, CameraDeclaration> cameras = CamerasFile.declarations(file);

        assertThat(cameras).containsOnlyKeys("door", "yard");
        assertThat(cameras.get("door").options()).isEqualTo(
                Map.of("source", "rtsp://viewer:${DOOR_PASSWORD}@192.0.2.10/stream1", "fps", "5"));
        assertThat(cameras.get("yard").options()).isEqualTo(Map.of("source", "${YARD:test:yard}", "every", "${EVERY}"));
    }

    @Test
    void allProblemsOfAFileAreNamedWithTheirLines() throws IOException {
        Path file = file("""
                cameras:
                  door:
                    source: rtsp://viewer:hunter2@192.0.2.10/stream1
                    fps: often
                  yard:
                    source: test:3
                    every: ${2}
                  desk:
                    quality: 300
                  gate:
                    source: test:gate
                    sauce: 1
                """);

        assertThatThrownBy(() -> CamerasFile.declarations(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageNotContaining("hunter2")
                .asInstanceOf(InstanceOfAssertFactories.type(ConfigurationException.class))
                .extracting(ConfigurationException::problems, InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::where, Problem::key)
                .contains(tuple(file, 7, "cameras.yard.every"), tuple(file, 12, "cameras.gate.sauce"));
        Files.writeString(file, Files.readString(file).replace("every: ${2}", "every: 2").replace("sauce: 1", "fps: 1")
                .replace("quality: 300", "source: \"-\""));
        assertThatThrownBy(() -> CamerasFile.declarations(file))
                .hasMessageNotContaining("hunter2")
                .asInstanceOf(InstanceOfAssertFactories.type(ConfigurationException.class))
                .extracting(ConfigurationException::problems, InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::toString)
                .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).startsWith(file + ":3: cameras.door.source: has a password in it")
                                .contains("write ${NAME} in its place"),
                        each -> assertThat(each).startsWith(file + ":4: cameras.door.fps: must be a number"),
                        each -> assertThat(each).startsWith(file + ":6: cameras.yard.source: is 3 sources"),
                        each -> assertThat(each).startsWith(file + ":9: cameras.desk.source: is standard input"));
    }

    private static Tuple tuple(Path file, int line, String key) {
        return Tuple.tuple(file + ":" + line, key);
    }

    @Test
    void aFileWithoutACameraIsRefused() throws IOException {
        Path file = file("# none yet");

        assertThatThrownBy(() -> CamerasFile.declarations(file)).hasMessageContaining("cameras: has no camera");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "rtsp://viewer:secret@192.0.2.10/1",
        "rtsp://viewer:sec/ret@192.0.2.10/1",
        "rtsp://viewer:sec@ret@192.0.2.10/1",
        "rtsp://${USER}:secret@192.0.2.10/1",
        "rtsp://viewer:prefix${PASSWORD}@192.0.2.10/1",
        "rtsp://viewer:${PASSWORD:secret}@192.0.2.10/1",
        "${ADDRESS:rtsp://viewer:secret@192.0.2.10/1}",
        "http://192.0.2.10/video?user=viewer&pwd=secret",
        "http://192.0.2.10/video?access_token=secret",
    })
    void aPasswordInASourceIsRefusedAndNotShown(String source) {
        assertThat(problems("source", source)).hasEntrySatisfying("source",
                problem -> assertThat(problem).contains("has a password in it").doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "rtsp://viewer:${PASSWORD}@192.0.2.10/1",
        "rtsp://${USER:viewer}:${PASSWORD}@192.0.2.10/1",
        "rtsp://viewer:${FIRST}${SECOND}@192.0.2.10/1",
        "rtsp://viewer@192.0.2.10/1",
        "rtsp://192.0.2.10:554/cam/realmonitor?channel=1&subtype=0",
        "http://192.0.2.10/video?pwd=${PASSWORD}",
        "${ADDRESS}",
        "${ADDRESS:rtsp://192.0.2.10/1}",
        "/srv/only/on/the/task/managers/walk.mp4",
        "test:door?fps=3",
    })
    void whatCanOnlyBeToldWhereTheCameraIsReadIsNoProblem(String source) {
        assertThat(problems("source", source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "fps      | 0                       | must be above 0",
        "every    | 0                       | from 1",
        "quality  | good                    | whole number",
        "loop     | yes                     | true or false",
        "fps      | ${file:/etc/passwd}     | must not refer to files",
        "fps      | ${env:FPS}              | a reference that Kafka's clients resolve",
        "speed    | 3                       | is unknown; the keys of a camera are every, ",
    })
    void aWrongValueIsAProblemOfItsKey(String key, String value, String problem) {
        assertThat(problems("source", "test:door", key, value)).containsOnlyKeys(key)
                .hasEntrySatisfying(key, text -> assertThat(text).contains(problem));
    }

    @Test
    void loopAndFollowExcludeEachOther() {
        assertThat(problems("source", "/srv/uploads", "loop", "true", "follow", "true")).containsOnlyKeys("follow");
    }

    @Test
    void aCameraNeedsASource() {
        assertThat(problems("fps", "3")).containsEntry("source", "is missing");
    }

    @Test
    void aDeclarationIsResolvedWithTheVariablesOfTheMachineThatReadsTheCamera() {
        CameraDeclaration declaration = declaration(
                "source", "rtsp://${CAMERA_USER:viewer}:${CAMERA_PASSWORD}@camera/1", "fps", "${CAMERA_FPS}", "max-side", "640");

        CameraDefinition camera = declaration.resolve(Map.of("CAMERA_PASSWORD", "s3cret", "CAMERA_FPS", "2.5"));

        assertThat(((NetworkStream) camera.source()).address()).hasToString("rtsp://viewer:s3cret@camera/1");
        assertThat(camera.settings().fps()).contains(2.5);
        assertThat(camera.settings().maxSide()).contains(640);
        assertThat(camera.id()).isEqualTo("door");
        assertThat(declaration.problemsInTopic()).isEmpty();
    }

    @Test
    void aVariableIsTakenAsItIs() {
        CameraDefinition camera = declaration("source", "${CAMERA_X}").resolve(
                Map.of("CAMERA_X", "http://camera/a?b=$%7BHOME%7D"));
        assertThat(((NetworkStream) camera.source()).address()).hasToString("http://camera/a?b=$%7BHOME%7D");
        assertThatThrownBy(() -> declaration("source", "test:x", "fps", "${CAMERA_X}").resolve(
                Map.of("CAMERA_X", "${CAMERA_X:2}"))).hasMessageContaining("fps must be a number");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertThatThrownBy(() -> declaration("source", "rtsp://v:${CAMERA_P}@c/1").resolve(Map.of()))
                .isInstanceOf(CameraException.class)
                .hasMessageContainingAll("door", "source: the environment variable CAMERA_P is not set");
    }

    @Test
    void whatIsWrongOnlyOnceItIsResolvedIsSaidThen() {
        for (String source : List.of("test:3", "none.mp4", "rtmp://camera/1", "test:x?fps=a")) {
            assertThatThrownBy(() -> declaration("source", source).resolve(Map.of()))
                    .isInstanceOf(CameraException.class).hasMessageStartingWith("The camera door: ");
        }
        assertThatThrownBy(() -> declaration("source", "test:x", "fps", "0").resolve(Map.of()))
                .isInstanceOf(CameraException.class).hasMessageContaining("fps must be above 0");
        assertThatThrownBy(() -> declaration("source", "test:x", "max-sid", "640").resolve(Map.of()))
                .isInstanceOf(CameraException.class).hasMessageContaining("max-sid is unknown; did you mean max-side?");
    }

    @ParameterizedTest
    @CsvSource({
        "fps, must be a number",
        "quality, must be a whole number",
        "realtime, must be true or false",
        "source, There is no file or folder"
    })
    void aPasswordInTheWrongPlaceIsNotShown(String key, String reason) {
        CameraDeclaration declaration = declaration(key.equals("source")
                ? new String[] {"source", "${CAMERA_PASSWORD}"}
                : new String[] {"source", "test:door", key, "${CAMERA_PASSWORD}"});

        assertThatThrownBy(() -> declaration.resolve(Map.of("CAMERA_PASSWORD", "s3cret")))
                .hasMessageContainingAll(reason, "${CAMERA_PASSWORD}").hasMessageNotContaining("s3cret");
        assertThat(declaration("source", "rtsp://viewer:s3cret@camera/1").toString()).doesNotContain("s3cret");
    }

    @Test
    void theTopicNamesNoFilesAndDevicesOfTheMachineThatReadsTheCamera() throws IOException {
        Path picture = Files.createFile(folder.resolve("a.jpg"));
        for (String source : List.of(folder.toString(), folder + "/*.jpg", picture.toString(), "/dev/null", "-",
                "file://" + picture, "none.mp4", "x${CAMERA_X:}", "${CAMERA_X:" + picture + "}",
                "${CAMERA_X:}" + picture, "${CAMERA_X:rtsp://c}/etc", "${CAMERA_X}${CAMERA_Y:/etc}")) {
            assertThat(declaration("source", source).problemsInTopic()).containsOnlyKeys("source");
        }
        for (String source : List.of("${CAMERA_X}", "rtsp://${CAMERA_HOST}/1", "test:x", "https://camera/1")) {
            assertThat(declaration("source", source).problemsInTopic()).isEmpty();
        }
        assertThat(declaration("source", picture.toString()).problems()).isEmpty();
    }

    @Test
    void theTopicReadsNoOtherVariablesThanThoseForCameras() {
        assertThat(declaration("source", "http://elsewhere/${KAFKA_LOGIN:x}", "fps", "${CAMERA_FPS}").problemsInTopic())
                .containsOnlyKeys("source")
                .hasEntrySatisfying("source", text -> assertThat(text).contains("KAFKA_LOGIN", "begin with CAMERA_"));
        assertThat(declaration("source", "test:x", "fps", "${FPS:2}").problemsInTopic()).containsOnlyKeys("fps");
    }

    @Test
    void anIdIsTextOfSomeLength() throws IOException {
        for (String id : List.of("", " ", "a\nb", "x".repeat(250), "ü".repeat(125))) {
            assertThatThrownBy(() -> new CameraDeclaration(id, new TreeMap<>()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("from 1 to 249");
        }
        Path file = file("cameras:\n  " + "x".repeat(250) + ": { source: test:x }\n");
        assertThatThrownBy(() -> CamerasFile.declarations(file)).hasMessageContaining(":2: ")
                .hasMessageContaining("from 1 to 249");
    }

    private static SortedMap<String, String> problems(String... keysAndValues) {
        return declaration(keysAndValues).problems();
    }

    private static CameraDeclaration declaration(String... keysAndValues) {
        SortedMap<String, String> options = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new CameraDeclaration("door", options);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("cameras.yaml"), text);
    }
}
