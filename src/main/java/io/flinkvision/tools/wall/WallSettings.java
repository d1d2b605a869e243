package io.flinkvision.tools.wall;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of a wall.
 *
 * @param host name or address to listen on
 * @param port to listen on, 0 for a free one
 * @param token that browsers must send; may only be empty if other machines cannot reach the host
 * @param isBehindProxy whether {@code X-Forwarded-For} is trusted
 * @param maxCameras limit; those that have been silent for longest are dropped first
 */
public record WallSettings(
        WatchedJob job, String host, int port, Optional<String> token, boolean isBehindProxy, int maxCameras) {

    /** The host of a wall that other machines cannot reach. */
    public static final String LOOPBACK = "127.0.0.1";

    public static final int DEFAULT_MAX_CAMERAS = 2000;

    /** Shorter tokens could be guessed. */
    public static final int MIN_TOKEN_LENGTH = 12;

    public WallSettings {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("A port is a number from 0 to 65535, not " + port);
        }
        if (maxCameras < 1) {
            throw new IllegalArgumentException("The limit of cameras must be at least 1, not " + maxCameras);
        }
        token.filter(text -> text.length() < MIN_TOKEN_LENGTH).ifPresent(text -> {
            throw new IllegalArgumentException("The wall's token must have at least " + MIN_TOKEN_LENGTH
                    + " characters, and this one has " + text.length());
        });
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("Other machines can reach a wall on " + host
                    + ", so it needs a token: --token, or the environment variable VISION_WALL_TOKEN");
        }
    }

    /** Settings of a wall that other machines cannot reach. */
    public static WallSettings local(WatchedJob job, int port) {
        return new WallSettings(job, LOOPBACK, port, Optional.empty(), false, DEFAULT_MAX_CAMERAS);
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
