package io.flinkvision.tools.feed;

/** Is told by a reader of pictures that are not as they should be; on the reader's thread. */
interface FrameProblems {

    /** A picture was left out: it is too large, or not whole. */
    void leftOut(String reason);

    /** A picture without an end marker is delivered as it came. */
    void unmarked(String reason);
}
