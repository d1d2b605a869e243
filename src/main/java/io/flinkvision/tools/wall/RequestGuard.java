package io.flinkvision.tools.wall;

import io.flinkvision.core.system.Sha256;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.server.handlers.CookieImpl;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Deque;
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

    private static final int A_YEAR_SECONDS = 365 * 24 * 60 * 60;

    private final HttpHandler next;
    private final boolean loopbackOnly;
    private final Optional<String> token;

    /**
     * @param loopbackOnly whether requests must name this machine as a browser on it does: another site's name that was
     *     made to point here (DNS rebinding) is refused
     * @param token what a request must bring, in its address or as the cookie that it then gets
     */
    RequestGuard(HttpHandler next, boolean loopbackOnly, Optional<String> token) {
        this.next = next;
        this.loopbackOnly = loopbackOnly;
        this.token = token;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HEADERS.forEach((name, value) -> exchange.getResponseHeaders().put(name, value));
        if (!exchange.getRequestMethod().equals(Methods.GET) && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "The wall can only be looked at.");
        } else if (loopbackOnly && !isLoopback(exchange)) {
            refuse(exchange, StatusCodes.FORBIDDEN,
                    "This wall is for its own machine: call it by localhost or 127.0.0.1.");
        } else if (token.isPresent() && !isAllowed(exchange, token.get())) {
            refuse(exchange, StatusCodes.UNAUTHORIZED,
                    "This wall needs its token: add ?token= and the token to the address.");
        } else {
            next.handleRequest(exchange);
        }
    }

    private static boolean isLoopback(HttpServerExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        return host != null && LOOPBACK_HOST.matcher(host).matches();
    }

    private static boolean isAllowed(HttpServerExchange exchange, String token) {
        Cookie known = exchange.getRequestCookie(COOKIE);
        if (known != null && same(known.getValue(), proof(token))) {
            return true;
        }
        Deque<String> given = exchange.getQueryParameters().get(TOKEN_PARAMETER);
        if (given == null || !same(given.getFirst(), token)) {
            return false;
        }
        exchange.setResponseCookie(new CookieImpl(COOKIE, proof(token))
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(isEncrypted(exchange))
                .setSameSiteMode("Strict")
                .setMaxAge(A_YEAR_SECONDS));
        return true;
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

    private static void refuse(HttpServerExchange exchange, int status, String sentence) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(sentence + "\n");
    }
}
