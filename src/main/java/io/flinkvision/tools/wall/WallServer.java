package io.flinkvision.tools.wall;

import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.wall.EventStream.CameraChoice;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers browsers: the page, its event stream, and the pictures and lists that it asks for. */
final class WallServer implements HttpHandler, AutoCloseable {

    private static final String EVENTS = "/api/events";
    private static final String DEAD_LETTERS = "/api/dead-letters";
    private static final Pattern CAMERA = Pattern.compile("/api/cameras/([0-9a-f]{16})/(picture|time-line)");
    private static final Pattern LETTER = Pattern.compile("/api/dead-letters/([0-9]{1,18})/picture");
    private static final AttachmentKey<String> CLIENT = AttachmentKey.create(String.class);
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_REQUEST_MILLIS = 10_000;

    private final Cameras cameras;
    private final RecentDeadLetters deadLetters;
    private final Optional<TeachHandler> teaching;
    private final PageFiles pages;
    private final HttpHandler events;
    private final boolean isBehindProxy;
    private final Undertow server;

    /**
     * Starts to answer.
     *
     * @param teaching empty if the wall does not teach
     * @throws ToolException if the address is taken, or is not this machine's
     */
    WallServer(WallSettings settings, Cameras cameras, RecentDeadLetters deadLetters, EventStream stream,
            Optional<TeachHandler> teaching) {
        this.cameras = cameras;
        this.teaching = teaching;
        this.pages = new PageFiles(teaching.isPresent());
        this.deadLetters = deadLetters;
        this.isBehindProxy = settings.isBehindProxy();
        this.events = new ServerSentEventHandler((connection, lastEventId) ->
                stream.add(connection, new CameraChoice(choice(connection)), connection.getAttachment(CLIENT)));
        this.server = Undertow.builder()
                .addHttpListener(settings.port(), settings.host())
                .setIoThreads(2)
                .setWorkerThreads(2)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, MAX_REQUEST_MILLIS)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) BodyReader.MAX_BYTES)
                .setHandler(new RequestGuard(this, settings))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            server.stop();
            throw new ToolException("The wall cannot listen on port " + settings.port() + " of " + settings.host()
                    + ": " + reason(e) + ". Another --port may be free", e);
        }
    }

    private static String reason(Throwable failure) {
        return failure.getCause() == null ? failure.getMessage() : reason(failure.getCause());
    }

    private static String choice(ServerSentEventConnection connection) {
        Deque<String> cameras = connection.getQueryParameters().get("cameras");
        return cameras == null ? EventStream.ALL : cameras.getFirst();
    }

    /** The address that it listens on, with the actual port. */
    InetSocketAddress address() {
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        Matcher camera = CAMERA.matcher(path);
        Matcher letter = LETTER.matcher(path);
        if (path.equals(EVENTS)) {
            exchange.putAttachment(CLIENT, client(exchange));
            events.handleRequest(exchange);
        } else if (path.equals(DEAD_LETTERS)) {
            Responses.json(exchange, WallJson.deadLetters(deadLetters.view(), deadLetters.count()));
        } else if (teaching.isPresent() && TeachHandler.isFor(exchange)) {
            teaching.get().handleRequest(exchange);
        } else if (letter.matches()) {
            sendPicture(exchange, letter.group(1), deadLetters.picture(Long.parseLong(letter.group(1))));
        } else if (!camera.matches()) {
            pages.at(path).ifPresentOrElse(
                    file -> Responses.tagged(exchange, file.type(), file.tag(), file::bytes),
                    () -> Responses.notFound(exchange));
        } else if (camera.group(2).equals("picture")) {
            Optional<Cameras.Picture> picture = cameras.picture(camera.group(1));
            sendPicture(exchange, picture.map(known -> camera.group(1) + "-" + known.version()).orElse(""),
                    picture.map(Cameras.Picture::jpeg));
        } else {
            Deque<String> label = exchange.getQueryParameters().get("label");
            cameras.timeLine(camera.group(1), label == null ? "" : label.getFirst()).ifPresentOrElse(
                    entries -> Responses.json(exchange, WallJson.timeLine(entries)),
                    () -> Responses.notFound(exchange));
        }
    }

    /** Always a JPEG that the wall made itself, whatever the record held. */
    private static void sendPicture(HttpServerExchange exchange, String tag, Optional<byte[]> jpeg) {
        jpeg.ifPresentOrElse(bytes -> Responses.tagged(exchange, "image/jpeg", tag, () -> bytes),
                () -> Responses.notFound(exchange));
    }

    /** The client's address; behind a proxy the last one in the proxy's header. */
    private String client(HttpServerExchange exchange) {
        String forwarded = exchange.getRequestHeaders().getLast(Headers.X_FORWARDED_FOR);
        return isBehindProxy && forwarded != null
                ? forwarded.substring(forwarded.lastIndexOf(',') + 1).strip()
                : exchange.getSourceAddress().getAddress().getHostAddress();
    }

    /** Stops answering; a second call does nothing. */
    @Override
    public void close() {
        server.stop();
    }
}
