package io.flinkvision.tools.catalogue;

import io.flinkvision.core.system.Sha256;
import io.flinkvision.tools.ToolException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/**
 * Downloads the weights of catalogue entries: whole, retried with backoff, and compared with their checksum before they
 * get their name. They have 10 to 20 MB, so an attempt that fails is begun anew.
 */
public final class Download {

    private static final String TUNNELLING_RESTRICTIONS = "jdk.http.auth.tunneling.disabledSchemes";

    /** The client's only sign that a proxy refused to connect it. */
    private static final Pattern REFUSED_TUNNEL = Pattern.compile("Tunnel failed, got: (4[0-9]{2})");

    /**
     * Timeouts, retries and limits.
     *
     * @param connectTimeout for a connection
     * @param idleTimeout without an answer or without another byte; there is no limit to the whole download
     * @param attempts in total, at least 1
     * @param firstPause before the second attempt; each later pause is twice as long
     * @param maxPause limit to the pauses, and to a server's {@code Retry-After}
     * @param maxBytes limit to a file whose size the catalogue does not know
     */
    public record Settings(Duration connectTimeout, Duration idleTimeout, int attempts, Duration firstPause,
            Duration maxPause, long maxBytes) {

        /** MobileNetV3-Large has 22 MB; a GiB is another network's. */
        public static final Settings DEFAULTS = new Settings(Duration.ofSeconds(20), Duration.ofSeconds(30), 6,
                Duration.ofSeconds(1), Duration.ofMinutes(1), 1L << 30);

        public Settings {
            if (attempts < 1) {
                throw new IllegalArgumentException("A download needs at least one attempt, not " + attempts);
            }
            if (maxBytes < 1) {
                throw new IllegalArgumentException("The limit must be at least 1 byte, not " + maxBytes);
            }
        }

        /** @param attempt the one that failed, from 1 */
        private Duration pauseAfter(int attempt) {
            Duration pause = firstPause;
            for (int doubling = 1; doubling < attempt && pause.compareTo(maxPause) < 0; doubling++) {
                pause = pause.multipliedBy(2);
            }
            return pause.compareTo(maxPause) < 0 ? pause : maxPause;
        }
    }

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Pause {

        void take(Duration length) throws InterruptedException;
    }

    /** Follows the progress of a download; called on several threads, one after the other. */
    public interface Listener {

        /**
         * The first bytes of an attempt arrive.
         *
         * @param size of the file in bytes, if the server sent it
         */
        void started(OptionalLong size);

        /** @param received bytes of this attempt so far */
        void advanced(long received);

        /**
         * An attempt failed, and there will be another.
         *
         * @param reason why, in words
         * @param pause until the next one
         */
        void waiting(String reason, Duration pause);

        /** The file is there, with the right checksum. */
        void finished();
    }

    /** A failure that another attempt may mend. */
    private static final class TransientFailure extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient Optional<Duration> retryAfter;

        TransientFailure(String message, Throwable cause) {
            super(message, cause);
            this.retryAfter = Optional.empty();
        }

