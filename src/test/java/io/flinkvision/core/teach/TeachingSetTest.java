package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TeachingSetTest {

    private static Example copy(Example of, String source, String label) {
        return new Example(source, label, Optional.empty(), of.digest(), of.fingerprint(), of.unit());
    }

    @Test
    void aPictureThatIsThereTwiceIsTaughtOnce() {
        List<Example> pictures = new ArrayList<>(new Clouds(0.1).add("a", 5).add("b", 5).list());
        pictures.add(0, copy(pictures.get(0), "a/copy.jpg", "a"));

        TeachingSet set = TeachingSet.of(pictures);

        assertThat(set.examples()).hasSize(10);
        assertThat(set.examples()).extracting(Example::source).contains("a/0.jpg");
        assertThat(set.copies()).extracting(Example::source).containsExactly("a/copy.jpg");
    }

    @Test
    void aPictureWithTwoLabelsIsLeftOutUnderBoth() {
        List<Example> pictures = new ArrayList<>(new Clouds(0.1).add("a", 5).add("b", 5).list());
        pictures.add(copy(pictures.get(0), "b/same.jpg", "b"));

        TeachingSet set = TeachingSet.of(pictures);

        assertThat(set.examples()).hasSize(9);
        assertThat(set.leftOut()).extracting(LeftOut::source).containsExactly("a/0.jpg", "b/same.jpg");
        assertThat(set.leftOut()).extracting(LeftOut::reason)
                .containsOnly("the same picture has several labels: a/0.jpg, b/same.jpg");
    }

    @Test
    void picturesOfNothingInParticularAreNoLabel() {
        TeachingSet set = new Clouds(0.1).add("a", 5).add("b", 5).add("none", 4).set();

        assertThat(set.labels()).containsExactly("a", "b");
        assertThat(set.none()).hasSize(4);
    }

    @Test
    void oneLabelIsNotEnough() {
        assertThatThrownBy(() -> new Clouds(0.1).add("a", 5).add("none", 5).set())
                .isInstanceOf(TeachingException.class)
                .hasMessage("Nothing can be told apart, since all pictures have the label 'a'; give each of at least"
                        + " two labels a folder with pictures");
    }

    @Test
    void noPicturesAreNotEnough() {
        assertThatThrownBy(() -> TeachingSet.of(List.of()))
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("there are no pictures with a label");
    }

    @Test
    void moreLabelsThanAHeadHasAreRefused() {
        Clouds clouds = new Clouds(0.1);
        for (int label = 0; label <= 100; label++) {
            clouds.add("label " + label, 1);
        }

        assertThatThrownBy(clouds::set).isInstanceOf(TeachingException.class)
                .hasMessageContaining("101 labels; at most 100");
    }

    @Test
    void featuresOfTwoNetworksAreRefused() {
        List<Example> pictures = new ArrayList<>(new Clouds(0.1).add("a", 5).add("b", 5).list());
        Example first = pictures.get(0);
        pictures.set(0, new Example(first.source(), "a", Optional.empty(), first.digest(), first.fingerprint(),
                new float[] {1}));

        assertThatThrownBy(() -> TeachingSet.of(pictures)).isInstanceOf(TeachingException.class)
                .hasMessageContaining("teach from one network's features");
    }
}
