package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapacityCommandTest {

    @Test
    void reckonsByAShortRunOnThisMachine() {
        CommandRun run = CommandRun.of("capacity", "--cameras", "100", "--fps", "2.5", "--size", "64x48",
                "--seconds", "0.1");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).hasSize(6);
        assertThat(run.lines().get(0)).isEqualTo("100 cameras, 2.5 frames per second, 64x48: 250.0 pictures per second");
        assertThat(run.lines().get(1)).matches("a slot can do .* JPEGs decoded by (libturbojpeg|OpenCV)\\), and .*");
        assertThat(run.lines().get(2)).matches("slots: [1-9][0-9]*, one core each");
        assertThat(run.err()).contains("Round 5 of 5");
    }

    @Test
    void wrongUseIsSaidBeforeAnythingIsRun() {
        assertThat(CommandRun.of("capacity", "--cameras", "1", "--fps", "1").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("capacity", "--cameras", "1", "--fps", "1", "--size", "big").exitCode()).isEqualTo(2);
        CommandRun run = CommandRun.of("capacity", "--cameras", "0", "--fps", "1", "--size", "64x48");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--cameras");
    }
}
