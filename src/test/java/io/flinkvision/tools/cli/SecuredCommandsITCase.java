package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.RecordedLog;
import io.flinkvision.job.kafka.SecuredBroker;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WatchedJob;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands, at brokers that want a login and have ACLs, with the recipe and the ACLs of SECURITY.md. */
class SecuredCommandsITCase {

    @TempDir
    static Path folder;

    private static SecuredBroker broker;
    private static Path password;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = SecuredBroker.start(folder);
        for (String topic : List.of("images", "labels", "dead-letters")) {
            broker.broker().createTopic(topic, 1, Map.of());
        }
        password = Files.writeString(folder.resolve("kafka-password"), SecuredBroker.PASSWORD + "\n");
        System.setProperty("vision.state", folder.resolve("state").toString());
    }

    @AfterAll
    static void stopBroker() {
        System.clearProperty("vision.state");
        broker.close();
    }

    @Test
    void feedWatchReplayAuditAndPublishLogInAsTheJobFileSaysAndTellThePasswordNowhere() throws IOException {
        String job = jobFile(broker.ownCertificate(), "${file:" + password + "}").toString();
        try (RecordedLog own = new RecordedLog("io.flinkvision", Level.TRACE);
                RecordedLog clients = new RecordedLog("org.apache.kafka.clients", Level.DEBUG);
                RecordedLog common = new RecordedLog("org.apache.kafka.common", Level.DEBUG)) {
            allow(acl(ResourceType.TOPIC, "images", AclOperation.WRITE));
            CommandRun feed = CommandRun.of(
                    "feed", "--verbose", "--job", job, JobHarness.pictures().get(0).toString());
            assertThat(feed.exitCode()).as(feed.err()).isZero();

            allow(acl(ResourceType.TOPIC, "labels", AclOperation.READ),
                    acl(ResourceType.TOPIC, "dead-letters", AclOperation.READ));
            CommandRun watch = CommandRun.of(
                    "watch", "--verbose", "--job", job, "--timeout", "1", "--max", "1", "--since", "beginning");
            assertThat(watch.err()).contains("Only 0 of 1");

            allow(acl(ResourceType.TOPIC, "images", AclOperation.WRITE),
                    acl(ResourceType.TOPIC, "dead-letters", AclOperation.READ),
                    acl(ResourceType.GROUP, "classify-replay", AclOperation.READ));
            CommandRun replay = CommandRun.of("replay", "--verbose", "--job", job);
            assertThat(replay.exitCode()).as(replay.err()).isZero();

            allow(acl(ResourceType.TOPIC, "images", AclOperation.READ),
                    acl(ResourceType.TOPIC, "labels", AclOperation.READ),
                    acl(ResourceType.TOPIC, "dead-letters", AclOperation.READ),
                    acl(ResourceType.GROUP, "classify", AclOperation.DESCRIBE));
            CommandRun audit = CommandRun.of("audit", "--verbose", "--job", job, "--patience", "0");
            assertThat(audit.out()).as(audit.err()).contains("waiting");

            allow(acl(ResourceType.TOPIC, "models", AclOperation.WRITE),
                    acl(ResourceType.TOPIC, "models", AclOperation.CREATE));
            CommandRun publish = CommandRun.of(
                    "model", "publish", "--verbose", "--job", job, "--topic", "models", "--submitted");
            assertThat(publish.exitCode()).as(publish.err()).isZero();

            allow(acl(ResourceType.TOPIC, "heads", AclOperation.READ), acl(ResourceType.TOPIC, "heads", AclOperation.WRITE),
                    acl(ResourceType.TOPIC, "heads", AclOperation.CREATE));
            CommandRun declare = CommandRun.of("head", "publish", "yard/gate", "--box", "0,0,1,1", "--verbose", "--job",
                    job, "--topic", "heads");
            assertThat(declare.exitCode()).as(declare.err()).isZero();
            CommandRun remove = CommandRun.of("head", "remove", "yard/gate", "--verbose", "--job", job, "--topic", "heads");
            assertThat(remove.exitCode()).as(remove.err()).isZero();

            assertThat(own.messages()).noneSatisfy(line -> assertThat(line).contains(SecuredBroker.PASSWORD));
            assertThat(Stream.concat(clients.messages().stream(), common.messages().stream()).toList())
                    .anySatisfy(line -> assertThat(line).contains("sasl.jaas.config = [hidden]"))
                    .noneSatisfy(line -> assertThat(line).contains(SecuredBroker.PASSWORD));
            for (CommandRun run : List.of(feed, watch, replay, audit, publish, declare, remove)) {
                assertThat(run.out() + run.err()).doesNotContain(SecuredBroker.PASSWORD);
            }
        }
    }

    @Test
    void eachSaysWhatIsMissingWithoutAnAcl() throws IOException {
        String job = jobFile(broker.ownCertificate(), SecuredBroker.PASSWORD).toString();
        allow();

        assertFails("Kafka brokers", "do not allow that",
                "feed", "--verbose", "--job", job, JobHarness.pictures().get(0).toString());
        assertFails("Topic labels may not be read", "do not allow that",
                "watch", "--verbose", "--job", job, "--timeout", "5", "--max", "1");
        assertFails("None of the job's input topics exists", "this user may see none", "audit", "--verbose", "--job", job);
        assertFails("do not allow that", "SECURITY.md",
                "model", "publish", "--verbose", "--job", job, "--topic", "secret-models", "--submitted");
        assertFails("Topic secret-heads may not be read", "do not allow that",
                "head", "list", "--verbose", "--job", job, "--topic", "secret-heads");
        assertFails("The job is not allowed Read of topic images", "not allowed Write of topic dead-letters",
                "job", "check", "--verbose", "--brokers", job);
    }

    @Test
    void checkSaysThatThePasswordIsWrongOrTheCertificateUntrusted() throws IOException {
        assertFails("refuse the login", "are the user, the password and the sasl.mechanism right",
                "job", "check", "--verbose", "--brokers",
                jobFile(broker.ownCertificate(), "not-" + SecuredBroker.PASSWORD).toString());
        assertFails("present a certificate that is not trusted here", "ssl.truststore.location",
                "job", "check", "--verbose", "--brokers",
                jobFile(broker.otherCertificate(), SecuredBroker.PASSWORD).toString());
        assertFails("refuse the login", "sasl.mechanism", "watch", "--verbose", "--max", "1", "--timeout", "5", "--job",
                jobFile(broker.ownCertificate(), "not-" + SecuredBroker.PASSWORD).toString());
    }

    @Test
    @Timeout(60)
    void theWallSaysThatThePasswordIsWrongWithoutIt() throws Exception {
        JobDefinition job = JobDefinition.read(
                jobFile(broker.ownCertificate(), "not-" + SecuredBroker.PASSWORD), Map.of(), List.of());
        Properties clients = new Properties();
        clients.putAll(job.sourceProperties());
        clients.setProperty("bootstrap.servers", broker.passwordAddress());
        StringBuilder shown = new StringBuilder();
        try (Wall wall = Wall.start(
                WallSettings.local(WatchedJob.of(job, Optional.empty(), Optional.empty(), clients, clients), 0))) {
            HttpClient browser = HttpClient.newHttpClient();
            for (String page : List.of("", "wall.js", "api/dead-letters")) {
                shown.append(browser.send(HttpRequest.newBuilder(wall.address().resolve(page)).build(),
                        BodyHandlers.ofString()).body());
            }
            try (BufferedReader events = new BufferedReader(new InputStreamReader(browser.send(
                    HttpRequest.newBuilder(wall.address().resolve("api/events?cameras=all")).build(),
                    BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
                String line = "";
                while (!line.contains("refuse the login")) {
                    line = events.readLine();
                    assertThat(line).as("an event that says what is amiss").isNotNull();
                    shown.append(line);
                }
            }
        }
        assertThat(shown.toString()).doesNotContain(SecuredBroker.PASSWORD);
    }

    @Test
    void aJobFileThatIsWrongIsToldWithoutItsPassword() throws IOException {
        for (String jaas : List.of(
                "a.Module required password=" + SecuredBroker.PASSWORD + " x;", SecuredBroker.PASSWORD,
                "*" + SecuredBroker.PASSWORD, "!" + SecuredBroker.PASSWORD + "!a x", "[" + SecuredBroker.PASSWORD,
                "\"" + SecuredBroker.PASSWORD, "{" + SecuredBroker.PASSWORD + ": }", "a: " + SecuredBroker.PASSWORD)) {
            Path file = Files.writeString(folder.resolve("wrong.yaml"), """
                    kafka:
                      properties:
                        sasl.jaas.config: %s
                    source: {bootstrap-servers: "%s", topics: [images]}
                    model: {bundle: "%s"}
                    sink: {topic: labels}
                    dead-letters: {topic: dead-letters}
                    """.formatted(jaas, broker.passwordAddress(), bundle()));
            CommandRun check = CommandRun.of("job", "check", "--verbose", file.toString());

            assertThat(check.exitCode()).as(jaas).isEqualTo(1);
            assertThat(check.out() + check.err()).doesNotContain(SecuredBroker.PASSWORD);
        }
        CommandRun property = CommandRun.of("watch", "--verbose", "--property",
                "sasl.jaas.config=a.Module " + SecuredBroker.PASSWORD);
        assertThat(property.exitCode()).isEqualTo(2);
        assertThat(property.err()).contains("--property sasl.jaas.config must be")
                .doesNotContain(SecuredBroker.PASSWORD);
        assertThat(CommandRun.of("job", "check", "--verbose", "jobs/classify.yaml", "--set",
                "kafka.propertys.ssl.key.password=" + SecuredBroker.PASSWORD).err())
                .contains("--set kafka.propertys.ssl.key.password=...").doesNotContain(SecuredBroker.PASSWORD);
    }

    private static void assertFails(String first, String second, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(first, second);
        assertThat(run.out() + run.err()).doesNotContain(SecuredBroker.PASSWORD);
    }

    /** The recipe of SECURITY.md, with the test's addresses. */
    private static Path jobFile(Path certificate, String password) throws IOException {
        return Files.writeString(folder.resolve("job.yaml"), """
                name: classify
                kafka:
                  properties:
                    security.protocol: SASL_SSL
                    sasl.mechanism: SCRAM-SHA-512
                    sasl.jaas.config: >-
                      org.apache.kafka.common.security.scram.ScramLoginModule required
                      username="vision" password="%s";
                    ssl.truststore.type: PEM
                    ssl.truststore.location: %s
                source: {bootstrap-servers: "%s", topics: [images]}
                model: {bundle: "%s"}
                sink: {topic: labels}
                dead-letters: {topic: dead-letters}
                """.formatted(password, certificate, broker.passwordAddress(), bundle()));
    }

    private static Path bundle() {
        return Path.of("conf/models/triage").toAbsolutePath();
    }

    private static AclBinding acl(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry(SecuredBroker.USER, "*", operation, AclPermissionType.ALLOW));
    }

    private static void allow(AclBinding... acls) {
        broker.allowOnly(List.of(acls));
    }
}
