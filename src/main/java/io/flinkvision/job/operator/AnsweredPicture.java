package io.flinkvision.job.operator;

import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import java.util.Objects;
import org.apache.flink.util.OutputTag;

/**
 * A picture with its labels, on the way from the classify operator to the operator that sends some of them to a topic.
 * Both are in one thread, so that no picture is copied.
 *
 * @param answer the labels
 * @param source the record that they are of, whole
 */
public record AnsweredPicture(Classification answer, RawRecord source) {

    /** The side output of the classify operator. Without an operator behind it, it costs nothing. */
    public static final OutputTag<AnsweredPicture> TAG =
            new OutputTag<>("pictures", RecordTypeInformation.ANSWERED_PICTURE);

    public AnsweredPicture {
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(source, "source");
    }
}
