package io.flinkvision.tools.wall;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a wall.
 *
 * @param host name or address to listen on
 * @param port to listen on, 0 for a free one
 * @param tokens of which browsers must send one; may only be empty if other machines cannot reach the host, and the wall
 *     does not teach
 * @param isBehindProxy whether the headers of a reverse proxy are trusted
 * @param maxCameras limit; those that have been silent for longest are dropped first
 * @param teaching empty for a wall that can only be looked at
 */
public record WallSettings(WatchedJob job, String host, int port, List<WallToken> tokens, boolean isBehindProxy,
        int maxCameras, Optional<TeachingSettings> teaching) {

    /** The host of a wall that other machines cannot reach. */
    public static final String LOOPBACK = "127.0.0.1";

    public static final int DEFAULT_MAX_CAMERAS = 2000;

    public WallSettings {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("A port is a number from 0 to 65535, not " + port);
        }
        if (maxCameras < 1) {
            throw new IllegalArgumentException("The limit of cameras must be at least 1, not " + maxCameras);
        }
        Objects.requireNonNull(teaching, "teaching");
        tokens = List.copyOf(tokens);
        requireDifferent(tokens);
        if (tokens.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("Other machines can reach a wall on " + host
                    + ", so it needs a token: --token, or the environment variable VISION_WALL_TOKEN");
        }
        if (tokens.isEmpty() && teaching.isPresent()) {
            throw new IllegalArgumentException("A wall that teaches needs a token, also on this machine: --token, or the"
                    + " environment variable VISION_WALL_TOKEN");
        }
    }

    /** Settings of a wall that other machines cannot reach. */
    public static WallSettings local(WatchedJob job, int port) {
        return new WallSettings(
                job, LOOPBACK, port, List.of(), false, DEFAULT_MAX_CAMERAS, Optional.empty());
    }

    private static void requireDifferent(List<WallToken> tokens) {
        Set<String> names = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (WallToken token : tokens) {
            if (!names.add(token.name())) {
                throw new IllegalArgumentException("Two tokens have the name '" + token.name()
                        + "'; write --token NAME=TOKEN with a name for each");
            }
            if (!secrets.add(token.secret())) {
                throw new IllegalArgumentException("The token of '" + token.name() + "' is that of another name too");
            }
        }
    }

    /** Whether only this machine can reach the host. */
    boolean isLoopback() {
        return isLoopback(host);
    }

    /**
     * Whether only this machine can reach a host.
     *
     * @throws IllegalArgumentException if there is no such host
     */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("There is no host " + host, e);
        }
    }

    /** Without the tokens, which must not come into a log. */
    @Override
    public String toString() {
        return "WallSettings[" + host + ":" + port + "]";
    }
}
