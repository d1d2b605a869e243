package io.flinkvision.job.operator;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * State of the decode operator: how far a subtask read the heads topic itself, before its first picture.
 *
 * @param ends of each partition, {@code topic-partition}, the offset after the last record that was read
 */
public record HeadsRead(SortedMap<String, Long> ends) {

    public HeadsRead {
        ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
    }
}
