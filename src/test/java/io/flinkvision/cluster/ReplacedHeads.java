package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Regions of all cameras on a heads topic, whose boxes and heads are replaced while a job runs. */
final class ReplacedHeads {

    /** The heads topic. */
    static final String TOPIC = "heads";

    private static final List<String> NAMES = List.of("first", "second");
    private static final String BACKBONE = ModelBundle.read(Path.of("conf/models/triage")).digest();

    private final String bootstrapServers;
    private final Map<String, List<Region>> versions = new LinkedHashMap<>();

    ReplacedHeads(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        NAMES.forEach(name -> versions.put(name, new ArrayList<>()));
    }

    /** Writes the next version of each region, and waits until the broker has it. */
    void replace() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Map.Entry<String, List<Region>> each : versions.entrySet()) {
                Region next = version(each.getKey(), each.getValue().size());
                each.getValue().add(next);
                producer.send(new ProducerRecord<>(TOPIC, next.key().toBytes(), next.toJson())).get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("A region was not declared", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while a region is declared", e);
        }
    }

    private static Region version(String name, int version) {
        return new Region(new RegionKey(RegionKey.ALL_CAMERAS, name), new RegionBox(version / 10.0, 0, 0.5, 0.5),
                Optional.empty(), Optional.of(SampleHeads.of(name + "-" + version, BACKBONE)));
    }

    /**
     * Asserts that each picture has all regions, each as one version declared it, and that in each partition a version
     * never follows a later one, and the last one is reached.
     */
    void check(String labelsTopic, int partitions) {
        RegionHistory history;
        try (TopicReader reader = new TopicReader(bootstrapServers, labelsTopic)) {
            history = new RegionHistory(reader.all().stream().map(JobHarness::json).toList());
        }
        history.assertNoMixture(versions.values().stream().flatMap(List::stream).toList());
        versions.forEach((name, all) -> {
            List<String> digests = all.stream().map(region -> region.head().orElseThrow().digest()).toList();
            for (int partition = 0; partition < partitions; partition++) {
                List<Integer> seen = history.digests(partition, name).stream().map(digests::indexOf).toList();
                assertThat(seen).as("versions of %s in partition %s", name, partition)
                        .startsWith(0).isSorted().endsWith(digests.size() - 1);
            }
        });
    }
}
