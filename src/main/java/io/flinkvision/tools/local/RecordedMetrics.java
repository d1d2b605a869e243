package io.flinkvision.tools.local;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;

/**
 * The metrics of the operators of a cluster, live. A metric stays when its operator has ended: what a job has counted
 * is asked for most often when it is over.
 */
public final class RecordedMetrics implements MetricReporter {

    /**
     * @param operator the operator's name, as given to {@code name(...)}
     * @param identifier the full name of the metric in Flink's scope format
     * @param metric the metric itself
     */
    private record Recorded(String operator, String identifier, Metric metric) {}

    private final List<Recorded> recorded = new CopyOnWriteArrayList<>();

    RecordedMetrics() {}

    /**
     * The sum of a counter over the subtasks of an operator, and over its attempts where the job was restarted.
     *
     * @param operator the operator's name
     * @param name the counter's name below the operator, with its groups: {@code code.CORRUPT.rejected}
     * @return 0 where there is none
     */
    public long sum(String operator, String name) {
        return metrics(operator, name, Counter.class).mapToLong(Counter::getCount).sum();
    }

    /** The sum of a counter over all operators that have one of the name; as {@link #sum(String, String)}. */
    public long sum(String name) {
        return recorded.stream()
                .filter(entry -> entry.identifier().endsWith("." + name) && entry.metric() instanceof Counter)
                .mapToLong(entry -> ((Counter) entry.metric()).getCount())
                .sum();
    }

    /** The histograms of an operator, one for each subtask and attempt; as {@link #sum(String, String)}. */
    public List<Histogram> histograms(String operator, String name) {
        return metrics(operator, name, Histogram.class).toList();
    }

    private <M> Stream<M> metrics(String operator, String name, Class<M> type) {
        return recorded.stream()
                .filter(entry -> entry.operator().equals(operator) && entry.identifier().endsWith("." + name))
                .map(Recorded::metric)
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** Forgets what has been recorded so far, so that what follows is of the jobs that start after it. */
    public void clear() {
        recorded.clear();
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String operator = group.getAllVariables().get(ScopeFormat.SCOPE_OPERATOR_NAME);
        if (operator != null) {
            recorded.add(new Recorded(operator, group.getMetricIdentifier(name), metric));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}
}
