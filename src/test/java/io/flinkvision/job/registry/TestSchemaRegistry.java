package io.flinkvision.job.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * A schema registry in memory, which speaks the part of Confluent's REST API that clients of these tests use, as its
 * documentation describes it. Avro schemas must be backward compatible, by Avro's own check.
 */
public final class TestSchemaRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PATH = Pattern.compile(
            "/subjects/(?<subject>[^/]+)(?<versions>/versions)?|/schemas/ids/(?<id>[0-9]+)"
                    + "|/compatibility/subjects/(?<compatible>[^/]+)/versions/latest");
    private static final int FIRST_ID = 258;

    private final HttpServer server;
    private final List<Registered> schemas = Collections.synchronizedList(new ArrayList<>());
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentHashMap<String, Integer> refusals = new ConcurrentHashMap<>();
    private volatile Optional<String> authorization = Optional.empty();

    private record Registered(String subject, String type, String text) {}

    /** An answer other than 200. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1L;

        private final int code;

        private Refusal(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    public TestSchemaRegistry() throws IOException {
        this(Optional.empty());
    }

    /** @param tls the server's certificate; empty for http */
    TestSchemaRegistry(Optional<SSLContext> tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls.isPresent()) {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
            server = https;
        } else {
            server = HttpServer.create(address, 0);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return (server instanceof HttpsServer ? "https://127.0.0.1:" : "http://localhost:")
                + server.getAddress().getPort();
    }

    /** Demands a value of the header {@code Authorization}. */
    void demand(String value) {
        authorization = Optional.of(value);
    }

    /** Refuses requests whose method and path begin so. */
    public void refuse(String request, int code) {
        refusals.put(request, code);
    }

    /** The methods and paths, in their order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Registers a text without a check. */
    public int put(String subject, String type, String text) {
        schemas.add(new Registered(subject, type, text));
        return FIRST_ID + schemas.size() - 1;
    }

    /** The schema with a number. */
    public String text(int id) {
        return schemas.get(id - FIRST_ID).text();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        requests.add(request);
        ObjectNode answer = JSON.createObjectNode();
        int status = 200;
        try (exchange) {
            try {
                answer(exchange, request, answer);
            } catch (Refusal e) {
                status = e.code / (e.code >= 1000 ? 100 : 1);
                answer.removeAll().put("error_code", e.code).put("message", e.getMessage());
            }
            byte[] body = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private void answer(HttpExchange exchange, String request, ObjectNode answer) throws IOException, Refusal {
        Optional<String> given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
        if (authorization.isPresent() && !authorization.equals(given)) {
            throw new Refusal(401, "Unauthorized");
        }
        for (var refusal : refusals.entrySet()) {
            if (request.startsWith(refusal.getKey())) {
                throw new Refusal(refusal.getValue(), "User is denied");
            }
        }
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            throw new Refusal(404, "HTTP 404 Not Found");
        }
        if (path.group("id") != null) {
            Registered schema = schemas.get(Integer.parseInt(path.group("id")) - FIRST_ID);
            answer.put("schema", schema.text()).put("schemaType", schema.type());
            return;
        }
        JsonNode body = JSON.readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        String subject = Optional.ofNullable(path.group("subject")).orElse(path.group("compatible"));
        Registered wanted =
                new Registered(subject, body.path("schemaType").asText("AVRO"), body.path("schema").asText());
        if (path.group("compatible") != null) {
            checkCompatibility(wanted, answer);
        } else if (path.group("versions") == null) {
            answer.put("subject", subject).put("id", lookUp(wanted)).put("version", 1);
        } else {
            answer.put("id", register(wanted));
        }
    }

    private Optional<Registered> latest(String subject) {
        synchronized (schemas) {
            return schemas.stream().filter(schema -> schema.subject().equals(subject)).reduce((older, newer) -> newer);
        }
    }

    private void checkCompatibility(Registered wanted, ObjectNode answer) throws Refusal {
        Registered latest = latest(wanted.subject()).orElseThrow(() ->
                new Refusal(40401, "Subject '" + wanted.subject() + "' not found."));
        answer.put("is_compatible", isCompatible(latest, wanted)).putArray("messages").add("READER_FIELD_MISSING");
    }

    private static boolean isCompatible(Registered earlier, Registered wanted) {
        return earlier.type().equals(wanted.type()) && (!wanted.type().equals("AVRO")
                || SchemaCompatibility.checkReaderWriterCompatibility(new Schema.Parser().parse(wanted.text()),
                        new Schema.Parser().parse(earlier.text())).getType()
                        == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
    }

    private int lookUp(Registered wanted) throws Refusal {
        int index = schemas.indexOf(wanted);
        if (index < 0) {
            throw latest(wanted.subject()).isPresent()
                    ? new Refusal(40403, "Schema not found")
                    : new Refusal(40401, "Subject '" + wanted.subject() + "' not found.");
        }
        return FIRST_ID + index;
    }

    private int register(Registered wanted) throws Refusal {
        Optional<Registered> latest = latest(wanted.subject());
        if (latest.isPresent() && !isCompatible(latest.get(), wanted)) {
            throw new Refusal(409, "Schema being registered is incompatible with an earlier schema");
        }
        return put(wanted.subject(), wanted.type(), wanted.text());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
