package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.EventsJob;
import io.flinkvision.job.event.DetectionRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of the events job, the events of a classify job's file, and the graphs that follow from them. */
class EventsDefinitionTest {

    private static final Path JOB_FILE = Path.of("jobs/events.yaml");

    @Test
    void readsTheFileThatComesWithTheProject() {
        EventsDefinition job = read();

        assertThat(job.get(JobOptions.SOURCE_TOPICS)).containsExactly("labels");
        assertThat(job.outputTopics()).containsExactly("events");
        assertThat(EventPipeline.rules(job)).isEqualTo(new DetectionRules(
                Duration.ofSeconds(1), 0.6, 0.4, Duration.ofSeconds(2), Duration.ofSeconds(30)));
        assertThat(job.get(JobOptions.EVENTS_OUT_OF_ORDERNESS)).isEqualTo(Duration.ofSeconds(1));
        assertThat(job.get(JobOptions.EVENTS_IDLE_AFTER)).isEqualTo(Duration.ofSeconds(5));
        assertThat(job.get(JobOptions.EVENTS_FORGET_AFTER)).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "events.enter=1.5          | events.enter          | at most 1, not '1.5'",
        "events.leave=0.7          | events.leave          | events.enter, which is 0.6, not 0.7",
        "events.half-life=0 s      | events.half-life      | at least 1 ms",
        "events.forget-after=59 s  | events.forget-after   | at least twice",
        "events.smoothing=mean     | events.smoothing      | is unknown",
        "sink.topic=labels         | sink.topic            | input topic too",
        "dead-letters.topic=events | dead-letters.topic    | is the sink.topic too",
        "events.states-topic=events | events.states-topic  | is the sink.topic too",
        "events.states-topic=labels | events.states-topic  | input topic too",
        "events.topic=events       | events.topic          | is unknown"
    })
    void saysWhatIsWrongAndWhere(String override, String key, String message) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(override))
                .satisfies(e -> assertThat(e.problems()).singleElement().satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.message()).contains(message);
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "events.topic=labels       | events.topic | is the sink.topic too",
        "events.topic=dead-letters | events.topic | is the dead-letters.topic too",
        "events.topic=images       | events.topic | input topic too",
        "events.enter=0.5          | events.enter | without events.topic",
        "events.states-topic=now   | events.states-topic | without events.topic"
    })
    void aClassifyJobsFileMayAskForEventsToo(String override, String key, String message) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> classify(override))
                .satisfies(e -> assertThat(e.problems()).singleElement().satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.message()).contains(message);
                }));
        assertThat(classify().outputTopics()).containsExactly("labels");
        assertThat(classify("events.topic=happened").outputTopics()).containsExactly("labels", "happened");
        assertThat(classify("events.topic=happened", "events.states-topic=now").outputTopics())
                .containsExactly("labels", "happened", "now");
        assertThat(read("events.states-topic=now").outputTopics()).containsExactly("events", "now");
    }

    @Test
    void tellsTheTwoKindsOfFilesApart() {
        assertThat(EventsDefinition.isIn(JOB_FILE)).isTrue();
        assertThat(EventsDefinition.isIn(JobHarness.JOB_FILE)).isFalse();
    }

    @Test
    void everyOperatorHasANameAndAUid() throws Exception {
        StreamExecutionEnvironment own = StreamExecutionEnvironment.getExecutionEnvironment();
        EventsJob.addTo(own, read(), BrokerCheck.unasked(read()));
        StreamExecutionEnvironment chained = StreamExecutionEnvironment.getExecutionEnvironment();
        JobDefinition classify = classify("events.topic=happened");
        ClassifyJob.addTo(chained, classify, BrokerCheck.unasked(classify));

        assertThat(names(own.getStreamGraph())).contains("Source: labels", "read-labels", "event-time",
                "detect-events", "events: Writer", "dead-letters: Writer").doesNotContain("states: Writer");
        assertThat(names(chained.getStreamGraph())).contains("Source: images", "decode", "classify",
                "labelled-frames", "event-time", "detect-events", "labels: Writer", "events: Writer");
    }

    @Test
    void statesAreTheOnlyThingThatTheirTopicAddsToAGraph() throws Exception {
        StreamExecutionEnvironment own = StreamExecutionEnvironment.getExecutionEnvironment();
        EventsJob.addTo(own, read(), BrokerCheck.unasked(read()));
        StreamExecutionEnvironment telling = StreamExecutionEnvironment.getExecutionEnvironment();
        EventsDefinition states = read("events.states-topic=states");
        EventsJob.addTo(telling, states, BrokerCheck.unasked(states));
        StreamExecutionEnvironment chained = StreamExecutionEnvironment.getExecutionEnvironment();
        JobDefinition classify = classify("events.topic=happened", "events.states-topic=now");
        ClassifyJob.addTo(chained, classify, BrokerCheck.unasked(classify));

        List<String> before = uids(own.getStreamGraph());
        assertThat(uids(telling.getStreamGraph())).containsAll(before)
                .filteredOn(uid -> !before.contains(uid)).isNotEmpty().allMatch(uid -> uid.contains("states"));
        assertThat(names(chained.getStreamGraph())).contains("events: Writer", "states: Writer");
    }

    private static List<String> uids(StreamGraph graph) {
        return graph.getStreamNodes().stream().map(StreamNode::getTransformationUID).toList();
    }

    private static List<String> names(StreamGraph graph) {
        assertThat(graph.getStreamNodes()).allSatisfy(operator ->
                assertThat(operator.getTransformationUID()).as(operator.getOperatorName()).isNotBlank());
        return graph.getStreamNodes().stream().map(StreamNode::getOperatorName).toList();
    }

    private static EventsDefinition read(String... overrides) {
        return EventsDefinition.read(JOB_FILE, Map.of(), List.of(overrides));
    }

    private static JobDefinition classify(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of(), Stream.of(overrides).toList());
    }
}
