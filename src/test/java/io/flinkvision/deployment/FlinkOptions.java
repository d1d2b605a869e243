package io.flinkvision.deployment;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** The keys that Flink and its Kubernetes operator's autoscaler know, from the constants in their own classes. */
final class FlinkOptions {

    private static final List<Class<?>> HOLDERS = List.of(
            BlobServerOptions.class, CheckpointingOptions.class, CoreOptions.class, ExecutionOptions.class,
            HighAvailabilityOptions.class, JobManagerOptions.class, MetricOptions.class,
            NettyShuffleEnvironmentOptions.class, PipelineOptions.class, RestOptions.class,
            RestartStrategyOptions.class, StateBackendOptions.class, TaskManagerOptions.class, WebOptions.class);

    private static final Path AUTOSCALER = Path.of("target/autoscaler/flink-autoscaler.jar");
    private static final String AUTOSCALER_OPTIONS = "org.apache.flink.autoscaler.config.AutoScalerOptions";

    /** Beneath these each reporter, and each environment variable, has a key of its own. */
    private static final List<String> PREFIXES = List.of(
            "metrics.reporter.", ResourceManagerOptions.CONTAINERIZED_TASK_MANAGER_ENV_PREFIX);

    /** Of Flink's {@code KubernetesConfigOptions}, whose jar with the client of Kubernetes is left out here. */
    private static final Set<String> OF_KUBERNETES = Set.of("kubernetes.taskmanager.service-account");

    private FlinkOptions() {}

    /** The keys among these that nothing would read. */
    static Set<String> unknownOf(Set<String> keys) {
        Set<String> known = new TreeSet<>();
        HOLDERS.forEach(holder -> known.addAll(keys(holder)));
        known.addAll(autoscalerKeys());
        known.addAll(OF_KUBERNETES);
        Set<String> unknown = new TreeSet<>(keys);
        unknown.removeIf(key -> known.contains(key) || PREFIXES.stream().anyMatch(key::startsWith));
        return unknown;
    }

    private static Set<String> keys(Class<?> holder) {
        return Arrays.stream(holder.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class)
                .map(FlinkOptions::key)
                .collect(Collectors.toSet());
    }

    private static Set<String> autoscalerKeys() {
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {AUTOSCALER.toUri().toURL()}, FlinkOptions.class.getClassLoader())) {
            return keys(loader.loadClass(AUTOSCALER_OPTIONS));
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(AUTOSCALER + " lacks " + AUTOSCALER_OPTIONS, e);
        }
    }

    private static String key(Field field) {
        try {
            return ((ConfigOption<?>) field.get(null)).key();
        } catch (IllegalAccessException e) {
            throw new AssertionError(field + " is public", e);
        }
    }
}
