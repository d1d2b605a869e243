package io.flinkvision.tools.discover;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds devices by WS-Discovery (April 2005): a Probe for network video transmitters by UDP, and the ProbeMatches that
 * come back until the time is over. Datagrams get lost, so that the Probe is sent several times.
 */
final class WsDiscovery implements AutoCloseable {

    /** The well-known port of WS-Discovery. */
    static final int PORT = 3702;

    private static final Logger LOG = LoggerFactory.getLogger(WsDiscovery.class);
    private static final String GROUP = "239.255.255.250";
    private static final int MAX_DATAGRAM = 65_535;
    private static final int MAX_DEVICES = 1000;
    private static final int MAX_DEVICES_OF_HOST = 32;
    private static final int SENDS = 3;
    private static final String PROBE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
             xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
             xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
             xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>
            <a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>
            <a:MessageID>uuid:%s</a:MessageID>
            <a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>
            </s:Header><s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>
            """;

    private final Consumer<String> log;
    private final String message = UUID.randomUUID().toString();
    private final Selector selector;
    private final Map<String, ProbeMatch> matches = new LinkedHashMap<>();
    private final Set<InetAddress> reported = new HashSet<>();
    private final Set<InetAddress> answered = new HashSet<>();

    /** @param log for people: what was skipped and why */
    WsDiscovery(Consumer<String> log) throws IOException {
        this.log = log;
        this.selector = Selector.open();
    }

    /**
     * Asks all devices that multicast reaches, on every interface with an IPv4 address.
     *
     * @param timeout the time to wait for answers
     */
    List<ProbeMatch> multicast(Duration timeout) throws IOException {
        InetSocketAddress group = new InetSocketAddress(InetAddress.getByName(GROUP), PORT);
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp() && network.supportsMulticast() && hasIpv4(network)) {
                open(List.of(group)).setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
            }
        }
        if (selector.keys().isEmpty()) {
            log.accept("No network interface of this machine has an IPv4 address and multicast; use --host");
            return List.of();
        }
        return collect(timeout, Set.of());
    }

    private static boolean hasIpv4(NetworkInterface network) {
        return network.inetAddresses().anyMatch(address -> address.getAddress().length == 4);
    }

    /**
     * Asks hosts one by one, for networks without multicast.
     *
     * @param timeout the time to wait until each has answered
     */
    List<ProbeMatch> unicast(List<InetSocketAddress> devices, Duration timeout) throws IOException {
        if (devices.isEmpty()) {
            return List.of();
        }
        open(devices);
        return collect(timeout, devices.stream().map(InetSocketAddress::getAddress).collect(Collectors.toSet()));
    }

    private DatagramChannel open(List<InetSocketAddress> targets) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.bind(null);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, targets);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** @param asked the hosts whose answers count; empty for all */
    private List<ProbeMatch> collect(Duration timeout, Set<InetAddress> asked) throws IOException {
        long start = System.nanoTime();
        long end = timeout.toNanos();
        long nextSend = 0;
        int sends = 0;
        for (long now = 0; now < end && isWaiting(asked); now = System.nanoTime() - start) {
            if (sends < SENDS && now >= nextSend) {
                send();
                sends++;
                nextSend = end * sends * sends / 12;
            }
            selector.select(Math.max(1, Math.min(50, (end - now) / 1_000_000)));
            for (SelectionKey key : selector.selectedKeys()) {
                receive((DatagramChannel) key.channel(), asked);
            }
            selector.selectedKeys().clear();
        }
        if (matches.size() == MAX_DEVICES) {
            log.accept("More than " + MAX_DEVICES + " devices answered; only the first ones are asked");
        }
        return new ArrayList<>(matches.values());
    }

    private boolean isWaiting(Set<InetAddress> asked) {
        return matches.size() < MAX_DEVICES && (asked.isEmpty() || !answered.containsAll(asked));
    }

    private void send() {
        byte[] probe = PROBE.formatted(message).getBytes(StandardCharsets.UTF_8);
        for (SelectionKey key : selector.keys()) {
            for (Object target : (List<?>) key.attachment()) {
                try {
                    ((DatagramChannel) key.channel()).send(ByteBuffer.wrap(probe), (InetSocketAddress) target);
                } catch (IOException e) {
                    // An interface without a route; the others may have one.
                    LOG.debug("No probe to {}", target, e);
                }
            }
        }
    }

    private void receive(DatagramChannel channel, Set<InetAddress> asked) {
        ByteBuffer datagram = ByteBuffer.allocate(MAX_DATAGRAM);
        try {
            InetSocketAddress sender = (InetSocketAddress) channel.receive(datagram);
            if (sender != null && (asked.isEmpty() || asked.contains(sender.getAddress()))) {
                byte[] answer = new byte[datagram.flip().remaining()];
                datagram.get(answer);
                if (!asked.isEmpty()) {
                    answered.add(sender.getAddress());
                }
                read(new DeviceHost(sender.getAddress()), answer);
            }
        } catch (IOException e) {
            // A host without the service reports that its port is closed.
            LOG.debug("No answer", e);
        }
    }

    private void read(DeviceHost host, byte[] answer) {
        try {
            DeviceXml envelope = DeviceXml.parse(answer);
            if (!envelope.text("RelatesTo").contains(message)) {
                return;
            }
            for (DeviceXml match : envelope.all("ProbeMatch")) {
                List<String> foreign = ProbeMatch.foreign(host, match);
                if (!foreign.isEmpty()) {
                    report(host, "names " + String.join(" ", foreign.stream().map(DeviceHost::shown).toList())
                            + ", which is another host and not followed; its own address is asked instead");
                }
                ProbeMatch.of(host, match).ifPresent(this::add);
            }
        } catch (IOException e) {
            report(host, e.getMessage());
        }
    }

    private void add(ProbeMatch match) {
        long ofHost = matches.values().stream().filter(other -> other.host().equals(match.host())).count();
        if (ofHost < MAX_DEVICES_OF_HOST && matches.size() < MAX_DEVICES) {
            matches.putIfAbsent(match.service().toString(), match);
        }
    }

    private void report(DeviceHost host, String problem) {
        if (reported.size() < MAX_DEVICES && reported.add(host.address())) {
            log.accept(host.text() + ": " + problem);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