        /** @param retryAfter the pause that the server asks for */
        TransientFailure(String message, Optional<Duration> retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }
    }

    private final Settings settings;
    private final HttpClient client;
    private final Pause pause;

    /**
     * @param proxies the way out
     * @param pause how to wait, usually {@code length -> Thread.sleep(length.toMillis())}
     */
    public Download(Settings settings, ProxySettings proxies, Pause pause) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // One file on one connection: HTTP/2 would gain nothing.
                .version(HttpClient.Version.HTTP_1_1)
                // Follows all redirects but those from https to anything else.
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(settings.connectTimeout())
                .proxy(proxies.selector());
        proxies.authenticator().ifPresent(authenticator -> {
            // By default Java gives no password to a proxy on the way to an encrypted address; the property is read
            // when the first client is made.
            if (System.getProperty(TUNNELLING_RESTRICTIONS) == null) {
                System.setProperty(TUNNELLING_RESTRICTIONS, "");
            }
            builder.authenticator(authenticator);
        });
        this.client = builder.build();
        this.settings = settings;
        this.pause = pause;
    }

    /**
     * Downloads an entry's file, unless it is there already. Only a complete file with the right checksum ever gets the
     * file's name.
     *
     * @throws ToolException if the file cannot be had
     */
    public Path fetch(CatalogueEntry entry, Path folder, Listener listener) throws InterruptedException {
        Path file = folder.resolve(entry.fileName());
        if (isThere(file, entry)) {
            return file;
        }
        // Two runs at once each write their own.
        Path part = file.resolveSibling(entry.fileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.createDirectories(folder);
            // For the case that the JVM is ended with Ctrl-C.
            part.toFile().deleteOnExit();
            int attempt = 1;
            while (!hasReceived(entry, part, attempt, listener)) {
                attempt++;
            }
            requireChecksum(entry, part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw PartialFile.unwritable(file, e);
        } finally {
            deleteQuietly(part);
        }
        listener.finished();
        return file;
    }

    private static boolean isThere(Path file, CatalogueEntry entry) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            return entry.checksum().matches(Sha256.of(file));
        } catch (IOException e) {
            throw new ToolException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // Neither the file that came nor the failure that is reported changes with it.
        }
    }

    /** Makes one attempt, and after a failure the pause before the next. */
    private boolean hasReceived(CatalogueEntry entry, Path part, int attempt, Listener listener)
            throws InterruptedException {
        try (PartialFile partial = new PartialFile(entry, settings.maxBytes(), part, listener)) {
            receive(entry.address(), partial);
            return true;
        } catch (IOException e) {
            String reason = e instanceof TransientFailure ? e.getMessage() : "the connection broke: " + e.getMessage();
            if (attempt == settings.attempts()) {
                throw new ToolException("After " + attempt + " attempts: " + reason, e);
            }
            Duration length = e instanceof TransientFailure failure
                    ? failure.retryAfter.orElse(settings.pauseAfter(attempt))
                    : settings.pauseAfter(attempt);
            if (length.compareTo(settings.maxPause()) > 0) {
                throw new ToolException(reason + ", and asks for a pause of " + length.toSeconds() + " s", e);
            }
            listener.waiting(reason, length);
            pause.take(length);
            return false;
        }
    }

    private void receive(URI address, PartialFile part) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("User-Agent", "flink-vision")
                .header("Accept-Encoding", "identity")
                .build();
        HttpResponse<Void> response = response(client.sendAsync(request, part.bodyHandler()), address, part);
        requireFile(response);
        part.requireWhole();
    }

    /** Waits for the end of the response, as long as bytes arrive; the client itself has no such timeout. */
    private HttpResponse<Void> response(CompletableFuture<HttpResponse<Void>> exchange, URI address, PartialFile part)
            throws IOException, InterruptedException {
        Duration timeout = settings.connectTimeout().plus(settings.idleTimeout());
        try {
            while (true) {
                long before = part.received();
                try {
                    return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (part.received() == before) {
                        throw new TransientFailure(before == 0
                                ? address.getHost() + " did not answer in time"
                                : "no byte came for " + timeout.toMillis() / 1000.0 + " s", e);
                    }
                }
                timeout = settings.idleTimeout();
            }
        } catch (ExecutionException e) {
            throw failure(address, e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    /** Translates the client's exceptions, which often have no message of their own. */
    private static IOException failure(URI address, Throwable reason) {
        Stream.iterate(reason, Objects::nonNull, Throwable::getCause)
                .filter(ToolException.class::isInstance).findFirst()
                .ifPresent(e -> {
                    throw (ToolException) e;
                });
        String host = address.getHost();
        if (reason instanceof SSLHandshakeException) {
            throw new ToolException("No encrypted connection to " + host + ": " + reason.getMessage()
                    + ". If a proxy inspects connections, Java must trust its certificate:"
                    + " VISION_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE", reason);
        }
        if (reason instanceof HttpConnectTimeoutException) {
            return new TransientFailure("no connection to " + host + " in time", reason);
        }
        if (reason instanceof ConnectException) {
            boolean unknown = Stream.iterate(reason, Objects::nonNull, Throwable::getCause)
                    .anyMatch(UnresolvedAddressException.class::isInstance);
            return new TransientFailure(host + " or the proxy before it " + (unknown
                    ? "is unknown: there is no network, or no name server"
                    : "accepts no connection"), reason);
        }
        Matcher tunnel = REFUSED_TUNNEL.matcher(String.valueOf(reason.getMessage()));
        if (tunnel.find()) {
            throw tunnel.group(1).equals("407")
                    ? proxyNeedsLogin()
                    : new ToolException("The proxy refuses connections to " + host + ": it answered "
                            + tunnel.group(1), reason);
        }
        return new TransientFailure("the connection to " + host + " broke"
                + (reason.getMessage() == null ? "" : ": " + reason.getMessage()), reason);
    }

    /**
     * Checks the status (RFC 9110, section 15).
     *
     * @throws TransientFailure if another attempt may get the file
     * @throws ToolException if none will
     */
    private static void requireFile(HttpResponse<Void> response) throws TransientFailure {
        int status = response.statusCode();
        String answered = response.uri().getHost() + " answered " + status;
        if (status == 408 || status == 429 || status >= 500) {
            throw new TransientFailure(answered, response.headers().firstValue("Retry-After")
                    .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))));
        }
        if (status == 407) {
            throw proxyNeedsLogin();
        }
        if (status != PartialFile.OK) {
            String meaning = switch (status) {
                case 401, 403 -> "access denied";
                case 404, 410 -> "there is no such file";
                case 301, 302, 303, 307, 308 -> "a redirect to " + response.headers().firstValue("Location")
                        .orElse("nowhere") + ", which is not followed: it leads in a circle or is not encrypted";
                default -> "which is no file";
            };
            throw new ToolException(response.uri() + ": " + answered + ", " + meaning);
        }
    }

    private static ToolException proxyNeedsLogin() {
        return new ToolException("The proxy asks for a user name and a password, or refuses those it was given:"
                + " set https_proxy=http://NAME:PASSWORD@HOST:PORT");
    }

    private static void requireChecksum(CatalogueEntry entry, Path part) throws IOException {
        String sum = Sha256.of(part);
        if (!entry.checksum().matches(sum)) {
            throw new ToolException(entry.address() + " sent a file with the SHA-256 " + sum
                    + ", not the one of the catalogue, with the " + entry.checksum()
                    + ". It was removed. Fetch it again; if the same comes, it was changed there or on the way");
        }
    }
}
