package io.flinkvision.job.operator;

import io.flinkvision.job.record.ImageRecord;

/**
 * What the decode operator passes on to the classify operator: a picture for the network, or a frame that is not to be
 * looked at, which comes along so that the answers to one camera stay in order.
 */
public sealed interface PreparedFrame permits DecodedImage, StaleFrame {

    /** The record that it came from. */
    ImageRecord source();
}
