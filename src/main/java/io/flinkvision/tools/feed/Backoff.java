package io.flinkvision.tools.feed;

import java.time.Duration;

/** How long to wait before a lost camera is tried again: twice as long after each failure, up to a limit. */
final class Backoff {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.next = first;
    }

    /** The wait after one more failure. */
    Duration next() {
        Duration result = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return result;
    }

    /** Starts anew, because the camera delivers again. */
    void reset() {
        next = first;
    }
}
