package io.flinkvision.job.operator;

import io.flinkvision.job.record.DeadLetter;
import org.apache.flink.util.OutputTag;

/** The side output of the operators that may give up on a record. */
public final class DeadLetters {

    /** Where the decode and the classify operator send what got no label. */
    public static final OutputTag<DeadLetter> TAG =
            new OutputTag<>("dead-letters", RecordTypeInformation.DEAD_LETTER);

    private DeadLetters() {}
}
