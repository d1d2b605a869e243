package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.record.PrintableText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The age of each camera's last label, as gauges.
 *
 * <p>Flink removes an operator's metrics only together, when its task ends, so their number is bounded here. A key
 * becomes a camera when it comes a second time, so that a topic whose records have a key of their own each gets no
 * gauges; and only the first {@link #MAX_CAMERAS} keys of a subtask do, so that keys that somebody makes up later displace
 * none.
 */
final class CameraAges {

    /** Cameras with a gauge, per subtask. */
    static final int MAX_CAMERAS = 1_000;

    /** Keys that came once and are remembered. */
    static final int MAX_CANDIDATES = 1_000;

    /** Characters of a key that tell cameras apart. */
    static final int MAX_NAME_LENGTH = 100;

    /** No character of UTF-8 has more bytes. */
    private static final int MAX_NAME_BYTES = 4 * MAX_NAME_LENGTH;

    private static final Logger LOG = LoggerFactory.getLogger(CameraAges.class);

    private final MetricGroup group;
    private final InstantSource clock;
    private final Map<String, LastLabel> cameras = new HashMap<>();
    private final Set<String> candidates = new LinkedHashSet<>();
    private boolean full;

    /** Written by the task, read by the reporters' threads. */
    private static final class LastLabel {
        private volatile long millis;
    }

    CameraAges(MetricGroup group, InstantSource clock) {
        this.group = group;
        this.clock = clock;
    }

    /**
     * A picture got labels.
     *
     * @param key the record's
     * @param at when
     */
    void labelled(byte[] key, Instant at) {
        String name = name(key);
        LastLabel known = cameras.get(name);
        if (known != null) {
            known.millis = at.toEpochMilli();
        } else if (candidates.remove(name)) {
            add(name, at);
        } else {
            remember(name);
        }
    }

    private void add(String name, Instant at) {
        if (cameras.size() < MAX_CAMERAS) {
            LastLabel label = new LastLabel();
            label.millis = at.toEpochMilli();
            cameras.put(name, label);
            group.addGroup(VisionMetrics.CAMERA, name).gauge(VisionMetrics.LAST_LABEL_AGE_MILLIS,
                    (Gauge<Long>) () -> Math.max(0, clock.millis() - label.millis));
        } else if (!full) {
            full = true;
            LOG.warn("There are more than {} cameras in this subtask: those after them have no {}", MAX_CAMERAS,
                    VisionMetrics.LAST_LABEL_AGE_MILLIS);
        }
    }

    /** The key that came longest ago makes room. */
    private void remember(String name) {
        if (candidates.size() >= MAX_CANDIDATES) {
            candidates.remove(candidates.iterator().next());
        }
        candidates.add(name);
    }

    private static String name(byte[] key) {
        return PrintableText.escaped(
                new String(key.length <= MAX_NAME_BYTES ? key : Arrays.copyOf(key, MAX_NAME_BYTES), UTF_8),
                MAX_NAME_LENGTH);
    }
}
