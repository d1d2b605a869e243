package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.discover.TestCamera;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraDiscoverCommandTest {

    @TempDir
    private Path folder;

    @Test
    void writesTheCamerasOfTheHostsThatAreNamed() throws Exception {
        Path file = folder.resolve("cameras.yaml");
        try (TestCamera camera = new TestCamera()) {
            String host = "127.0.0.1:" + camera.httpPort();
            CommandRun printed = CommandRun.of("camera", "discover", "--host", host);
            CommandRun written = CommandRun.of("camera", "discover", "--host", host, "--output", file.toString());
            CommandRun again = CommandRun.of("camera", "discover", "--host", host, "--output", file.toString());

            assertThat(printed.exitCode()).as(printed.err()).isZero();
            assertThat(printed.out()).contains("cameras:", "source: \"rtsp://127.0.0.1:", "640x360, H264, sub");
            assertThat(written.exitCode()).as(written.err()).isZero();
            assertThat(written.out()).isEmpty();
            assertThat(written.err()).contains("1 of 1 cameras can be read");
            assertThat(Files.readString(file)).isEqualTo(printed.out());
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.err()).contains("exists already; use --force");
            assertThat(CommandRun.of("camera", "discover", "--host", host, "--output", file.toString(), "--force")
                    .exitCode()).isZero();
        }
    }

    @Test
    void wrongUseIsSaidBeforeAnybodyIsAsked() {
        for (String host : new String[] {"10.0.0.0/8", "no host"}) {
            CommandRun run = CommandRun.of("camera", "discover", "--host", host);

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains(host);
        }
    }
}
