package io.flinkvision.tools.local;

import java.util.Objects;

/**
 * A listener of a broker, besides that of its own clients.
 *
 * @param name in capital letters, as Kafka's properties of a listener begin with it
 * @param securityProtocol Kafka's name of how its clients log in, such as {@code SASL_SSL}
 * @param address {@code HOST:PORT}
 */
record BrokerListener(String name, String securityProtocol, String address) {

    BrokerListener {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(securityProtocol, "securityProtocol");
        Objects.requireNonNull(address, "address");
    }

    String url() {
        return name + "://" + address;
    }
}
