package io.flinkvision.job.operator;

/** What is written to the labels' topic: the labels of a picture, or the note that a frame was not looked at. */
public sealed interface LabelsRecord permits Classification, StaleFrame {}
