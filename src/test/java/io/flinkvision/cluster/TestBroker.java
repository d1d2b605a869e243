package io.flinkvision.cluster;

import io.flinkvision.tools.local.KafkaBroker;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kafka broker in this JVM, for a static field of a test class. All classes share one, which takes two seconds to
 * start, so their topics must have names of their own. It ends with the last test.
 */
public final class TestBroker implements BeforeAllCallback {

    private final Optional<Map<String, String>> settings;
    private KafkaBroker broker;

    private TestBroker(Optional<Map<String, String>> settings) {
        this.settings = settings;
    }

    /** The one that all classes share. */
    public static TestBroker shared() {
        return new TestBroker(Optional.empty());
    }

    /**
     * One for the test class alone, which ends with it.
     *
     * @param settings as in {@link KafkaBroker#start(Map)}
     */
    public static TestBroker with(Map<String, String> settings) {
        return new TestBroker(Optional.of(settings));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ExtensionContext owner = settings.isPresent() ? context : context.getRoot();
        Object key = settings.isPresent() ? this : TestBroker.class;
        // The store closes it.
        broker = owner.getStore(Namespace.create(TestBroker.class)).getOrComputeIfAbsent(
                key, absent -> KafkaBroker.start(settings.orElse(Map.of())), KafkaBroker.class);
    }

    public KafkaBroker broker() {
        return broker;
    }

    /** The address for clients: {@code HOST:PORT}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Creates a topic, with Kafka's default settings for topics. */
    public void createTopic(String name, int partitions) {
        broker.createTopic(name, partitions, Map.of());
    }
}
