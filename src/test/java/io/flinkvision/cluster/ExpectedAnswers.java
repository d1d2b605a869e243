package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.job.record.DeadLetterHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks that every picture sent has one label and every other record one dead letter, by the coordinates of the input
 * record that both carry. It reads committed records only.
 */
final class ExpectedAnswers implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PictureFeed feed;
    private final TopicReader reader;
    private final String labelTopic;
    private final List<JsonNode> labels = new ArrayList<>();
    private final List<String> labelled = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();

    ExpectedAnswers(String bootstrapServers, PictureFeed feed, String labelTopic, String deadLetterTopic) {
        this.feed = feed;
        this.labelTopic = labelTopic;
        reader = new TopicReader(bootstrapServers, labelTopic, deadLetterTopic);
    }

    /** Pauses the feed, waits until each record sent has exactly one answer, and prints the counts. */
    void complete(String step) {
        feed.pause();
        Map<String, Boolean> sent = feed.sent();
        Waiting.until("an answer for each of " + sent.size() + " records", () -> {
            read();
            return labelled.size() + deadLetters.size() >= sent.size();
        }, this::counts);
        // A duplicate may come late.
        read();
        assertThat(labelled).as("%s: labels", step).containsExactlyInAnyOrderElementsOf(
                sent.keySet().stream().filter(sent::get).toList());
        assertThat(deadLetters).as("%s: dead letters", step).containsExactlyInAnyOrderElementsOf(
                sent.keySet().stream().filter(id -> !sent.get(id)).toList());
        print(step, sent.size(), "each record has one answer");
    }

    /** Waits until each record sent has at least one answer: several, after a start without a savepoint. */
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

    /** While no job runs: asserts that no record has two answers, and none that was not sent has one. */
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
        reader.poll().forEach(this::book);
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

    int labelCount() {
        return labels.size();
    }

    /** The labels after the first {@code count}. */
    List<JsonNode> labelsSince(int count) {
        return List.copyOf(labels.subList(count, labels.size()));
    }

    /** The models' names for each input partition, in the order of the pictures, without repetitions in a row. */
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
        reader.close();
    }
}
