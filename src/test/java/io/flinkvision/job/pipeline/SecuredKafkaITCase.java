package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkvision.RecordedLog;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.kafka.SecuredBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole job at brokers that want a login and have ACLs: exactly those that the documentation lists. */
class SecuredKafkaITCase {

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    static Path folder;

    private static SecuredBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = SecuredBroker.start(folder);
    }

    @Test
    void labelsPicturesAtLeastOnceWithAPasswordAndTellsItNowhere() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), SecuredBroker.PASSWORD + "\n");
        List<LogEvent> said = new ArrayList<>();
        try (JobHarness job = new JobHarness(broker.broker(), FLINK, 1);
                RecordedLog own = new RecordedLog("io.flinkvision", Level.TRACE);
                RecordedLog clients = new RecordedLog("org.apache.kafka.clients", Level.DEBUG);
                RecordedLog common = new RecordedLog("org.apache.kafka.common", Level.DEBUG);
                RecordedLog connector = new RecordedLog("org.apache.flink.connector", Level.DEBUG);
                RecordedLog runtime = new RecordedLog("org.apache.flink.runtime", Level.DEBUG);
                RecordedLog streaming = new RecordedLog("org.apache.flink.streaming", Level.DEBUG)) {
            String[] overrides = withPassword("${file:" + password + "}", "model.control-topic=" + job.models());
            JobDefinition definition = job.definition(overrides);
            allow(SecuredBroker.USER, RequiredAccess.of(definition));

            JobClient client = job.submit(overrides);
            job.sendPictures(1);
            job.send("broken", new byte[] {1});

            assertThat(job.labels(6)).hasSize(6);
            assertThat(job.deadLetters(1)).hasSize(1);
            Map<URI, String> pages = pages(job.cluster().restAddress(), client.getJobID().toString());
            assertThat(pages.values()).anySatisfy(page -> assertThat(page).contains("\"nodes\""));
            assertThat(pages).allSatisfy((address, page) ->
                    assertThat(page).doesNotContain(SecuredBroker.PASSWORD));
            assertThat(definition.toString()).contains("sasl.jaas.config").doesNotContain(SecuredBroker.PASSWORD);
            for (RecordedLog log : List.of(own, clients, common, connector, runtime, streaming)) {
                said.addAll(log.events());
            }
        }
        List<String> lines = said.stream().map(SecuredKafkaITCase::text).toList();
        // The grep is of logs that have the client's properties in them.
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("sasl.jaas.config = [hidden]"));
        assertThat(lines).noneSatisfy(line -> assertThat(line).contains(SecuredBroker.PASSWORD));
    }

    @Test
    void labelsPicturesExactlyOnceAndFindsEventsWithACertificate() {
        try (JobHarness job = new JobHarness(broker.broker(), FLINK, 1)) {
            String events = "events-" + UUID.randomUUID();
            broker.broker().createTopic(events, 1, Map.of());
            broker.broker().createTopic(events + "-now", 1, Map.of("cleanup.policy", "compact"));
            String[] overrides = withCertificate("sink.guarantee=exactly-once", "events.topic=" + events,
                    "events.states-topic=" + events + "-now", "model.heads-topic=" + job.heads());
            allow(SecuredBroker.CERTIFIED_USER, RequiredAccess.of(job.definition(overrides)));

            job.submit(overrides);
            job.sendPictures(1);
            job.send("broken", new byte[] {1});

            assertThat(job.labels(6)).hasSize(6);
            assertThat(job.deadLetters(1)).hasSize(1);
        }
    }

    @Test
    void resolvesAPasswordOnlyWhereTheClientsRun() throws Exception {
        Path secrets = Files.createDirectories(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("kafka-password"), SecuredBroker.PASSWORD);
        try (JobHarness job = new JobHarness(broker.broker(), FLINK, 1)) {
            String[] overrides = withPassword("$${directory:" + secrets + ":kafka-password}",
                    "kafka.properties.config.providers=directory",
                    "kafka.properties.config.providers.directory.class="
                            + "org.apache.kafka.common.config.provider.DirectoryConfigProvider",
                    "kafka.properties.config.providers.directory.param.allowed.paths=" + secrets);
            JobDefinition definition = job.definition(overrides);
            allow(SecuredBroker.USER, RequiredAccess.of(definition));

            job.submit(overrides);
            job.sendPictures(1);

            assertThat(job.labels(6)).hasSize(6);
            assertThat(definition.sourceProperties().toString()).doesNotContain(SecuredBroker.PASSWORD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"control-topic", "heads-topic"})
    void saysOfEachAclWhichOneIsMissing(String optionalTopic) {
        try (JobHarness job = new JobHarness(broker.broker(), FLINK, 1)) {
            String events = "events-" + UUID.randomUUID();
            broker.broker().createTopic(events, 1, Map.of());
            broker.broker().createTopic(events + "-now", 1, Map.of("cleanup.policy", "compact"));
            JobDefinition definition = job.definition(withPassword(SecuredBroker.PASSWORD,
                    "sink.guarantee=exactly-once", "events.topic=" + events, "events.states-topic=" + events + "-now",
                    "model." + optionalTopic + "=" + (optionalTopic.equals("heads-topic") ? job.heads() : job.models())));
            List<RequiredAccess> all = RequiredAccess.of(definition);
            assertThat(all).hasSize(11);

            allow(SecuredBroker.USER, all);
            assertThat(BrokerCheck.ask(definition).problems()).isEmpty();
            for (RequiredAccess missing : all) {
                allow(SecuredBroker.USER, all.stream().filter(access -> !access.equals(missing)).toList());
                assertThat(BrokerCheck.ask(definition).problems()).as("without %s", missing).singleElement().asString()
                        .startsWith("The job is not allowed " + missing + ", by which it ")
                        .contains(missing.resource().name());
            }
        }
    }

    /** Whether the check is right, the job itself tells. */
    @ParameterizedTest
    @EnumSource(value = ResourceType.class, names = {"TOPIC", "GROUP", "TRANSACTIONAL_ID"})
    void failsWithoutAnAclThatItNeeds(ResourceType type) throws Exception {
        Configuration noRestarts = new Configuration();
        noRestarts.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        try (JobHarness job = new JobHarness(broker.broker(), FLINK, 1)) {
            JobDefinition definition = job.definition(withCertificate("sink.guarantee=exactly-once"));
            List<RequiredAccess> all = RequiredAccess.of(definition);
            RequiredAccess missing = all.stream()
                    .filter(access -> access.resource().resourceType() == type)
                    .findFirst().orElseThrow();
            allow(SecuredBroker.CERTIFIED_USER,
                    all.stream().filter(access -> !access.equals(missing)).toList());
            job.send("broken", new byte[] {1});

            StreamExecutionEnvironment environment = job.cluster().environment(noRestarts);
            ClassifyJob.addTo(environment, definition, BrokerCheck.unasked(definition));
            JobClient client = environment.executeAsync(definition.name());
            Throwable failure = catchThrowable(() -> client.getJobExecutionResult().get());

            assertThat(ExceptionUtils.findThrowableSerializedAware(
                    failure, AuthorizationException.class, SecuredKafkaITCase.class.getClassLoader()))
                    .as("what %s ended with", failure).isPresent();
        }
    }

    @Test
    void saysThatThePasswordIsWrong() {
        assertThat(problemsWith(withPassword("wrong"))).singleElement().asString()
                .contains("refuse the login").contains("are the user, the password and the sasl.mechanism right");
    }

    @Test
    void saysThatTheBrokersCertificateIsNotTrusted() {
        assertThat(problemsWith(withPassword(SecuredBroker.PASSWORD,
                "kafka.properties.ssl.truststore.location=" + broker.otherCertificate()))).singleElement().asString()
                .contains("a certificate that is not trusted here").contains("ssl.truststore.location");
    }

    @Test
    void saysThatTheClientsCertificateIsRefused() {
        assertThat(problemsWith(overrides(broker.certificateAddress(), broker.untrustedCertificate())))
                .singleElement().asString()
                .contains("refuse the certificate of this client").contains("ssl.keystore.location");
    }

    private static List<String> problemsWith(String... overrides) {
        return BrokerCheck.ask(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides))).problems();
    }

    private static void allow(String principal, List<RequiredAccess> all) {
        broker.allowOnly(all.stream().map(access -> access.allowing(principal)).toList());
    }

    private static String[] withPassword(String password, String... further) {
        return overrides(broker.passwordAddress(), broker.password(password), further);
    }

    private static String[] withCertificate(String... further) {
        return overrides(broker.certificateAddress(), broker.certificate(), further);
    }

    private static String[] overrides(String address, Map<String, String> properties, String... further) {
        return Stream.of(
                        Stream.of("source.bootstrap-servers=" + address, "name=secured"),
                        properties.entrySet().stream()
                                .map(entry -> "kafka.properties." + entry.getKey() + "=" + entry.getValue()),
                        Stream.of(further))
                .flatMap(all -> all)
                .toArray(String[]::new);
    }

    /** What Flink's web interface can show of a job and of the cluster. */
    private static Map<URI, String> pages(URI rest, String job) throws Exception {
        Map<URI, String> pages = new LinkedHashMap<>();
        for (String path : List.of("jobs/overview", "jobs/" + job, "jobs/" + job + "/config", "jobs/" + job + "/plan",
                "jobs/" + job + "/exceptions", "jobs/" + job + "/accumulators", "jobs/" + job + "/checkpoints",
                "jobs/" + job + "/checkpoints/config", "jobs/" + job + "/jobmanager/config", "jobmanager/config",
                "jobmanager/environment", "config", "taskmanagers")) {
            read(rest.resolve("/" + path), pages);
        }
        String plan = pages.get(rest.resolve("/jobs/" + job));
        for (String vertex : Pattern.compile("\"id\":\"([0-9a-f]{32})\"").matcher(plan).results()
                .map((MatchResult match) -> match.group(1)).toList()) {
            for (String page : List.of("", "/taskmanagers", "/accumulators", "/subtasks/accumulators")) {
                read(rest.resolve("/jobs/" + job + "/vertices/" + vertex + page), pages);
            }
        }
        return pages;
    }

    private static void read(URI address, Map<URI, String> pages) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        pages.put(address, answer.body());
    }

    private static String text(LogEvent event) {
        StringBuilder text = new StringBuilder(event.getMessage().getFormattedMessage());
        for (Throwable thrown = event.getThrown(); thrown != null; thrown = thrown.getCause()) {
            text.append('\n').append(thrown);
        }
        return text.toString();
    }
}
