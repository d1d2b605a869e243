package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegionTest {

    private static final RegionKey KEY = new RegionKey("gate-3", "bay");
    private static final Head HEAD = SampleHeads.of("bays", "a".repeat(64));
    private static final RegionBox BOX = new RegionBox(0.1, 0.25, 0.9, 0.5);

    static Stream<Region> regions() {
        return Stream.of(
                new Region(KEY, BOX, Optional.empty(), Optional.empty()),
                new Region(KEY, BOX, Optional.of(Duration.ofMillis(1_500)), Optional.empty()),
                new Region(KEY, BOX, Optional.empty(), Optional.of(HEAD)));
    }

    @ParameterizedTest
    @MethodSource("regions")
    void whatIsWrittenFollowsTheJsonSchemaAndIsReadBack(Region region) throws IOException {
        byte[] json = region.toJson();

        assertThat(JsonSchemas.violations("region", json)).isEmpty();
        assertThat(Region.read(KEY, json)).isEqualTo(region);
    }

    @Test
    void leavesFieldsAloneThatItDoesNotKnow() {
        String json = "{'note': [1], 'box': {'x': 0.1, 'y': 0.25, 'width': 0.9, 'height': 0.5, 'unit': 'part'}}";

        assertThat(read(json)).isEqualTo(new Region(KEY, BOX, Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "                            | no JSON object",
        "[]                          | must be a JSON object with box and perhaps everyMillis and head, but the value",
        "{                           | no JSON",
        "{}                          | but the field box is missing",
        "{'box': [0, 0, 1, 1]}       | but the field box is no object",
        "{'box': {'x': '0', 'y': 0, 'width': 1, 'height': 1}}   | but the field x is no number",
        "{'box': {'x': 0, 'y': 0, 'width': 1}}                  | but the field height is missing",
        "{'box': {'x': 0, 'y': -0.1, 'width': 1, 'height': 1}}  | The box's y must be from 0 to 1, not -0.1",
        "{'box': {'x': 0.5, 'y': 0, 'width': 0.6, 'height': 1}} | its x of 0.5 and its width of 0.6",
        "{'box': {'x': 0, 'y': 0, 'width': 1, 'height': 0}}     | The box's height must be above 0",
        "{'box': {'x': 1e999, 'y': 0, 'width': 1, 'height': 1}} | The box's x must be from 0 to 1, not Infinity"
    })
    void refusesWhatIsNoRegionAndSaysWhatIsWrong(String json, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(Optional.ofNullable(json).orElse("")))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "'everyMillis': 0                   | The region gate-3/bay cannot be answered every 0.0 ms",
        "'everyMillis': -1                  | the field everyMillis is not between 0 and",
        "'everyMillis': 9223372036854775807 | the field everyMillis is not between 0 and",
        "'everyMillis': 1.5                 | the field everyMillis is no whole number",
        "'head': 7                          | the field head is no text",
        "'head': 'not Base64!'              | the field head is no Base64"
    })
    void refusesATimeOrAHeadThatIsNone(String field, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read("{'box': {'x': 0, 'y': 0, 'width': 1, 'height': 1}, " + field + "}"))
                .withMessageContaining(message);
    }

    @Test
    void refusesAHeadWithANumberThatIsNoneAndNamesTheRegion() {
        String json = new String(new Region(KEY, BOX, Optional.empty(), Optional.of(HEAD)).toJson(), UTF_8);
        String head = Base64.getEncoder().encodeToString(HEAD.bytes());
        assertThat(json).contains(head);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(json.replace(head,
                        Base64.getEncoder().encodeToString(SampleHeads.withNaN(HEAD)))))
                .withMessageContaining("the head of gate-3/bay").withMessageContaining("NaN");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(json.replace(head, "AAAA")))
                .withMessageContaining("the head of gate-3/bay");
    }

    @Test
    void cannotBeAnsweredMoreOftenThanEachMillisecond() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Region(KEY, BOX, Optional.of(Duration.ofNanos(500_000)), Optional.empty()))
                .withMessageContaining("gate-3/bay").withMessageContaining("0.5 ms");
    }

    private static Region read(String json) {
        return Region.read(KEY, json.replace('\'', '"').getBytes(UTF_8));
    }
}
