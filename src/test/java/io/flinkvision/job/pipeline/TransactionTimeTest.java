package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionTimeTest {

    @ParameterizedTest
    @CsvSource({"900, 10, 0", "900, 10, 3", "360, 60, 0", "60, 10, 1"})
    void leavesAThirdOfATransactionsLifeWhenTheSlowestCheckpointsAreDone(int timeout, int interval, int tolerated) {
        TransactionTime time = new TransactionTime(Duration.ofSeconds(timeout), Duration.ofSeconds(interval));

        Duration checkpoint = time.longestCheckpoint(tolerated);
        Duration open = checkpoint.multipliedBy(tolerated + 2L).plusSeconds(interval * (tolerated + 1L));

        assertThat(open).isBetween(Duration.ofSeconds(timeout * 2L / 3 - 1), Duration.ofSeconds(timeout * 2L / 3));
    }

    @Test
    void givesNoCheckpointLessThanASecond() {
        assertThat(new TransactionTime(Duration.ofSeconds(4), Duration.ofSeconds(2)).longestCheckpoint(5))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void isShortWhereABusyCheckpointOrARestartDoesNotFit() {
        assertThat(time(360, 10).isShort()).isFalse();
        assertThat(time(359, 10).isShort()).isTrue();
        assertThat(time(630, 300).isShort()).isFalse();
        assertThat(time(629, 300).isShort()).isTrue();
    }

    @Test
    void endsASlowCheckpointOfAJobThatWritesExactlyOnce() {
        assertThat(checkpointTimeout(Guarantee.EXACTLY_ONCE, Map.of())).isEqualTo(Duration.ofSeconds(295));
        assertThat(checkpointTimeout(Guarantee.EXACTLY_ONCE,
                Map.of("execution.checkpointing.tolerable-failed-checkpoints", "3"))).isEqualTo(Duration.ofSeconds(112));
    }

    @Test
    void leavesAShorterTimeOutOfTheClusterAsItIs() {
        assertThat(checkpointTimeout(Guarantee.EXACTLY_ONCE, Map.of("execution.checkpointing.timeout", "1 min")))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void isNoConcernOfAJobThatWritesAtLeastOnce() {
        assertThat(checkpointTimeout(Guarantee.AT_LEAST_ONCE, Map.of())).isEqualTo(Duration.ofMinutes(10));
    }

    private static TransactionTime time(int timeout, int interval) {
        return new TransactionTime(Duration.ofSeconds(timeout), Duration.ofSeconds(interval));
    }

    private static Duration checkpointTimeout(Guarantee guarantee, Map<String, String> cluster) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(cluster));
        ClassifyJob.configure(environment, JobDefinition.read(JobHarness.JOB_FILE, Map.of(),
                List.of("sink.guarantee=" + JobOptions.SINK_GUARANTEE.type().print(guarantee))));
        return environment.getConfiguration().get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
    }
}
