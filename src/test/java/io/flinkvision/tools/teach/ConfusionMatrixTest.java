package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    @Test
    void hasARowPerLabelWhichItNames() {
        assertThat(new ConfusionMatrix(List.of("open", "half 🚪"), List.of(List.of(12, 3), List.of(0, 1000))).lines())
                .containsExactly("", "Confusion: a row per label, and a column per answer", "         1     2",
                        "   1    12     3  open", "   2     0  1000  half 🚪");
    }

    @Test
    void ofManyLabelsShowsTheMostFrequentConfusions() {
        List<List<Integer>> counts = new ArrayList<>();
        for (int row = 0; row < 21; row++) {
            counts.add(new ArrayList<>(Collections.nCopies(21, 0)));
            counts.get(row).set(row, 50);
        }
        counts.get(3).set(4, 2);
        counts.get(20).set(0, 7);

        assertThat(new ConfusionMatrix(IntStream.range(0, 21).mapToObj(i -> "label " + i).toList(), counts).lines())
                .containsExactly("", "Confused most often:", "    7 x  label 20  taken for  label 0",
                        "    2 x  label 3  taken for  label 4");
    }
}
