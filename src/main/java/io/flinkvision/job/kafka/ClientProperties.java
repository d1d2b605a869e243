package io.flinkvision.job.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/** Passes properties of one kind of Kafka client to another kind, above all those of the login. */
public final class ClientProperties {

    private ClientProperties() {}

    /**
     * The properties that an admin client can use.
     *
     * @param properties of any client
     */
    public static Properties ofAdmin(Map<?, ?> properties) {
        return knownTo(AdminClientConfig.configNames(), properties);
    }

    /**
     * The properties that a kind of client knows, and those of the {@code config.providers}, without which the client
     * would take a reference to a secret for the secret.
     *
     * @param names of the known properties, such as {@link AdminClientConfig#configNames()}
     * @param properties of any client
     */
    public static Properties knownTo(Set<String> names, Map<?, ?> properties) {
        Properties known = new Properties();
        properties.forEach((key, value) -> {
            String name = key.toString();
            if (names.contains(name) || name.startsWith(AbstractConfig.CONFIG_PROVIDERS_CONFIG + ".")) {
                known.put(name, value);
            }
        });
        return known;
    }

    /**
     * The problem with a malformed {@code sasl.jaas.config}, to report in place of Kafka's message, which may have a
     * part of the password in it.
     *
     * @return empty if there is none
     */
    public static Optional<String> problem(Map<String, String> properties) {
        String jaas = properties.get(SaslConfigs.SASL_JAAS_CONFIG);
        if (jaas == null || isLogin(jaas)) {
            return Optional.empty();
        }
        return Optional.of(SaslConfigs.SASL_JAAS_CONFIG + " must be 'MODULE required username=\"...\""
                + " password=\"...\";', where MODULE is, for example,"
                + " org.apache.kafka.common.security.scram.ScramLoginModule; escape quotation marks and backslashes of"
                + " the password with a backslash. The value is not shown, as it may hold a password");
    }

    private static boolean isLogin(String jaas) {
        try {
            // A module is a Java class; a bare word is more likely a misplaced password.
            return JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)))
                    .configurationEntries().stream()
                    .allMatch(entry -> entry.getLoginModuleName().indexOf('.') > 0);
        } catch (KafkaException | IllegalArgumentException e) {
            return false;
        }
    }
}
