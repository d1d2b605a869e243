package io.flinkvision.tools.discover;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Hosts that a user names: one by its address or name, or an IPv4 subnet such as {@code 192.0.2.0/24}.
 *
 * @param addresses one or more
 * @param httpPort the port of ONVIF, if it is named
 */
public record HostRange(List<InetAddress> addresses, OptionalInt httpPort) {

    private static final int MIN_PREFIX = 22;
    private static final Pattern SUBNET = Pattern.compile("([0-9.]+)/([0-9]{1,2})");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    public HostRange {
        addresses = List.copyOf(addresses);
    }

    /**
     * Parses {@code HOST}, {@code HOST:PORT} or {@code ADDRESS/BITS}.
     *
     * @throws IllegalArgumentException if it is none of them, or a subnet is larger than 1024 addresses
     */
    public static HostRange parse(String text) {
        Matcher subnet = SUBNET.matcher(text);
        Matcher host = HOST.matcher(text);
        try {
            if (subnet.matches()) {
                return new HostRange(subnet(InetAddress.getByName(subnet.group(1)),
                        Integer.parseInt(subnet.group(2)), text), OptionalInt.empty());
            }
            if (host.matches() && (host.group(2) == null || isPort(Integer.parseInt(host.group(2))))) {
                return new HostRange(List.of(InetAddress.getByName(host.group(1))), host.group(2) == null
                        ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(host.group(2))));
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("There is no host " + text, e);
        }
        throw new IllegalArgumentException(text + " is no host; write an address or a name, with the port of ONVIF"
                + " after a colon if it is not 80, or a subnet as in 192.0.2.0/24");
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    private static List<InetAddress> subnet(InetAddress base, int bits, String text) throws UnknownHostException {
        if (base.getAddress().length != 4 || bits < MIN_PREFIX || bits > 32) {
            throw new IllegalArgumentException("The subnet " + text + " must have from " + MIN_PREFIX
                    + " to 32 bits; name several for a larger one");
        }
        int count = 1 << (32 - bits);
        int first = ByteBuffer.wrap(base.getAddress()).getInt() & -count;
        // The first and the last one are the network itself and its broadcast.
        int margin = count > 2 ? 1 : 0;
        return IntStream.range(margin, count - margin).mapToObj(i -> address(first + i)).toList();
    }

    private static InetAddress address(int bits) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an address", e);
        }
    }
}
