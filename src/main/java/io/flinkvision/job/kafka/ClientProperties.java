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

/** What one kind of Kafka's clients can use of the properties of another: how to log in, above all. */
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
     * The properties that a kind of client knows, and those of {@code config.providers}, whose names are made of the
     * providers': without them the client would take a reference to a secret for the secret.
     *
     * @param names what that kind of client knows, such as {@link AdminClientConfig#configNames()}
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
     * What is wrong with how the properties log in, as far as that shows without a broker: Kafka's own message about a
     * {@code sasl.jaas.config} that it cannot read may hold a part of the password, so this one goes before it.
     *
     * @return empty where nothing is wrong
     */
    public static Optional<String> problem(Map<String, String> properties) {
        String jaas = properties.get(SaslConfigs.SASL_JAAS_CONFIG);
        if (jaas == null || isLogin(jaas)) {
            return Optional.empty();
        }
        return Optional.of(SaslConfigs.SASL_JAAS_CONFIG + " must be 'MODULE required username=\"...\""
                + " password=\"...\";', where MODULE is such as"
                + " org.apache.kafka.common.security.scram.ScramLoginModule, and a quotation mark or backslash of the"
                + " password has a backslash before it. What it is now is not shown, as it may hold a password");
    }

    private static boolean isLogin(String jaas) {
        try {
            // A module is a Java class; a bare word is more likely a password that stands where a module belongs.
            return JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)))
                    .configurationEntries().stream()
                    .allMatch(entry -> entry.getLoginModuleName().indexOf('.') > 0);
        } catch (KafkaException | IllegalArgumentException e) {
            return false;
        }
    }
}
