package io.flinkvision.tools.local;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.runtime.metrics.MetricRegistryConfiguration;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.metrics.ReporterSetup;
import org.apache.flink.runtime.metrics.ReporterSetupBuilder;
import org.apache.flink.runtime.metrics.filter.DefaultReporterFilters;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster of one TaskManager inside this JVM, for the demo and the tests. Jobs are submitted through its REST
 * interface on a free loopback port, as to any other session cluster, and find their classes on this JVM's class path.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkCluster.class);

    private static final Duration SHUTDOWN_DEADLINE = Duration.ofSeconds(30);
    private static final MemorySize NETWORK_MEMORY = MemorySize.ofMebiBytes(32);
    private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(8);

    private final RecordedMetrics metrics = new RecordedMetrics();
    private final MiniCluster cluster;
    private boolean closed;

    private FlinkCluster(MiniClusterConfiguration configuration) {
        cluster = new RecordingMiniCluster(configuration, metrics);
    }

    /**
     * Starts a cluster with Flink's own settings but for the memory, which is that of a laptop.
     *
     * @param slots task slots, at least 1
     * @throws FlinkRuntimeException if it does not start
     */
    public static FlinkCluster start(int slots) {
        return start(slots, new Configuration());
    }

    /**
     * Starts a cluster.
     *
     * @param slots task slots, at least 1
     * @param settings Flink's settings that go before the defaults, not the addresses, ports and slots; reporters of
     *     metrics that they name must be on this JVM's class path
     * @throws FlinkRuntimeException if it does not start; nothing is left of it then
     */
    public static FlinkCluster start(int slots, Configuration settings) {
        if (slots < 1) {
            throw new IllegalArgumentException("A cluster needs at least one task slot, not " + slots);
        }
        FlinkCluster result = new FlinkCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(complete(settings))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .setCommonBindAddress(loopback())
                .withRandomPorts()
                .build());
        try {
            result.cluster.start();
            return result;
        } catch (Exception e) {
            OpenParts.closeAfter(e, result);
            throw new FlinkRuntimeException("The Flink cluster does not start: " + e.getMessage(), e);
        }
    }

    private static Configuration complete(Configuration settings) {
        Configuration result = new Configuration();
        result.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
        result.set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK_MEMORY);
        result.set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK_MEMORY);
        result.addAll(settings);
        result.set(RestOptions.ADDRESS, loopback());
        result.set(RestOptions.BIND_ADDRESS, loopback());
        result.set(RestOptions.BIND_PORT, "0");
        result.set(JobManagerOptions.ADDRESS, loopback());
        // The common address of a MiniCluster is not that of its BLOB server, which takes jars from anybody.
        result.set(JobManagerOptions.BIND_HOST, loopback());
        return result;
    }

    private static String loopback() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    /** An environment whose {@code execute} and {@code executeAsync} run the job on this cluster. */
    public StreamExecutionEnvironment environment() {
        return environment(new Configuration());
    }

    /**
     * An environment whose {@code execute} and {@code executeAsync} run the job on this cluster.
     *
     * @param settings the job's own, such as its checkpoints' interval
     * @throws IllegalStateException after {@link #close()}
     */
    public StreamExecutionEnvironment environment(Configuration settings) {
        Configuration result = new Configuration(settings);
        result.addAll(clientSettings());
        // Not getExecutionEnvironment(): outside of Flink's own client that one is local, whatever its target says.
        return new StreamExecutionEnvironment(result);
    }

    /**
     * What a client must know to submit a job here.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public Configuration clientSettings() {
        URI address = restAddress();
        Configuration result = new Configuration();
        result.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        result.set(DeploymentOptions.ATTACHED, true);
        result.set(RestOptions.ADDRESS, address.getHost());
        result.set(RestOptions.PORT, address.getPort());
        return result;
    }

    /**
     * The address of Flink's REST interface.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public URI restAddress() {
        if (closed) {
            throw new IllegalStateException("The Flink cluster is closed");
        }
        return cluster.getRestAddress().join();
    }

    /** The metrics of all jobs that have run here, readable after a job's end and after {@link #close()} too. */
    public RecordedMetrics metrics() {
        return metrics;
    }

    /** Cancels what runs and stops the cluster; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            cluster.closeAsync().get(SHUTDOWN_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The Flink cluster did not stop cleanly: {}", String.valueOf(e));
        }
    }

    /** A MiniCluster has the reporters that its settings name; this one has its own too. */
    @SuppressWarnings("try") // Its close() is MiniCluster's, which may throw anything.
    private static final class RecordingMiniCluster extends MiniCluster {

        private final RecordedMetrics metrics;

        RecordingMiniCluster(MiniClusterConfiguration configuration, RecordedMetrics metrics) {
            super(configuration);
            this.metrics = Objects.requireNonNull(metrics, "metrics");
        }

        @Override
        protected MetricRegistryImpl createMetricRegistry(Configuration configuration, long messageSizeLimit) {
            List<ReporterSetup> reporters = new ArrayList<>(ReporterSetupBuilder.METRIC_SETUP_BUILDER.fromConfiguration(
                    configuration, DefaultReporterFilters::metricsFromConfiguration, null));
            reporters.add(new ReporterSetup("recorded", new MetricConfig(), metrics,
                    (metric, name, scope) -> true, Map.of()));
            return new MetricRegistryImpl(
                    MetricRegistryConfiguration.fromConfiguration(configuration, messageSizeLimit), reporters);
        }
    }
}
