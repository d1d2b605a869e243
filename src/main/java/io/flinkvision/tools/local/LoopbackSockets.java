package io.flinkvision.tools.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Server sockets on free ports of the loopback interface, bound first and handed to Kafka when it opens its listeners:
 * Kafka wants to know its ports in its configuration, and a port that is only looked up may be taken by then.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {

    private final Map<String, ServerSocketChannel> channels = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    /**
     * Binds the socket of a listener.
     *
     * @return its address, {@code HOST:PORT}
     */
    synchronized String bind(String listener) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channels.put(listener, channel);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        addresses.put(listener, address.getAddress().getHostAddress() + ":" + address.getPort());
        return address(listener);
    }

    /** The address of a bound listener, {@code HOST:PORT}. */
    synchronized String address(String listener) {
        return addresses.get(listener);
    }

    @Override
    public synchronized ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
        ServerSocketChannel channel = channels.get(listener);
        if (channel == null) {
            throw new KafkaException("The listener " + listener + " has no socket; bound are " + channels.keySet());
        }
        channel.configureBlocking(false);
        return channel;
    }

    /** Closes the sockets, those in Kafka's hands too; a second call does nothing. */
    @Override
    public synchronized void close() {
        IOUtils.closeAllQuietly(channels.values());
        channels.clear();
    }
}
