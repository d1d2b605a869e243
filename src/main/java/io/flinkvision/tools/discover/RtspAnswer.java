package io.flinkvision.tools.discover;

import java.util.Optional;

/** What a camera says about a stream. */
sealed interface RtspAnswer {

    /**
     * It can be read.
     *
     * @param codec such as {@code H264}; empty if the description does not tell
     * @param size of its frames, if the description tells
     * @param withLogin whether only the login got it
     */
    record Described(String codec, Optional<FrameSize> size, boolean withLogin) implements RtspAnswer {}

    /**
     * It wants a login.
     *
     * @param refused whether it was given one; with HTTP Basic none is given, since it is readable on the way
     */
    record LoginNeeded(boolean refused) implements RtspAnswer {}

    /**
     * It has no such stream.
     *
     * @param status of its answer, such as 404
     */
    record Refused(int status) implements RtspAnswer {}
}
