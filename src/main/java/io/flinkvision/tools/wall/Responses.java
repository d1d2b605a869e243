package io.flinkvision.tools.wall;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** The forms in which the wall answers. */
final class Responses {

    private Responses() {}

    static void json(HttpServerExchange exchange, String json) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(json);
    }

    /**
     * Bytes that a browser may keep for as long as their tag is the same.
     *
     * @param bytes makes them, where the browser does not have them
     */
    static void tagged(HttpServerExchange exchange, String type, String tag, Supplier<byte[]> bytes) {
        ETag entity = new ETag(false, tag);
        if (!ETagUtils.handleIfNoneMatch(exchange, entity, false)) {
            exchange.getResponseHeaders().put(Headers.ETAG, entity.toString());
            exchange.setStatusCode(StatusCodes.NOT_MODIFIED).endExchange();
            return;
        }
        ByteBuffer content = ByteBuffer.wrap(bytes.get());
        exchange.getResponseHeaders().put(Headers.ETAG, entity.toString());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        exchange.getResponseSender().send(content);
    }

    static void notFound(HttpServerExchange exchange) {
        refusal(exchange, new RefusedRequestException(StatusCodes.NOT_FOUND, "There is nothing here."));
    }

    /** The reason, as a field {@code error} where a script asked, and else as text. */
    static void refusal(HttpServerExchange exchange, RefusedRequestException reason) {
        exchange.setStatusCode(reason.status());
        if (TeachHandler.isFor(exchange)) {
            json(exchange, JsonNodeFactory.instance.objectNode().put("error", reason.getMessage()).toString());
        } else {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
            exchange.getResponseSender().send(reason.getMessage() + "\n");
        }
    }
}
