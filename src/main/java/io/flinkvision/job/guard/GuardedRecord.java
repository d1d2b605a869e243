package io.flinkvision.job.guard;

/** Identifies a record in the notes: by its place in Kafka, or by its bytes. Its text is for people. */
public sealed interface GuardedRecord permits RecordPosition, PictureDigest {}
