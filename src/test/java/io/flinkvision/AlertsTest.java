package io.flinkvision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alerts by Prometheus' own tool, where it is installed: Debian has it in its package {@code prometheus}. */
class AlertsTest {

    @Test
    void theScrapeConfigurationIsOneOfPrometheus() throws Exception {
        promtool("check", "config", "conf/prometheus/prometheus.yml");
    }

    @Test
    void theAlertsFireWhenTheyShouldAndOnlyThen() throws Exception {
        promtool("test", "rules", "src/test/resources/prometheus/alerts-test.yml");
    }

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "promtool is not on the PATH");
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(program.get().toString()), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
