package io.flinkvision.job.record;

/** The value of a record of the output topic: the labels of a picture, or the note that a frame was skipped. */
public sealed interface OutputValue permits ClassificationRecord, SkippedRecord {

    /** {@code topic-partition-offset} of the picture; the same for every record that was made from it. */
    String id();

    /** Where the picture was read. */
    RecordCoordinates source();
}
