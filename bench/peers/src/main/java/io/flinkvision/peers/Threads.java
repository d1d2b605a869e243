package io.flinkvision.peers;

/** How many threads an engine may use for one picture. */
enum Threads {
    /** What the engine takes when it is told nothing: as many as there are processors. */
    ITS_DEFAULT,
    ONE
}
