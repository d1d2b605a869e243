package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.io.Serializable;
import java.util.function.Consumer;

/** Reads a topic from its start to the end that it has at the time, for an operator that needs all of it to begin with. */
@FunctionalInterface
public interface FirstReading extends Serializable {

    /**
     * Reads the topic.
     *
     * @param records receives its records, those of each partition in their order
     * @throws InterruptedException if the task is cancelled meanwhile
     * @throws Exception if the topic cannot be read
     */
    void read(Consumer<RawRecord> records) throws Exception;
}
