package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WallCommandTest {

    @Test
    void refusesToBeSeenByOtherMachinesWithoutAToken() {
        CommandRun run = CommandRun.of("wall", "--job", "jobs/classify.yaml", "--host", "0.0.0.0");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("needs a token", "VISION_WALL_TOKEN");
    }

    @Test
    void refusesATokenThatCouldBeGuessedAndDoesNotRepeatIt() {
        CommandRun run = CommandRun.of("wall", "--job", "jobs/classify.yaml", "--token", "secret");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("at least 12 characters").doesNotContain("secret");
    }

    @Test
    void teachesOnlyAJobThatListensAndSaysWhatItsFileLacks(@TempDir Path folder) {
        CommandRun run = CommandRun.of("wall", "--job", "jobs/classify.yaml", "--teach", folder.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no model.heads-topic");
    }

    @Test
    void teachesNothingWhereTheJobSendsNoPicturesOfItsCameras(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), """
                source: {bootstrap-servers: "localhost:9092", cameras: cameras.yaml}
                sink: {topic: labels}
                dead-letters: {topic: dead-letters}
                model: {bundle: model, heads-topic: heads}
                """);
        CommandRun run = CommandRun.of("wall", "--job", file.toString(), "--teach", folder.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--teach needs pictures").contains("no pictures.topic");
    }

    @Test
    void refusesTwoTokensOfOneName() {
        CommandRun run = CommandRun.of("wall", "--job", "jobs/classify.yaml",
                "--token", "anna=a-long-secret", "--token", "anna=another-secret");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("the name 'anna'").doesNotContain("secret");
    }

    @Test
    void refusesAPortThatIsNone() {
        CommandRun run = CommandRun.of("wall", "--job", "jobs/classify.yaml", "--port", "65536");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("65536");
    }

    @Test
    void saysWhenThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            CommandRun run = CommandRun.of(
                    "wall", "--job", "jobs/classify.yaml", "--port", String.valueOf(taken.getLocalPort()));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("cannot listen on port " + taken.getLocalPort()).doesNotContain("verbose");
        }
    }
}
