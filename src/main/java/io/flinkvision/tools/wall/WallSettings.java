package io.flinkvision.tools.wall;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/**
 * What a wall shows, and where.
 *
 * @param job whose topics are shown
 * @param host the name or address that browsers are answered at
 * @param port the TCP port, 0 for one that is free
 * @param token what a browser must bring; it may only be empty where the host is one that other machines cannot reach
 * @param isBehindProxy whether {@code X-Forwarded-For} of requests is believed, as a proxy sets it
 * @param mostCameras how many cameras are kept; those silent for longest go first
 */
public record WallSettings(
        WatchedJob job, String host, int port, Optional<String> token, boolean isBehindProxy, int mostCameras) {

    /** The host of a wall that only its own machine can see. */
    public static final String LOOPBACK = "127.0.0.1";

    /** How many cameras are kept unless somebody says otherwise. */
    public static final int MOST_CAMERAS = 2000;

    /** A token of fewer characters could be guessed. */
    public static final int SHORTEST_TOKEN = 12;

    public WallSettings {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("A port is a number from 0 to 65535, not " + port);
        }
        if (mostCameras < 1) {
            throw new IllegalArgumentException("A wall of " + mostCameras + " cameras");
        }
        token.filter(text -> text.length() < SHORTEST_TOKEN).ifPresent(text -> {
            throw new IllegalArgumentException("The wall's token must have at least " + SHORTEST_TOKEN
                    + " characters, and this one has " + text.length());
        });
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("Other machines can reach a wall on " + host
                    + ", so it needs a token: --token, or the environment variable VISION_WALL_TOKEN");
        }
    }

    /** Settings of a wall that only its own machine can see. */
    public static WallSettings local(WatchedJob job, int port) {
        return new WallSettings(job, LOOPBACK, port, Optional.empty(), false, MOST_CAMERAS);
    }

    /** Whether only this machine can reach the host. */
    boolean isLoopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("There is no host " + host, e);
        }
    }

    /** Without the token, which must not come into a log. */
    @Override
    public String toString() {
        return "WallSettings[" + host + ":" + port + "]";
    }
}
