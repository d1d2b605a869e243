package io.flinkvision.job.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * A client of a schema registry with Confluent's REST API, which others have too (Apicurio, Karapace, Redpanda). It is
 * asked once per topic when a job is submitted, and never by a TaskManager, so a job does not depend on it later on.
 */
public final class SchemaRegistry {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private static final int MAX_SHOWN = 500;

    private final String address;
    private final RegistryProperties properties;
    private final HttpClient client;

    /** An answer: its status, and its JSON, or an empty object if it is none. */
    private record Answer(int status, JsonNode json) {

        /** What the registry says, for the end of a sentence. */
        private String message() {
            String message = json.path("message").asText("");
            return "HTTP " + status + (message.isEmpty() ? "" : ", \""
                    + message.substring(0, Math.min(MAX_SHOWN, message.length())).replaceAll("\\s+", " ") + "\"");
        }
    }

    /**
     * A client, which does not connect yet.
     *
     * @param properties without {@linkplain RegistryProperties#problems problems}
     */
    public SchemaRegistry(URI address, Map<String, String> properties) {
        this.address = address.toString().replaceFirst("/+$", "");
        this.properties = new RegistryProperties(properties);
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        this.properties.tls().ifPresent(builder::sslContext);
        client = builder.build();
    }

    /** The subject of a topic's values, by the strategy that is every client's default. */
    public static String subject(String topic) {
        return topic + "-value";
    }

    /**
     * The number of a schema, which is registered if it is not there yet.
     *
     * @throws SchemaRegistryException if the registry cannot be reached, or refuses the login or the schema
     */
    public int register(String topic, RecordSchema schema, RecordFormat format) {
        String subject = "/subjects/" + encoded(subject(topic));
        String body = body(schema, format);
        // With rights to read only this is enough, where somebody has registered the schema before.
        Answer known = post(subject, body);
        Answer answer = known.status() == OK ? known : post(subject + "/versions", body);
        if (answer.status() == OK && answer.json().path("id").isInt()) {
            return answer.json().path("id").intValue();
        }
        throw refusal(answer, topic, schema, format);
    }

    /**
     * Asks whether a schema could be registered, without doing so.
     *
     * @throws SchemaRegistryException if not, or if the registry cannot be reached or refuses the login
     */
    public void requireCompatible(String topic, RecordSchema schema, RecordFormat format) {
        String subject = "/subjects/" + encoded(subject(topic));
        String body = body(schema, format);
        if (post(subject, body).status() == OK) {
            return;
        }
        Answer answer = post("/compatibility" + subject + "/versions/latest?verbose=true", body);
        if (answer.status() == NOT_FOUND && answer.json().has("error_code")) {
            // There is no such subject yet.
            return;
        }
        if (answer.status() != OK) {
            throw refusal(answer, topic, schema, format);
        }
        if (!answer.json().path("is_compatible").asBoolean()) {
            JsonNode reasons = answer.json().path("messages");
            throw incompatible(topic, schema, format, reasons.isEmpty() ? "it gives no reason" : reasons.toString());
        }
    }

    private static String body(RecordSchema schema, RecordFormat format) {
        ObjectNode body = MAPPER.createObjectNode().put("schema", schema.text(format));
        if (format != RecordFormat.AVRO) {
            // Of Avro it is the default, and registries that know nothing else do not know this field.
            body.put("schemaType", format.name());
        }
        return body.toString();
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private Answer post(String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(TIMEOUT)
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        properties.authorization().ifPresent(login -> request.header("Authorization", login));
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), json(response.body()));
        } catch (IOException e) {
            throw new SchemaRegistryException("The schema registry at " + address + " " + unreachable(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRegistryException("Waiting for the schema registry at " + address + " was interrupted", e);
        }
    }

    private static JsonNode json(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return json.isObject() ? json : MAPPER.createObjectNode();
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode();
        }
    }

    private static String unreachable(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return "did not answer within " + TIMEOUT.toSeconds()
                    + " s: is the address right, and is it running there?";
        }
        if (failure instanceof ConnectException) {
            return "cannot be reached from here: is the address right, and is it running there?";
        }
        if (failure instanceof SSLException) {
            return "cannot be reached by TLS (" + failure.getMessage() + "): is its authority's certificate in"
                    + " ssl.truststore.location of sink.schema-registry.properties?";
        }
        return "cannot be asked: " + failure;
    }

    private SchemaRegistryException refusal(Answer answer, String topic, RecordSchema schema, RecordFormat format) {
        String registry = "The schema registry at " + address;
        return switch (answer.status()) {
            case CONFLICT -> incompatible(topic, schema, format, answer.message());
            case UNAUTHORIZED -> new SchemaRegistryException(registry + " refuses the login (" + answer.message()
                    + "): set " + RegistryProperties.USER_INFO + " or " + RegistryProperties.TOKEN
                    + " in sink.schema-registry.properties, which has " + properties);
            case FORBIDDEN -> new SchemaRegistryException(registry + " does not allow this login to register a schema ("
                    + answer.message() + "): allow it, or register " + file(schema, format) + " once as subject "
                    + subject(topic));
            case UNPROCESSABLE -> new SchemaRegistryException(registry + " cannot take " + file(schema, format) + " ("
                    + answer.message() + "): does it support " + format + ", and has subject " + subject(topic)
                    + " no schema of another format? A topic keeps its format; choose another topic");
            default -> new SchemaRegistryException(registry + " gave an answer that is none of a schema registry ("
                    + answer.message() + "): is the address right, with its path?");
        };
    }

    private SchemaRegistryException incompatible(
            String topic, RecordSchema schema, RecordFormat format, String reason) {
        return new SchemaRegistryException("The schema registry at " + address + " refuses " + file(schema, format)
                + " as a new version of subject " + subject(topic)
                + ", because it is not compatible with an earlier one (" + reason
                + "): records of another form are or were on topic " + topic + "; choose another topic, or delete the"
                + " subject if no reader needs the earlier records");
    }

    private static String file(RecordSchema schema, RecordFormat format) {
        return "conf/schemas/" + schema.file(format);
    }
}
