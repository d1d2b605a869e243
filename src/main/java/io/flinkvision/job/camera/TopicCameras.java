package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras that a topic declares: of each key the latest record that is not refused, until there is one without a
 * value.
 *
 * @param topic the job file's {@code source.cameras-topic}
 * @param properties of a Kafka client: the brokers and how to log in
 */
public record TopicCameras(String topic, Properties properties) implements CameraDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCameras.class);

    private static final long serialVersionUID = 1L;

    /** Of a topic of garbage the first refusals tell enough. */
    private static final int MAX_LOGGED = 100;

    /** How soon a partition that is added is noticed. */
    private static final String NEW_PARTITIONS_MILLIS = "30000";

    private static final int MAX_LOGGED_LENGTH = 1000;

    public TopicCameras {
        Objects.requireNonNull(topic, "topic");
        Properties copy = new Properties();
        copy.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, NEW_PARTITIONS_MILLIS);
        copy.putAll(properties);
        properties = copy;
    }

    @Override
    public Opened open() {
        return new Reader(this);
    }

    /** Without the client's properties, which hold passwords. */
    @Override
    public String toString() {
        return "TopicCameras[" + topic + "]";
    }

    /** Reads the topic from its beginning, and then on. */
    private static final class Reader implements Opened {

        private final TopicContents contents;
        private final CameraLedger ledger = new CameraLedger();
        private long refused;

        Reader(TopicCameras cameras) {
            contents = new TopicContents(cameras.properties, cameras.topic, Duration.ZERO,
                    (topic, reason) -> failure(topic, cameras.properties, reason));
        }

        private static KafkaException failure(String topic, Properties properties, KafkaException reason) {
            return new KafkaException("Topic " + topic + " of the cameras cannot be read: the Kafka brokers "
                    + properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + " " + ClientFailure.of(reason),
                    reason);
        }

        /** Up to the end that the topic has at the call; waits for the brokers ten seconds at most. */
        @Override
        public SortedMap<String, CameraDeclaration> cameras() {
            long before = refused;
            contents.readOn(record -> take(RawRecord.of(record)));
            if (refused > Math.max(before, MAX_LOGGED)) {
                LOG.warn("{} records of the topic of cameras are refused in all, of which the first {} are logged;"
                        + " 'bin/vision camera list' shows them", refused, MAX_LOGGED);
            }
            return new TreeMap<>(ledger.declared());
        }

        private void take(RawRecord record) {
            try {
                ledger.accept(record);
            } catch (CameraException e) {
                refuse(record, e.getMessage());
            } catch (RuntimeException e) {
                // A record that its reader has no words for must not hide the cameras of the others. Its message might
                // quote the record, which might have a password.
                refuse(record, "it cannot be read: " + e.getClass().getName());
            }
        }

        private void refuse(RawRecord record, String reason) {
            refused++;
            if (refused <= MAX_LOGGED) {
                String key = record.key().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
                LOG.warn("The record {} about the camera '{}' is refused: {}. What was declared before still holds.",
                        record.coordinates(), PrintableText.escaped(key, CameraDeclaration.MAX_ID_BYTES),
                        PrintableText.escaped(reason, MAX_LOGGED_LENGTH));
            }
        }

        @Override
        public void close() {
            contents.close();
        }
    }
}
