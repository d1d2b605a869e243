package io.flinkvision.tools.discover;

import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A stream of a camera that was found.
 *
 * @param address without user and password
 * @param name for people; may be empty
 * @param codec such as {@code H264}; empty if it is not known
 * @param size of its frames, if known
 * @param access whether it can be read
 */
record FoundStream(URI address, String name, String codec, Optional<FrameSize> size, Access access) {

    /** Who gets the stream. */
    enum Access {
        /** Everybody. */
        OPEN,
        /** The login that was given. */
        LOGIN,
        /** Those with a login; none was tried, because there is none, or it would have been readable on the way. */
        UNTRIED,
        /** Those with another login than the one that was given. */
        REFUSED
    }

    /** Size, codec and name, as far as they are known. */
    String description() {
        return Stream.of(size.map(FrameSize::toString).orElse("size unknown"), codec, name)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
