package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/** Asks a server for a file or the rest of one (RFC 9110, sections 13.1.5 and 14), through redirects and proxies. */
final class HttpTransfer {

    private static final String TUNNELLING_RESTRICTIONS = "jdk.http.auth.tunneling.disabledSchemes";

    /** How the client says that a proxy refused to connect it; there is no other sign of it. */
    private static final Pattern REFUSED_TUNNEL = Pattern.compile("Tunnel failed, got: (4[0-9]{2})");

    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /**
     * A server's answer; whoever gets it closes the body.
     *
     * @param address that answered, after all redirects
     */
    record Answer(URI address, int status, HttpHeaders headers, ResponseBody body) {}

    /**
     * What is already here of a file.
     *
     * @param offset its bytes
     * @param entityTag the strong validator of the file that they are of
     */
    record Resumption(long offset, String entityTag) {}

    private final HttpClient client;
    private final DownloadSettings settings;

    HttpTransfer(DownloadSettings settings, ProxySettings proxies) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // One file on one connection: HTTP/2 would give it nothing.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .proxy(proxies.selector());
        proxies.authenticator().ifPresent(authenticator -> {
            // Java gives no password to a proxy on the way to an encrypted address, not even to the proxy that it was
            // set for, unless it is told so before the first client is made.
            if (System.getProperty(TUNNELLING_RESTRICTIONS) == null) {
                System.setProperty(TUNNELLING_RESTRICTIONS, "");
            }
            builder.authenticator(authenticator);
        });
        this.client = builder.build();
        this.settings = settings;
    }

    /**
     * The answer for an address, after all redirects.
     *
     * @throws IOException where another attempt may do
     * @throws DownloadException where it will not
     */
    Answer ask(URI address, Optional<Resumption> resumption) throws IOException, InterruptedException {
        URI at = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            Answer answer = send(at, resumption);
            if (!REDIRECTS.contains(answer.status())) {
                return answer;
            }
            answer.body().close();
            at = redirected(at, answer.headers().firstValue("Location"));
        }
        throw new DownloadException(address + " leads from one address to the next more than " + MOST_REDIRECTS
                + " times, in a circle it seems; the last was " + at);
    }

    /**
     * Where a redirect leads.
     *
     * @throws DownloadException if that is nowhere, or from an encrypted address to one that is not
     */
    static URI redirected(URI from, Optional<String> location) {
        URI to;
        try {
            to = from.resolve(location.orElseThrow(
                    () -> new DownloadException(from + " redirects, and does not say where to")));
        } catch (IllegalArgumentException e) {
            throw new DownloadException(from + " redirects to what is no address: " + location.orElse(""), e);
        }
        if (to.getHost() == null || !Set.of("http", "https").contains(to.getScheme())) {
            throw new DownloadException(from + " redirects to " + to + ", which is no address of a file on the web");
        }
        if ("https".equals(from.getScheme()) && "http".equals(to.getScheme())) {
            throw new DownloadException(from + " redirects to " + to
                    + ", which is not encrypted; that is not followed");
        }
        return to;
    }

    private Answer send(URI address, Optional<Resumption> resumption) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("User-Agent", "flink-vision")
                .header("Accept-Encoding", "identity");
        resumption.ifPresent(present -> request
                .header("Range", "bytes=" + present.offset() + "-")
                .header("If-Range", present.entityTag()));
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> exchange =
                client.sendAsync(request.build(), BodyHandlers.ofPublisher());
        try {
            Duration patience = settings.connectTimeout().plus(settings.idleTimeout());
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                    exchange.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            // A proxy's 407 to an encrypted address has none.
            ResponseBody body = Optional.ofNullable(response.body()).map(ResponseBody::of).orElseGet(ResponseBody::new);
            return new Answer(address, response.statusCode(), response.headers(), body);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new TransientFailure(address.getHost() + " did not answer in time", e);
        } catch (ExecutionException e) {
            throw failure(address, e.getCause());
        } catch (InterruptedException e) {
            exchange.cancel(true);
            throw e;
        }
    }

    /** The client's exceptions often have no message of their own. */
    private static IOException failure(URI address, Throwable reason) {
        String host = address.getHost();
        if (reason instanceof SSLHandshakeException) {
            throw new DownloadException("No encrypted connection to " + host + ": " + reason.getMessage()
                    + ". Where a proxy looks into connections, Java must trust its certificate:"
                    + " VISION_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE", reason);
        }
        if (reason instanceof HttpConnectTimeoutException) {
            return new TransientFailure("no connection to " + host + " in time", reason);
        }
        if (reason instanceof ConnectException) {
            boolean unknown = Stream.iterate(reason, Objects::nonNull, Throwable::getCause)
                    .anyMatch(UnresolvedAddressException.class::isInstance);
            return new TransientFailure(unknown
                    ? host + " or the proxy before it is not known here: there is no network, or no name server"
                    : host + " or the proxy before it takes no connection", reason);
        }
        Matcher tunnel = REFUSED_TUNNEL.matcher(String.valueOf(reason.getMessage()));
        if (tunnel.find()) {
            throw tunnel.group(1).equals("407")
                    ? AnswerCheck.proxyWantsLogin()
                    : new DownloadException("The proxy does not let connections to " + host + " through: it answered "
                            + tunnel.group(1), reason);
        }
        return new TransientFailure("the connection to " + host + " broke"
                + (reason.getMessage() == null ? "" : ": " + reason.getMessage()), reason);
    }
}
