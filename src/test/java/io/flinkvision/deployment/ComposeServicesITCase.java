package io.flinkvision.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.FreePorts;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.JobDefinition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services of docker-compose.yml as processes of this machine: the same commands, variables and health check, with
 * free ports and the paths of a temporary folder in place of the containers'.
 */
class ComposeServicesITCase {

    private static final String TOKEN = "only-for-this-test";

    @TempDir
    static Path folder;

    private static ComposeFile compose;
    private static KafkaImage image;
    private static ServiceProcess kafka;
    private static ToolsImage tools;
    private static String brokers;

    /** Starts the broker, waits for its health check, and makes the topics, as Compose does it. */
    @BeforeAll
    static void startKafkaAndMakeTheTopics() throws Exception {
        compose = ComposeFile.read();
        List<Integer> free = FreePorts.find(3);
        Map<Integer, Integer> ports = Map.of(19092, free.get(0), 9092, free.get(1), 29093, free.get(2));
        image = new KafkaImage(folder, ports);
        brokers = "localhost:" + ports.get(19092);
        kafka = image.start(compose.service("kafka").environment());
        kafka.await("a broker that passes its health check", ComposeServicesITCase::isHealthy);
        assertThat(makeTopics()).isZero();
        tools = ToolsImage.build(folder);
    }

    @AfterAll
    static void stopKafka() {
        if (kafka != null) {
            kafka.close();
        }
    }

    private static boolean isHealthy() {
        try (ServiceProcess check = image.run(compose.service("kafka").healthCheck(), Map.of(), "health.log")) {
            return check.exitCode() == 0;
        } catch (IOException e) {
            throw new AssertionError("The health check does not start", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int makeTopics() throws IOException, InterruptedException {
        ComposeService topics = compose.service("topics");
        try (ServiceProcess process = image.run(topics.command(), topics.environment(), "topics.log")) {
            return process.exitCode();
        }
    }

    @Test
    void makesTheTopicsThatTheJobFileNamesAsTheJobWantsThem() throws Exception {
        JobDefinition job = JobDefinition.read(Path.of("jobs/classify.yaml"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers), List.of());

        BrokerCheck.Answer answer = BrokerCheck.ask(job);

        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            assertThat(admin.listTopics().names().get())
                    .containsExactlyInAnyOrder("images", "labels", "dead-letters", "events", "states", "models");
            Config models = admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, "models")))
                    .all().get().values().iterator().next();
            assertThat(models.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(admin.describeTopics(List.of("images", "models")).allTopicNames().get())
                    .satisfies(topics -> assertThat(topics.get("images").partitions()).hasSize(4))
                    .satisfies(topics -> assertThat(topics.get("models").partitions()).hasSize(1));
        }
    }

    @Test
    void theFeederSendsTheCamerasOfItsFile() throws Exception {
        ComposeService feeder = compose.service("feeder");
        try (ServiceProcess process = tools.start(feeder.command(), here(feeder), "feeder.log");
                TopicReader images = new TopicReader(brokers, "images")) {
            process.await("a picture of each camera", () -> images.all().stream()
                    .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                    .collect(Collectors.toSet())
                    .equals(Set.of("north", "south")));
        }
    }

    @Test
    void theWallAnswersWhoeverBringsTheToken() throws Exception {
        ComposeService wall = compose.service("wall");
        int port = FreePorts.find(1).get(0);
        Map<String, String> environment = here(wall);
        environment.put("VISION_WALL_TOKEN", TOKEN);
        List<String> command = wall.command().stream()
                .map(word -> word.equals("8080") ? Integer.toString(port) : word).toList();
        try (ServiceProcess process = tools.start(command, environment, "wall.log")) {
            process.await("page", () -> process.said().contains("The wall is at"));

            assertThat(status(port, "/")).isEqualTo(401);
            assertThat(status(port, "/?token=" + TOKEN)).isIn(200, 302, 303);
            assertThat(process.said()).doesNotContain(TOKEN);
        }
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void theWallSaysThatItNeedsATokenAndStops() throws Exception {
        ComposeService wall = compose.service("wall");
        try (ServiceProcess process = tools.start(wall.command(), here(wall), "wall-without-token.log")) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.said()).contains("it needs a token", "VISION_WALL_TOKEN");
        }
    }

    private static Map<String, String> here(ComposeService service) {
        Map<String, String> result = new HashMap<>();
        service.environment().forEach((name, value) -> result.put(name, image.here(value)));
        return result;
    }
}
