package io.flinkvision.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    private static final List<String> KNOWN = List.of("source.topic", "sink.topic", "labels", "size");

    @ParameterizedTest
    @CsvSource({
        "sink.topik, sink.topic",
        "sinc.topic, sink.topic",
        "sorce.topic, source.topic",
        "label, labels",
        "LABELS, labels",
        "lables, labels",
        "siez, size"
    })
    void findsWhatWasMisspelt(String misspelt, String meant) {
        assertThat(NearestName.of(misspelt, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"parallelism", "x", "''"})
    void findsNothingWhereNoNameSharesHalfOfItsLetters(String name) {
        assertThat(NearestName.of(name, KNOWN)).isEmpty();
    }

    @Test
    void findsNothingAmongNoNames() {
        assertThat(NearestName.of("labels", List.of())).isEmpty();
    }

    @Test
    void tellsTheFirstInTheAlphabetOfTwoEquallyNear() {
        assertThat(NearestName.of("bat", List.of("hat", "cat"))).contains("cat");
    }
}
