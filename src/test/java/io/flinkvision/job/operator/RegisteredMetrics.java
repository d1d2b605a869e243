package io.flinkvision.job.operator;

import java.lang.reflect.Field;
import java.util.Map;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/** The metrics of an operator in Flink's harness, whose group no reporter reads and which keeps them to itself. */
final class RegisteredMetrics {

    private RegisteredMetrics() {}

    static <T extends Metric> T of(MetricGroup group, String name, Class<T> type) throws ReflectiveOperationException {
        Field metrics = AbstractMetricGroup.class.getDeclaredField("metrics");
        metrics.setAccessible(true);
        return type.cast(((Map<?, ?>) metrics.get(group)).get(name));
    }
}
