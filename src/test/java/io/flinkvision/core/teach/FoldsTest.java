package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FoldsTest {

    private static int[] picturesOf(TeachingSet set, String label) {
        return IntStream.range(0, set.examples().size())
                .filter(i -> set.examples().get(i).label().equals(label))
                .toArray();
    }

    @Test
    void differentPicturesOfALabelAreDealtOutByTheirRankModuloFive() {
        TeachingSet set = new Clouds(0.1).add("a", 12).add("b", 7).set();

        Folds folds = Folds.of(set);

        assertThat(folds.count()).isEqualTo(5);
        for (String label : set.labels()) {
            int[] pictures = picturesOf(set, label);
            for (int rank = 0; rank + 5 < pictures.length; rank++) {
                assertThat(folds.of(pictures[rank + 5])).isEqualTo(folds.of(pictures[rank]));
            }
            assertThat(IntStream.of(pictures).limit(5).map(folds::of)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        }
    }

    @Test
    void fewPicturesOfALabelMakeThreeFolds() {
        Folds folds = Folds.of(new Clouds(0.1).add("a", 12).add("b", 4).set());

        assertThat(folds.count()).isEqualTo(3);
        assertThat(folds.fewestUnits()).isEqualTo(4);
    }

    @Test
    void nearDuplicatesAreInOneFold() {
        TeachingSet set = new Clouds(0.1).addNearDuplicates("a", 6).addNearDuplicates("a", 4).add("b", 9).set();

        Folds folds = Folds.of(set);

        int[] pictures = picturesOf(set, "a");
        assertThat(IntStream.of(pictures).map(folds::look).distinct().count()).isEqualTo(2);
        assertThat(IntStream.of(pictures).map(folds::of).distinct().count()).isEqualTo(2);
        for (int one : pictures) {
            for (int other : pictures) {
                assertThat(folds.of(one) == folds.of(other)).isEqualTo(folds.look(one) == folds.look(other));
            }
        }
    }

    @Test
    void aGroupIsInOneFoldUnderAllItsLabels() {
        Clouds clouds = new Clouds(0.1);
        List<String> days = List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
        for (String day : days) {
            clouds.add("open", 4, Optional.of(day)).add("shut", 3, Optional.of(day));
        }
        TeachingSet set = clouds.set();

        Folds folds = Folds.of(set);

        for (String day : days) {
            assertThat(IntStream.range(0, set.examples().size())
                    .filter(i -> set.examples().get(i).group().orElseThrow().equals(day))
                    .map(folds::of).distinct().count()).as(day).isOne();
        }
        assertThat(folds.fewestUnits()).isEqualTo(6);
        assertThat(IntStream.range(0, set.examples().size()).map(folds::of).distinct().count()).isEqualTo(5);
    }

    @Test
    void aCopyOfAPictureInAnotherGroupJoinsTheGroups() {
        Clouds clouds = new Clouds(0.1).add("a", 3, Optional.of("monday")).add("a", 3, Optional.of("tuesday"))
                .add("a", 9).add("b", 9);
        Example first = clouds.list().get(0);
        Example copy = new Example("a/tuesday/copy.jpg", "a", Optional.of("tuesday"), first.digest(),
                first.fingerprint(), first.unit());

        TeachingSet set = TeachingSet.of(Stream.concat(
                clouds.list().stream(), Stream.of(copy)).toList());
        Folds folds = Folds.of(set);

        assertThat(set.examples()).hasSize(24);
        assertThat(IntStream.range(0, 24).filter(i -> set.examples().get(i).group().isPresent())
                .map(folds::unit).distinct().count()).isOne();
    }

    @Test
    void aLabelOfOneUnitIsNeverHeldOut() {
        TeachingSet set = new Clouds(0.1).addNearDuplicates("a", 6).add("b", 9).add("c", 1).set();

        Folds folds = Folds.of(set);

        assertThat(IntStream.of(picturesOf(set, "a"))).noneMatch(folds::isMeasured);
        assertThat(IntStream.of(picturesOf(set, "b"))).allMatch(folds::isMeasured);
        assertThat(IntStream.of(picturesOf(set, "c"))).noneMatch(folds::isMeasured);
    }
}
