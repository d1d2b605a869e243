package io.flinkvision.job.operator;

import io.flinkvision.cluster.FreePorts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.prometheus.PrometheusReporterFactory;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.runtime.metrics.MetricRegistryConfiguration;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.metrics.ReporterSetup;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;

/** A metric group of Flink's whose metrics its Prometheus reporter shows. */
final class ReportedGroup implements AutoCloseable {

    private final int port = FreePorts.find(1).get(0);
    private final MetricRegistryImpl registry;
    private final GenericMetricGroup group;

    /** A time of day that a test sets. */
    static final class SetClock implements InstantSource {

        private Instant now = Instant.ofEpochSecond(1_700_000_000);

        void advance(long millis) {
            now = now.plusMillis(millis);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    ReportedGroup() {
        MetricConfig config = new MetricConfig();
        config.setProperty("port", Integer.toString(port));
        config.setProperty("filterLabelValueCharacters", "false");
        MetricReporter reporter = new PrometheusReporterFactory().createMetricReporter(config);
        reporter.open(config);
        registry = new MetricRegistryImpl(
                MetricRegistryConfiguration.fromConfiguration(new Configuration(), 1 << 20),
                List.of(new ReporterSetup("prom", config, reporter, (metric, name, scope) -> true, Map.of())));
        group = new GenericMetricGroup(registry, null, "operator");
    }

    MetricGroup group() {
        return group;
    }

    PrometheusScrape scrape() {
        return PrometheusScrape.of(port);
    }

    /** What Flink does when a task ends. */
    void closeGroup() {
        group.close();
    }

    @Override
    public void close() {
        closeGroup();
        registry.closeAsync().join();
    }
}
