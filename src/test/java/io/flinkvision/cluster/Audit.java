package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.job.record.DeadLetterHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The books of a job: every picture that was sent must have one label, and every record that is no picture one dead
 * letter, by the coordinates of the record that both carry. It reads what a reader of committed records sees.
 */
final class Audit implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PictureFeed feed;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String labelTopic;
    private final List<JsonNode> labels = new ArrayList<>();
    private final List<String> labelled = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();

    Audit(String bootstrapServers, PictureFeed feed, String labelTopic, String deadLetterTopic) {
        this.feed = feed;
        this.labelTopic = labelTopic;
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = List.of(labelTopic, deadLetterTopic).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Stops the flow, waits until all that was sent is accounted for, once each, and prints the counts. */
    void complete(String step) {
        feed.pause();
        Map<String, Boolean> sent = feed.sent();
        Waiting.until("an answer for each of " + sent.size() + " records", () -> {
            read();
            return labelled.size() + deadLetters.size() >= sent.size();
        }, this::counts);
        // What comes twice may come late.
        read();
        assertThat(labelled).as("%s: labels", step).containsExactlyInAnyOrderElementsOf(
                sent.keySet().stream().filter(sent::get).toList());
        assertThat(deadLetters).as("%s: dead letters", step).containsExactlyInAnyOrderElementsOf(
                sent.keySet().stream().filter(id -> !sent.get(id)).toList());
        print(step, sent.size(), "each record has one answer");
    }

    /** Waits until all that was sent is answered, once or, after a start without a savepoint, several times. */
    void awaitAnswers() {
        Map<String, Boolean> sent = feed.sent();
        Waiting.until("answers for " + sent.size() + " records", () -> {
            read();
            Set<String> answered = new HashSet<>(labelled);
            answered.addAll(deadLetters);
            return answered.containsAll(sent.keySet());
        }, this::counts);
    }

    private String counts() {
        return labelled.size() + " labels and " + deadLetters.size() + " dead letters";
    }

    /** While no job runs: nothing is there twice, and nothing that was not sent. */
    void partial(String step) {
        read();
        Map<String, Boolean> sent = feed.sent();
        assertThat(labelled).as("%s: labels", step).doesNotHaveDuplicates().allMatch(sent::get);
        assertThat(deadLetters).as("%s: dead letters", step).doesNotHaveDuplicates().noneMatch(sent::get);
        print(step, sent.size(), "no record has two answers");
    }

    private void print(String step, int sent, String verdict) {
        System.err.printf("%-58s sent %4d  labels %4d  dead letters %3d  %s%n",
                step, sent, labelled.size(), deadLetters.size(), verdict);
    }

    private void read() {
        consumer.poll(Duration.ofMillis(200)).forEach(this::book);
    }

    private void book(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(labelTopic)) {
            try {
                JsonNode label = JSON.readTree(record.value());
                labels.add(label);
                labelled.add(label.get("id").textValue());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            deadLetters.add(header(record, DeadLetterHeaders.SOURCE_TOPIC) + "-"
                    + header(record, DeadLetterHeaders.SOURCE_PARTITION) + "-"
                    + header(record, DeadLetterHeaders.SOURCE_OFFSET));
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** How many labels there are. */
    int labelCount() {
        return labels.size();
    }

    /** The labels that have come after so many. */
    List<JsonNode> labelsSince(int count) {
        return List.copyOf(labels.subList(count, labels.size()));
    }

    /** For each input partition the models' names in the order of the pictures, equal neighbours taken together. */
    Map<Integer, List<String>> modelsByPartition() {
        Map<Integer, List<String>> models = new TreeMap<>();
        labels.stream()
                .sorted(Comparator.comparingLong(label -> label.at("/source/offset").longValue()))
                .forEach(label -> {
                    List<String> names = models.computeIfAbsent(
                            label.at("/source/partition").intValue(), partition -> new ArrayList<>());
                    String name = label.at("/model/name").textValue();
                    if (names.isEmpty() || !names.get(names.size() - 1).equals(name)) {
                        names.add(name);
                    }
                });
        return models;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
