package io.flinkvision.job.registry;

import io.flinkvision.core.configuration.NearestName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * The login of a schema registry: {@code basic.auth.user.info} and {@code bearer.auth.token}, named as by Confluent's
 * clients, and the {@code ssl.*} of Kafka's clients. No message has a value, which may be a password.
 */
public final class RegistryProperties {

    /** {@code USER:PASSWORD}. */
    static final String USER_INFO = "basic.auth.user.info";

    static final String TOKEN = "bearer.auth.token";

    private static final ConfigDef TLS = new ConfigDef().withClientSslSupport();

    private final Map<String, String> properties;

    RegistryProperties(Map<String, String> properties) {
        this.properties = Map.copyOf(properties);
    }

    /** What is wrong with properties; each is the end of a sentence. */
    public static List<String> problems(Map<String, String> properties) {
        List<String> problems = new ArrayList<>();
        Set<String> known = known();
        properties.keySet().stream().filter(name -> !known.contains(name)).sorted().forEach(name -> problems.add(
                "has " + name + ", which the job does not know; it knows " + USER_INFO + ", " + TOKEN
                        + " and the ssl.* of Kafka's clients"
                        + NearestName.hint(name, known)));
        properties.keySet().stream().filter(name -> properties.get(name).contains("${")).sorted()
                .forEach(name -> problems.add("has a reference in " + name + " that is left for Kafka's clients, but"
                        + " these do not read it; write ${NAME} or ${file:/PATH}"));
        if (properties.containsKey(USER_INFO) && properties.get(USER_INFO).indexOf(':') < 1) {
            problems.add("has a " + USER_INFO + " that is not USER:PASSWORD; the value is not shown");
        }
        // HTTP clients refuse other characters with a message that has the value.
        if (!properties.getOrDefault(TOKEN, "-").matches("[!-~]+")) {
            problems.add("has a " + TOKEN + " with a space, a line break or another character that no token has; the"
                    + " value is not shown");
        }
        if (properties.containsKey(USER_INFO) && properties.containsKey(TOKEN)) {
            problems.add("has both " + USER_INFO + " and " + TOKEN + "; keep one of them");
        }
        if (problems.isEmpty()) {
            new RegistryProperties(properties).tlsProblem().ifPresent(problems::add);
        }
        return problems;
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(TLS.names());
        known.addAll(List.of(USER_INFO, TOKEN));
        return known;
    }

    /** Whether something secret would be sent. */
    public static boolean haveLogin(Map<String, String> properties) {
        return properties.containsKey(USER_INFO) || properties.containsKey(TOKEN);
    }

    private Optional<String> tlsProblem() {
        try {
            tls();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** The value of the header {@code Authorization}. */
    Optional<String> authorization() {
        return Optional.ofNullable(properties.get(TOKEN)).map(token -> "Bearer " + token)
                .or(() -> Optional.ofNullable(properties.get(USER_INFO)).map(user -> "Basic "
                        + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * Which certificates are trusted, and which one is shown; empty for those of the JDK.
     *
     * @throws IllegalArgumentException if a file of certificates cannot be read
     */
    Optional<SSLContext> tls() {
        if (properties.keySet().stream().noneMatch(TLS.names()::contains)) {
            return Optional.empty();
        }
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(new AbstractConfig(TLS, properties, false).values());
            return Optional.of(factory.sslContext());
        } catch (KafkaException e) {
            throw new IllegalArgumentException("has ssl.* that Kafka's own check refuses: "
                    + withoutValues(String.valueOf(e.getMessage())), e);
        }
    }

    private String withoutValues(String message) {
        String result = message;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (property.getKey().contains("password") || property.getKey().contains("key")) {
                result = result.replace(property.getValue(), "...");
            }
        }
        return result;
    }

    /** The names alone. */
    @Override
    public String toString() {
        return new TreeSet<>(properties.keySet()).toString();
    }
}
