package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFilterTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            camera=gate                          | true
            camera=door                          | false
            camera=door,camera=gate              | true
            label=food                           | true
            label=other                          | false
            camera=gate,label=other              | false
            min-score=0.75                       | true
            min-score=0.76                       | false
            camera=gate,label=food,min-score=.5  | true
            """)
    void looksAtTheCameraAndTheFirstLabel(String filter, boolean accepted) {
        assertThat(RecordFilter.parse(List.of(filter)).accepts(output(SampleOutput.json(1)))).isEqualTo(accepted);
    }

    @Test
    void takesAValueOfAnyOfSeveralFilters() {
        RecordFilter filter = RecordFilter.parse(List.of("label=food", "label=report"));

        assertThat(filter.accepts(output(SampleOutput.json(1, "gate", "report", 0.5)))).isTrue();
        assertThat(filter.accepts(output(SampleOutput.json(1, "gate", "other", 0.5)))).isFalse();
    }

    @Test
    void takesNamesOfClassesWithCommas() {
        assertThat(RecordFilter.parse(List.of("label=tench, Tinca tinca,camera=a")).labels())
                .containsExactly("tench, Tinca tinca");
    }

    @Test
    void leavesOutRecordsWithoutLabelsOnceSomethingIsAskedFor() {
        assertThat(RecordFilter.parse(List.of()).accepts(output("no json"))).isTrue();
        assertThat(RecordFilter.parse(List.of("min-score=0")).accepts(output("no json"))).isFalse();
        assertThat(RecordFilter.parse(List.of("camera=gate")).accepts(output("no json"))).isFalse();
    }

    @Test
    void findsRecordsWithoutAKeyByAnEmptyCamera() {
        String json = SampleOutput.json(1).replace("\"key\":\"gate\",", "");

        assertThat(RecordFilter.parse(List.of("camera=")).accepts(output(json))).isTrue();
        assertThat(RecordFilter.parse(List.of("camera=")).accepts(output(SampleOutput.json(1)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate", "min-score=2", "min-score=high", "min-score=0.1,min-score=0.2", "size=3", "=x", ""})
    void refusesWhatIsNoFilter(String filter) {
        assertThatThrownBy(() -> RecordFilter.parse(List.of(filter))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void suggestsTheKeyThatWasMeant() {
        assertThatThrownBy(() -> RecordFilter.parse(List.of("lable=food")))
                .hasMessageContaining("did you mean label=?");
    }

    private static OutputRecord output(String json) {
        return OutputRecord.of(SampleOutput.record("gate", json));
    }
}
