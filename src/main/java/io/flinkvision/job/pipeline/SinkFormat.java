package io.flinkvision.job.pipeline;

import static io.flinkvision.job.pipeline.JobOptions.SCHEMA_REGISTRY_PROPERTIES;
import static io.flinkvision.job.pipeline.JobOptions.SCHEMA_REGISTRY_URL;
import static io.flinkvision.job.pipeline.JobOptions.SINK_FORMAT;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.format.RegisteredSchema;
import io.flinkvision.job.operator.FramedSerializationSchema;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.record.SchemaRecord;
import io.flinkvision.job.registry.RegistryProperties;
import io.flinkvision.job.registry.SchemaRegistry;
import io.flinkvision.job.registry.SchemaRegistryException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;

/** The format of a job's labels and events, and its schemas in the registry. */
final class SinkFormat {

    private SinkFormat() {}

    /**
     * How the records of a topic are written. With a schema, it is registered here, so that TaskManagers need no
     * registry, and the job's graph has none of its passwords.
     *
     * @throws ConfigurationException if the registry cannot be reached, or refuses the login or the schema
     */
    static <T extends SchemaRecord> KafkaRecordSerializationSchema<T> serializer(
            OptionValues job, String topic, RecordSchema schema) {
        RecordFormat format = job.get(SINK_FORMAT);
        if (!format.hasSchema()) {
            return new JsonSerializationSchema<>(topic);
        }
        try {
            return new FramedSerializationSchema<>(
                    topic, new RegisteredSchema(schema, format, registry(job).register(topic, schema, format)));
        } catch (SchemaRegistryException e) {
            throw new ConfigurationException(List.of(job.problem(SCHEMA_REGISTRY_URL, e.getMessage())));
        }
    }

    /** Asks the registry, without a change there, for what would keep the job from starting. */
    static List<String> problems(KafkaJob job) {
        OptionValues values = job.values();
        if (!values.isKnown(SINK_FORMAT) || !values.get(SINK_FORMAT).hasSchema()) {
            return List.of();
        }
        SchemaRegistry registry = registry(values);
        try {
            topics(values).forEach((topic, schema) ->
                    registry.requireCompatible(topic, schema, values.get(SINK_FORMAT)));
            return List.of();
        } catch (SchemaRegistryException e) {
            return List.of(e.getMessage());
        }
    }

    private static Map<String, RecordSchema> topics(OptionValues job) {
        Map<String, RecordSchema> topics = new LinkedHashMap<>();
        topics.put(job.get(JobOptions.SINK_TOPIC),
                job.isKnown(JobOptions.MODEL_BUNDLE) ? RecordSchema.CLASSIFICATION : RecordSchema.EVENT);
        job.find(JobOptions.EVENTS_TOPIC).ifPresent(topic -> topics.put(topic, RecordSchema.EVENT));
        return topics;
    }

    private static SchemaRegistry registry(OptionValues job) {
        return new SchemaRegistry(job.get(SCHEMA_REGISTRY_URL), job.get(SCHEMA_REGISTRY_PROPERTIES));
    }

    /** Reads a registry's address. No message has it, since it may have a password in it. */
    static URI address(String text) {
        try {
            URI address = URI.create(text.strip());
            boolean isWeb = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (isWeb && address.getRawUserInfo() != null) {
                throw new IllegalArgumentException("must not have a user and a password in it, since addresses are"
                        + " logged; set basic.auth.user.info in " + SCHEMA_REGISTRY_PROPERTIES.path());
            }
            if (isWeb && address.getHost() != null
                    && address.getRawQuery() == null && address.getRawFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            if (text.contains("@") && e.getMessage().startsWith("must")) {
                throw e;
            }
        }
        throw new IllegalArgumentException("must be the http or https address of one schema registry, such as"
                + " http://registry:8081, whose host has no underscore in its name");
    }

    static List<String> needsRegistry(Option<RecordFormat> option, RecordFormat format, OptionValues values) {
        return format.hasSchema() && !values.isSet(SCHEMA_REGISTRY_URL)
                ? List.of("is " + option.type().print(format) + ", whose records refer to a schema in a registry; set "
                        + SCHEMA_REGISTRY_URL.path() + " to its address")
                : List.of();
    }

    /** Warns of a registry that is not asked. */
    static List<String> unusedRegistry(Option<URI> option, URI address, OptionValues values) {
        return values.get(SINK_FORMAT).hasSchema()
                ? List.of()
                : List.of(option.path() + " is set, but " + SINK_FORMAT.path() + " is "
                        + SINK_FORMAT.type().print(values.get(SINK_FORMAT)) + ": it is ignored");
    }

    static List<String> properties(
            Option<Map<String, String>> option, Map<String, String> properties, OptionValues values) {
        return RegistryProperties.problems(properties);
    }

    /** Warns of a login that anybody in the network can read. */
    static List<String> clearText(
            Option<Map<String, String>> option, Map<String, String> properties, OptionValues values) {
        boolean isClear = values.find(SCHEMA_REGISTRY_URL)
                .filter(address -> address.getScheme().equals("http")).isPresent();
        return isClear && RegistryProperties.haveLogin(properties)
                ? List.of(option.path() + " has a login, but " + SCHEMA_REGISTRY_URL.path()
                        + " is http: it is sent unencrypted")
                : List.of();
    }
}
