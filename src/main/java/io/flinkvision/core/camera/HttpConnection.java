package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request to an HTTP camera and its response. Redirects are followed within http and https; the user and the password
 * of the address are sent to its own host only, in reply to a challenge. The JDK's client knows no Digest
 * authentication, so that challenges, and the redirects between them, are handled here.
 */
final class HttpConnection implements AutoCloseable {

    /** After this time without a response, or without a byte of it, a camera counts as lost. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final int MAX_REQUESTS = 10;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private final NetworkStream source;
    private final HttpResponse<HttpBody> response;

    private HttpConnection(NetworkStream source, HttpResponse<HttpBody> response) {
        this.source = source;
        this.response = response;
    }

    /** One client for all cameras, because each has a thread of its own. */
    private static final class Shared {

        static final HttpClient CLIENT = CameraHttpClient.create(System.getenv(), SILENCE);

        static final SecureRandom RANDOM = new SecureRandom();
    }

    /**
     * Requests the pictures of a camera.
     *
     * @throws ProtocolException if the response is not HTTP as the JDK understands it
     * @throws IOException if the camera cannot be reached now, or responds with an error
     * @throws CameraException if it rejects the user or the password
     */
    static HttpConnection open(NetworkStream source) throws IOException, InterruptedException {
        URI address = source.address();
        Optional<String> authorization = Optional.empty();
        for (int i = 0; i < MAX_REQUESTS; i++) {
            HttpResponse<HttpBody> response = send(source, address, authorization);
            int status = response.statusCode();
            if (status == OK) {
                return new HttpConnection(source, response);
            }
            response.body().close();
            if (REDIRECTS.contains(status)) {
                URI target = redirected(source, address, response);
                address = isSameServer(address, target) ? withUser(target, address) : target;
                authorization = Optional.empty();
            } else if (status == UNAUTHORIZED) {
                authorization = Optional.of(answered(source, address, response, authorization.isPresent()));
            } else {
                throw refusal(source, status);
            }
        }
        throw new IOException(source.description() + " redirects without an end: is a login needed?");
    }

    private static HttpResponse<HttpBody> send(NetworkStream source, URI address, Optional<String> authorization)
            throws IOException, InterruptedException {
        HttpRequest request;
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(withoutUser(address))
                    .header("User-Agent", "flink-vision").header("Accept", "*/*");
            authorization.ifPresent(value -> builder.header("Authorization", value));
            request = builder.build();
        } catch (IllegalArgumentException e) {
            // Without its message and cause, which may show a password.
            throw new ProtocolException(source.description() + " cannot be requested by HTTP");
        }
        CompletableFuture<HttpResponse<HttpBody>> answer =
                Shared.CLIENT.sendAsync(request, info -> new HttpBody(SILENCE));
        try {
            return answer.get(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(source.description() + " has been silent for too long", e);
        } catch (ExecutionException e) {
            throw failure(source, e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static IOException failure(NetworkStream source, Throwable cause) {
        String name = source.description();
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return new IOException(name + ": there is no such host", cause);
            }
            if (each instanceof HttpConnectTimeoutException) {
                return new IOException(name + ": no connection within " + SILENCE.toSeconds() + " s", cause);
            }
        }
        if (cause instanceof ConnectException) {
            String message = Optional.ofNullable(cause.getMessage()).orElse("no connection");
            return new IOException(name + ": " + message, cause);
        }
        ProtocolException other = new ProtocolException(name + ": " + cause.getMessage());
        other.initCause(cause);
        return other;
    }

    private static URI redirected(NetworkStream source, URI address, HttpResponse<HttpBody> response)
            throws IOException {
        try {
            URI target = address.resolve(response.headers().firstValue("Location").orElse("none:none").strip());
            if (isHttp(target) && target.getHost() != null && !isDowngrade(address, target)) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            // Handled like an address that is not followed.
        }
        throw new IOException(source.description()
                + " redirects to something that is no http or https address, or from https to http");
    }

    private static boolean isDowngrade(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase("https") && to.getScheme().equalsIgnoreCase("http");
    }

    static boolean isHttp(URI address) {
        return address.getScheme() != null && List.of("http", "https").contains(address.getScheme().toLowerCase(
                Locale.ROOT));
    }

    /** Whether the other server may receive the credentials of the one: the same server, or its host by TLS. */
    private static boolean isSameServer(URI one, URI other) {
        boolean samePort = one.getScheme().equalsIgnoreCase(other.getScheme()) && one.getPort() == other.getPort();
        boolean becomesTls = one.getScheme().equalsIgnoreCase("http") && other.getScheme().equalsIgnoreCase("https");
        return one.getHost().equalsIgnoreCase(other.getHost()) && (samePort || becomesTls);
    }

    private static URI withUser(URI target, URI address) {
        return target.getRawUserInfo() == null && address.getRawUserInfo() != null
                ? URI.create(target.getScheme() + "://" + address.getRawUserInfo() + "@" + target.getRawAuthority()
                        + pathOf(target))
                : target;
    }

    private static URI withoutUser(URI address) {
        String authority = address.getRawAuthority();
        return URI.create(address.getScheme() + "://" + authority.substring(authority.lastIndexOf('@') + 1)
                + pathOf(address));
    }

    /** Path and query of the request. */
    private static String pathOf(URI address) {
        String path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        return address.getRawQuery() == null ? path : path + "?" + address.getRawQuery();
    }

    private static String answered(NetworkStream source, URI address, HttpResponse<HttpBody> response,
            boolean tried) {
        Optional<HttpChallenge> challenge = HttpChallenge.strongest(response.headers().allValues("WWW-Authenticate"));
        String userInfo = address.getRawUserInfo();
        if (userInfo == null || challenge.isEmpty() || tried && !challenge.get().isStale()) {
            throw refusedCredentials(source);
        }
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        byte[] nonce = new byte[8];
        Shared.RANDOM.nextBytes(nonce);
        return challenge.get().answer("GET", user, password, pathOf(address), HexFormat.of().formatHex(nonce));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static CameraException refusedCredentials(FrameSource source) {
        return new CameraException(source.description() + " refuses the user or the password; an address contains them"
                + " as in rtsp://USER:PASSWORD@HOST/PATH, special characters as in %40 for @");
    }

    private static IOException refusal(NetworkStream source, int status) {
        String name = source.description();
        return switch (status) {
            case FORBIDDEN -> throw refusedCredentials(source);
            case NOT_FOUND ->
                    new IOException(name + " is not there (404): the host answers, but knows no such path");
            default -> new IOException(name + " answers with the HTTP status " + status);
        };
    }

    NetworkStream source() {
        return source;
    }

    /** The declared media type, in lower case and without parameters; empty if there is none. */
    String mediaType() {
        return response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0].strip()
                .toLowerCase(Locale.ROOT);
    }

    HttpBody body() {
        return response.body();
    }

    /** Closes the connection; idempotent. */
    @Override
    public void close() {
        body().close();
    }
}
