package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredAccessTest {

    @Test
    void aJobReadsItsInputAndWritesItsOutput() {
        assertThat(of()).containsExactly(
                "Read of topic images", "Read of group classify",
                "Write of topic labels", "Write of topic dead-letters");
    }

    @Test
    void transactionsAndFurtherTopicsNeedAccessOfTheirOwn() {
        assertThat(of("sink.guarantee=exactly-once", "events.topic=events", "model.control-topic=models",
                "source.group=cameras")).containsExactly(
                "Read of topic images", "Read of group cameras", "Read of topic models", "Write of topic labels",
                "Write of topic events", "Write of topic dead-letters", "Write of transactional id classify-labels*",
                "Write of transactional id classify-events*", "Write of transactional id classify-dead-letters*");
    }

    @Test
    void statesAreWrittenToATopicOfTheirOwnInTransactionsOfTheirOwn() {
        assertThat(of("sink.guarantee=exactly-once", "events.topic=events", "events.states-topic=states"))
                .contains("Write of topic states", "Write of transactional id classify-states*");
        assertThat(of("events.topic=events", "events.states-topic=states"))
                .contains("Write of topic states").noneMatch(access -> access.contains("transactional"));
    }

    @Test
    void aHeadsTopicIsReadAsWell() {
        assertThat(of("model.heads-topic=heads")).containsExactly(
                "Read of topic images", "Read of group classify", "Read of topic heads",
                "Write of topic labels", "Write of topic dead-letters");
    }

    @Test
    void aTopicOfComparisonsIsWrittenOutsideOfTransactions() {
        assertThat(of("model.control-topic=models", "model.comparisons-topic=comparisons", "sink.guarantee=exactly-once"))
                .contains("Read of topic models", "Write of topic comparisons")
                .filteredOn(access -> access.contains("transactional")).hasSize(2);
    }

    @Test
    void aTopicOfPicturesIsWrittenOutsideOfTransactions() {
        assertThat(of("source.topics=[]", "source.cameras=cameras.yaml", "pictures.topic=pictures", "sink.guarantee=exactly-once"))
                .contains("Write of topic pictures")
                .filteredOn(access -> access.contains("transactional")).hasSize(2);
    }

    @Test
    void aJobThatReadsCamerasHasNoGroupAndNoInputButTheirTopic() {
        assertThat(of("source.topics=[]", "source.cameras-topic=cameras")).containsExactly(
                "Read of topic cameras", "Write of topic labels", "Write of topic dead-letters");
        assertThat(of("source.topics=[]", "source.cameras=cameras.yaml")).containsExactly(
                "Write of topic labels", "Write of topic dead-letters");
    }

    @ParameterizedTest
    @CsvSource({
        "images-.*, images-*",
        "images-[0-9]+, images-*",
        "imagesx?, images*",
        "images(-a)?, images*",
        "images, images*",
        "images-1|cameras, *",
        "(a|i).*, *",
        "\\w+, *"
    })
    void aPatternNeedsAllTopicsThatBeginAsItDoes(String pattern, String topics) {
        assertThat(of("source.topics=[]", "source.topic-pattern=" + pattern.replace("\\", "\\\\")))
                .first().isEqualTo("Read of topic " + topics);
    }

    private static List<String> of(String... overrides) {
        return RequiredAccess.of(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides))).stream()
                .map(RequiredAccess::toString).toList();
    }
}
