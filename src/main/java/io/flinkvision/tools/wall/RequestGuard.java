package io.flinkvision.tools.wall;

import io.flinkvision.core.system.Sha256;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.CookieImpl;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets only those requests through that may see the wall, and gives every answer the headers that keep a browser from
 * doing anything else with it.
 */
final class RequestGuard implements HttpHandler {

    static final String TOKEN_PARAMETER = "token";
    static final String COOKIE = "vision-wall";

    /** Nothing but this server's own files, no script in the page, and no text that becomes markup. */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<HttpString, String> HEADERS = Map.of(
            new HttpString("Content-Security-Policy"), CONTENT_SECURITY_POLICY,
            new HttpString("X-Content-Type-Options"), "nosniff",
            new HttpString("Cross-Origin-Resource-Policy"), "same-origin",
            new HttpString("Cross-Origin-Opener-Policy"), "same-origin",
            new HttpString("Referrer-Policy"), "no-referrer",
            Headers.CACHE_CONTROL, "private, no-cache");

    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    /** The name of the token that a request brought. */
    static final AttachmentKey<String> USER = AttachmentKey.create(String.class);

    private static final int A_YEAR_SECONDS = 365 * 24 * 60 * 60;

    private final HttpHandler next;
    private final boolean loopbackOnly;
    private final List<WallToken> tokens;
    private final Optional<ChangeGuard> changes;

    /**
     * @param settings on a loopback host, requests must name this machine as a browser on it does: another site's name
     *     that was made to point here (DNS rebinding) is refused. If there are tokens, a request must bring one of them,
     *     in its address or as the cookie that it then gets
     */
    RequestGuard(HttpHandler next, WallSettings settings) {
        this.next = next;
        this.loopbackOnly = settings.isLoopback();
        this.tokens = settings.tokens();
        this.changes = settings.teaching().map(teaching -> new ChangeGuard(settings.isBehindProxy()));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HEADERS.forEach((name, value) -> exchange.getResponseHeaders().put(name, value));
        try {
            check(exchange);
        } catch (RefusedRequestException e) {
            Responses.refusal(exchange, e);
            return;
        }
        next.handleRequest(exchange);
    }

    private void check(HttpServerExchange exchange) {
        Optional<ChangeGuard> change = changes.filter(guard -> guard.isChange(exchange));
        if (change.isEmpty() && !exchange.getRequestMethod().equals(Methods.GET)
                && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            throw new RefusedRequestException(StatusCodes.METHOD_NOT_ALLOWED, "The wall can only be looked at.");
        }
        if (loopbackOnly && !isLoopback(exchange)) {
            throw new RefusedRequestException(StatusCodes.FORBIDDEN,
                    "This wall is for its own machine: call it by localhost or 127.0.0.1.");
        }
        if (!tokens.isEmpty()) {
            // A change takes no token from its address, which logs and histories keep.
            WallToken token = (change.isPresent() ? Optional.<WallToken>empty() : welcomed(exchange))
                    .or(() -> known(exchange))
                    .orElseThrow(() -> new RefusedRequestException(StatusCodes.UNAUTHORIZED,
                            "This wall needs its token: add ?token= and the token to the address."));
            exchange.putAttachment(USER, token.name());
        }
        change.ifPresent(guard -> guard.check(exchange));
    }

    private static boolean isLoopback(HttpServerExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        return host != null && LOOPBACK_HOST.matcher(host).matches();
    }

    /** The token that the request's cookie proves. */
    private Optional<WallToken> known(HttpServerExchange exchange) {
        return Optional.ofNullable(exchange.getRequestCookie(COOKIE)).flatMap(cookie ->
                tokens.stream().filter(token -> same(cookie.getValue(), proof(token.secret()))).findFirst());
    }

    /** The token in the request's address, for which the browser gets a cookie. */
    private Optional<WallToken> welcomed(HttpServerExchange exchange) {
        Optional<WallToken> given = Optional.ofNullable(exchange.getQueryParameters().get(TOKEN_PARAMETER))
                .map(Deque::getFirst)
                .flatMap(secret -> tokens.stream().filter(token -> same(secret, token.secret())).findFirst());
        given.ifPresent(token -> exchange.setResponseCookie(new CookieImpl(COOKIE, proof(token.secret()))
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(isEncrypted(exchange))
                .setSameSiteMode("Strict")
                .setMaxAge(A_YEAR_SECONDS)));
        return given;
    }

    /**
     * Whether the browser uses HTTPS, as a proxy says that it asked first. Anybody may say so, but of nothing else than
     * the cookie that they get themselves.
     */
    private static boolean isEncrypted(HttpServerExchange exchange) {
        String protocols = exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO);
        return protocols != null && protocols.split(",", 2)[0].strip().equalsIgnoreCase("https");
    }

    /** What the cookie holds: it proves that its bearer had the token, also after a restart, but does not tell it. */
    private static String proof(String token) {
        return Sha256.of("flink-vision wall " + token);
    }

    /** Takes the same time whatever is different. */
    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
