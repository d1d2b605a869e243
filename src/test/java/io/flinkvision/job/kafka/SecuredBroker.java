package io.flinkvision.job.kafka;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.tools.local.KafkaBroker;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker that lets in whom it knows, and allows what ACLs say: users with passwords at one listener, holders of
 * certificates at another. The test itself comes in by a third one, and may do everything.
 */
public final class SecuredBroker implements AutoCloseable {

    /** Who comes in by a password. */
    public static final String USER = "User:vision";

    /** Who comes in by a certificate. */
    public static final String CERTIFIED_USER = "User:CN=vision";

    /** In no other text. */
    public static final String PASSWORD = "hunter2-b7c1f0e95a";

    private static final String SCRAM = "SCRAM";
    private static final String MUTUAL = "MUTUAL";

    private final TestCertificate server;
    private final TestCertificate client;
    private final TestCertificate stranger;
    private final KafkaBroker broker;
    private final Admin admin;

    private SecuredBroker(Path folder) {
        server = TestCertificate.make(folder, "server", "CN=broker", "127.0.0.1");
        client = TestCertificate.make(folder, "client", "CN=vision", "127.0.0.1");
        stranger = TestCertificate.make(folder, "stranger", "CN=stranger", "127.0.0.1");
        broker = KafkaBroker.start(
                Map.ofEntries(
                        Map.entry("authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:ANONYMOUS"),
                        Map.entry("ssl.keystore.location", server.keyStore().toString()),
                        Map.entry("ssl.keystore.password", TestCertificate.PASSWORD),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry("ssl.truststore.location", client.certificate().toString()),
                        Map.entry("ssl.truststore.type", "PEM"),
                        Map.entry("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                        Map.entry("listener.name.scram.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                        Map.entry("listener.name.mutual.ssl.client.auth", "required")),
                Map.of(SCRAM, "SASL_SSL", MUTUAL, "SSL"));
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
        try {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("vision",
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD))).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** @param folder for the certificates */
    public static SecuredBroker start(Path folder) {
        return new SecuredBroker(folder);
    }

    /** With the listener at which the test itself may do everything. */
    public KafkaBroker broker() {
        return broker;
    }

    /** Where users with passwords come in. */
    public String passwordAddress() {
        return broker.bootstrapServers(SCRAM);
    }

    /** Where holders of certificates come in. */
    public String certificateAddress() {
        return broker.bootstrapServers(MUTUAL);
    }

    /** Kafka's properties of the user, with the password as it stands in a job file. */
    public Map<String, String> password(String password) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"vision\" password=\"" + password + "\";",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", server.certificate().toString());
    }

    /** Kafka's properties of the holder of a certificate. */
    public Map<String, String> certificate() {
        return certificate(client);
    }

    /** Kafka's properties of the holder of a certificate that the broker does not trust. */
    public Map<String, String> untrustedCertificate() {
        return certificate(stranger);
    }

    private Map<String, String> certificate(TestCertificate own) {
        return Map.of(
                "security.protocol", "SSL",
                "ssl.keystore.type", "PEM",
                "ssl.keystore.location", own.pem().toString(),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", server.certificate().toString());
    }

    /** The file of a certificate that is not the broker's. */
    public Path otherCertificate() {
        return stranger.certificate();
    }

    /** The file of the broker's certificate. */
    public Path ownCertificate() {
        return server.certificate();
    }

    /** Allows exactly this, from now on. */
    public void allowOnly(Collection<AclBinding> acls) {
        try {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
            admin.createAcls(acls).all().get();
            // The controller has them before the broker's own authorizer does.
            Waiting.until("the broker has the ACLs", () -> acls.size() == countAcls());
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private int countAcls() {
        return admin.describeAcls(AclBindingFilter.ANY).values().toCompletionStage().toCompletableFuture().join().size();
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
