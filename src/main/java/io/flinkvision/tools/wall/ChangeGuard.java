package io.flinkvision.tools.wall;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells the changes that a page of the wall sends from those that another site makes a browser send in its user's name
 * (cross-site request forgery). Three of the four marks of a change cannot be made by a form or by another site's script
 * without the wall's leave, which it gives to none.
 */
final class ChangeGuard {

    static final HttpString HEADER = new HttpString("X-Flink-Vision");
    static final String HEADER_VALUE = "teach";

    private static final HttpString FORWARDED_HOST = new HttpString("X-Forwarded-Host");

    private final boolean isBehindProxy;

    /** @param isBehindProxy whether a reverse proxy says which address the browser sees */
    ChangeGuard(boolean isBehindProxy) {
        this.isBehindProxy = isBehindProxy;
    }

    /** Whether a request is one of those that may change something. */
    boolean isChange(HttpServerExchange exchange) {
        return exchange.getRequestMethod().equals(Methods.POST)
                && exchange.getRequestPath().startsWith(TeachHandler.PATH + "/");
    }

    /** @throws RefusedRequestException if it was not sent by a page of this wall, or is too large */
    void check(HttpServerExchange exchange) {
        require(isOwnOrigin(exchange), StatusCodes.FORBIDDEN, "Only the wall's own pages can change something, and this"
                + " request is not of one. Behind a reverse proxy the wall needs --behind-proxy, and the proxy must pass on"
                + " Host, or set X-Forwarded-Host, and set X-Forwarded-Proto.");
        require(HEADER_VALUE.equals(exchange.getRequestHeaders().getFirst(HEADER)), StatusCodes.FORBIDDEN,
                "A change needs the header " + HEADER + ": " + HEADER_VALUE + ".");
        require(isJson(exchange), StatusCodes.UNSUPPORTED_MEDIA_TYPE,
                "A change must be JSON, with the Content-Type application/json.");
        require(exchange.getRequestContentLength() <= BodyReader.MAX_BYTES, StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                BodyReader.TOO_LARGE);
    }

    private static void require(boolean condition, int status, String sentence) {
        if (!condition) {
            throw new RefusedRequestException(status, sentence);
        }
    }

    /** A browser names the origin of every POST, in lower case and without a default port (Fetch, section 3.2). */
    private boolean isOwnOrigin(HttpServerExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
        Optional<String> host = forwarded(exchange, FORWARDED_HOST)
                .or(() -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.HOST)));
        String scheme = forwarded(exchange, Headers.X_FORWARDED_PROTO).orElse("http");
        return host.isPresent() && (scheme + "://" + host.get()).toLowerCase(Locale.ROOT).equals(origin);
    }

    /** The value of the browser's own request where proxies follow one another: the first. */
    private Optional<String> forwarded(HttpServerExchange exchange, HttpString header) {
        return isBehindProxy
                ? Optional.ofNullable(exchange.getRequestHeaders().getFirst(header))
                        .map(value -> value.split(",", 2)[0].strip())
                : Optional.empty();
    }

    private static boolean isJson(HttpServerExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }
}
