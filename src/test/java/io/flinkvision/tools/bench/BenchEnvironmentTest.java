package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BenchEnvironmentTest {

    @Test
    void waitingIsNoWorkAndWhatTheHostTakesIs() {
        assertThat(BenchEnvironment.busySeconds("cpu  100 20 300 9999 8888 40 50 600 77 88")).isEqualTo(11.1, within(1e-9));
    }

    @Test
    void aLineOfAnOldKernelHasFewerFields() {
        assertThat(BenchEnvironment.busySeconds("cpu 100 0 100 50")).isEqualTo(2, within(1e-9));
    }
}
