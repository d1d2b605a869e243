package io.flinkvision.tools.local;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;

/**
 * The counters of the operators of a cluster, live, and how many values their histograms have seen. A counter stays when its operator has ended: what a job has counted
 * is asked for most often when it is over.
 */
public final class RecordedMetrics implements MetricReporter {

    /**
     * @param operator the operator's name, as given to {@code name(...)}
     * @param identifier the full name of the counter in Flink's scope format
     */
    private record Recorded(String operator, String identifier, LongSupplier count) {}

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
        return sum(entry -> entry.operator().equals(operator) && entry.identifier().endsWith("." + name));
    }

    /** The sum of a counter over all operators that have one of the name; as {@link #sum(String, String)}. */
    public long sum(String name) {
        return sum(entry -> entry.identifier().endsWith("." + name));
    }

    private long sum(Predicate<Recorded> wanted) {
        return recorded.stream().filter(wanted).mapToLong(entry -> entry.count().getAsLong()).sum();
    }

    /** Forgets what has been recorded so far, so that what follows is of the jobs that start after it. */
    public void clear() {
        recorded.clear();
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String operator = group.getAllVariables().get(ScopeFormat.SCOPE_OPERATOR_NAME);
        if (operator != null && metric instanceof Counter counter) {
            recorded.add(new Recorded(operator, group.getMetricIdentifier(name), counter::getCount));
        } else if (operator != null && metric instanceof Histogram histogram) {
            recorded.add(new Recorded(operator, group.getMetricIdentifier(name), histogram::getCount));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}
}
