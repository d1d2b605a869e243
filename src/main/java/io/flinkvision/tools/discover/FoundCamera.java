package io.flinkvision.tools.discover;

import io.flinkvision.tools.discover.FoundStream.Access;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A camera that was found: a sensor or a channel of a device.
 *
 * @param host the address of its device
 * @param name for people; may be empty
 * @param maker may be empty
 * @param model may be empty
 * @param streams the streams it offers
 * @param wantsLogin whether the device wants a login, or another one, before it names its streams
 * @param remarks what a reader of the file should know
 */
public record FoundCamera(
        String host, String name, String maker, String model, List<FoundStream> streams, boolean wantsLogin,
        List<String> remarks) {

    /** Networks see 224 pixels a side; less would have to be enlarged. */
    static final int ENOUGH_PIXELS = 224;

    public FoundCamera {
        streams = List.copyOf(streams);
        remarks = List.copyOf(remarks);
    }

    /**
     * The stream that costs the least and shows enough: the smallest one with at least {@link #ENOUGH_PIXELS} a side;
     * without one the largest, and one of unknown size only where there is no other.
     *
     * @param usable the streams to choose from
     */
    Optional<FoundStream> chosen(Predicate<FoundStream> usable) {
        return streams.stream()
                .filter(usable)
                .min(Comparator.comparingInt(FoundCamera::rank).thenComparingLong(FoundCamera::cost));
    }

    private static int rank(FoundStream stream) {
        int login = stream.access() == Access.UNTRIED ? 3 : 0;
        return login + stream.size().map(size -> isEnough(size) ? 0 : 1).orElse(2);
    }

    private static long cost(FoundStream stream) {
        return stream.size().map(size -> isEnough(size) ? size.pixels() : -size.pixels()).orElse(0L);
    }

    private static boolean isEnough(FrameSize size) {
        return size.smallerSide() >= ENOUGH_PIXELS;
    }
}
