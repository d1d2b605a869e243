package io.flinkvision.tools.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FlinkClusterITCase {

    private static FlinkCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = FlinkCluster.start(2);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void runsAJobToItsEndAndKeepsItsMetrics() throws Exception {
        count(cluster, 1, 1000, "finite").getJobExecutionResult().get(60, TimeUnit.SECONDS);

        assertThat(cluster.metrics().sum("finite", "seen")).isEqualTo(1000);
        assertThat(cluster.metrics().sum("finite", "digits.ending-in-7")).isEqualTo(100);
        assertThat(cluster.metrics().sum("finite", "een")).isZero();
        assertThat(cluster.metrics().sum("another", "seen")).isZero();
    }

    @Test
    void cancelsAJob() throws Exception {
        JobClient job = count(cluster, 1, Long.MAX_VALUE, "endless");

        job.cancel().get(60, TimeUnit.SECONDS);

        assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS)).rootCause()
                .hasMessageContaining("cancel");
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.CANCELED);
    }

    @Test
    void stopsWithAJobRunningAndStandsBesideAnotherCluster() throws Exception {
        FlinkCluster other = FlinkCluster.start(1);
        assertThat(other.restAddress()).isNotEqualTo(cluster.restAddress());
        assertThat(other.restAddress().getHost()).isEqualTo("127.0.0.1");
        count(other, 1, Long.MAX_VALUE, "endless");

        other.close();
        other.close();

        assertThatThrownBy(other::environment).isInstanceOf(IllegalStateException.class);
        count(cluster, 1, 10, "after").getJobExecutionResult().get(60, TimeUnit.SECONDS);
    }

    @Test
    void refusesAClusterWithoutSlots() {
        assertThatThrownBy(() -> FlinkCluster.start(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    @Test
    void saysThatItDoesNotStart() {
        Configuration settings = new Configuration();
        settings.set(CoreOptions.TMP_DIRS, "/dev/null/no-folder");

        assertThatThrownBy(() -> FlinkCluster.start(1, settings))
                .isInstanceOf(FlinkRuntimeException.class)
                .hasMessageContaining("does not start");
    }

    private static JobClient count(FlinkCluster cluster, long from, long to, String operator) throws Exception {
        StreamExecutionEnvironment environment = cluster.environment();
        environment.setParallelism(1);
        environment.fromSequence(from, to).map(new Counting()).name(operator).sinkTo(new DiscardingSink<>());
        return environment.executeAsync(operator);
    }

    private static final class Counting extends RichMapFunction<Long, Long> {

        private static final long serialVersionUID = 1;

        private transient Counter seen;
        private transient Counter sevens;

        @Override
        public void open(OpenContext context) {
            seen = getRuntimeContext().getMetricGroup().counter("seen");
            sevens = getRuntimeContext().getMetricGroup().addGroup("digits").counter("ending-in-7");
        }

        @Override
        public Long map(Long value) {
            seen.inc();
            if (value % 10 == 7) {
                sevens.inc();
            }
            return value;
        }
    }
}
