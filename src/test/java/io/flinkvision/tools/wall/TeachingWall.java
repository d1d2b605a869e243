package io.flinkvision.tools.wall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.local.KafkaBroker;
import io.flinkvision.tools.publish.HeadsTopic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** A wall that teaches, and the requests of its pages. */
final class TeachingWall implements AutoCloseable {

    static final WallToken ANNA = new WallToken("anna", "correct horse battery");
    static final WallToken BOB = new WallToken("bob", "staple staple staple");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final HeadsTopic heads;
    private final Wall wall;

    /** An answer of the server. */
    record Answer(int status, byte[] bytes) {

        JsonNode json() {
            try {
                return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The sentence of a refusal. */
        String error() {
            return json().path("error").asText();
        }
    }

    /**
     * Starts one.
     *
     * @param folder of what people label
     */
    TeachingWall(KafkaBroker broker, WallTopics topics, Path folder) {
        this(broker, topics, folder, Path.of("conf", "models", "triage"));
    }

    TeachingWall(KafkaBroker broker, WallTopics topics, Path folder, Path bundle) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        heads = new HeadsTopic(topics.heads(), properties, properties, properties);
        wall = Wall.start(new WallSettings(topics.job(), WallSettings.LOOPBACK, 0, List.of(ANNA, BOB), false, 2000,
                Optional.of(new TeachingSettings(job(topics, bundle), heads, folder))));
    }

    private static JobDefinition job(WallTopics topics, Path bundle) {
        try {
            Path file = Files.createTempFile("job", ".yaml");
            Files.writeString(file, """
                    source: {bootstrap-servers: nowhere:1, topics: [images]}
                    sink: {topic: labels}
                    dead-letters: {topic: dead-letters}
                    model: {bundle: "%s", heads-topic: %s}
                    regions: [{camera: yard, name: pond, box: [0.5, 0.5, 0.5, 0.5]},
                        {camera: "*", name: sky, box: [0, 0, 1, 0.5]}]
                    """.formatted(bundle.toAbsolutePath(), topics.heads()));
            JobDefinition job = JobDefinition.read(file, Map.of(), List.of());
            Files.delete(file);
            return job;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HeadsTopic heads() {
        return heads;
    }

    URI address() {
        return wall.address();
    }

    /** The cookie of a user's browser. */
    static String cookie(WallToken user) {
        return RequestGuard.COOKIE + "=" + Sha256.of("flink-vision wall " + user.secret());
    }

    /** Asks as a page does. */
    Answer ask(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(wall.address().resolve("/api/teach" + path + "?" + query))
                .header("Cookie", cookie(ANNA)).build());
    }

    /** Changes something as a page does. */
    Answer change(String path, Object body) {
        return change(ANNA, path, body);
    }

    Answer change(WallToken user, String path, Object body) {
        try {
            String address = wall.address().toString();
            return send(HttpRequest.newBuilder(wall.address().resolve("/api/teach" + path))
                    .header("Cookie", cookie(user))
                    .header("Origin", address.substring(0, address.length() - 1))
                    .header("X-Flink-Vision", "teach")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    @Override
    public void close() {
        wall.close();
    }
}
