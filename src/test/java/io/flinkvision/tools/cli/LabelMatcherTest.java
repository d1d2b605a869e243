package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ImageNetLabels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelMatcherTest {

    private final LabelMatcher pets = new LabelMatcher(
            List.of("Gordon setter", "tabby, tabby cat", "cat's-eye", "1", "Cardigan, corgi", "cardigan"));
    private final LabelMatcher imageNet = new LabelMatcher(ImageNetLabels.load().of(1001));

    @ParameterizedTest
    @CsvSource({
        "Gordon setter, 0", "Gordon_setter, 0", "gordon-SETTER, 0", "tabby, 1", "tabby_cat, 1",
        "'tabby, tabby cat', 1", "cat s eye, 2", "1, 3", "Cardigan, 4", "cardigan, 5", "n02101006_Gordon_setter, 0"
    })
    void findsTheLabelOfAFoldersName(String name, int index) {
        assertThat(pets.ofFolder(name)).containsExactly(index);
    }

    @ParameterizedTest
    @CsvSource({
        "tabby.jpg, 1", "tabby_1.jpg, 1", "tabby-02.JPEG, 1", "tabby cat (3).png, 1", "Gordon_setter_12.webp, 0",
        "1.jpg, 3", "1_7.jpg, 3", "tabby.tar.jpg, -1", "setter.jpg, -1", "12.jpg, -1", "_.jpg, -1"
    })
    void findsTheLabelOfAFilesName(String name, int index) {
        assertThat(pets.ofFile(name)).isEqualTo(index < 0 ? List.of() : List.of(index));
    }

    @ParameterizedTest
    @CsvSource({
        "n02012849_crane.JPEG, 135", "n03126707_crane.JPEG, 518", "n02113186_Cardigan.JPEG, 265",
        "n02963159_cardigan.JPEG, 475", "n03710637_maillot.JPEG, 639", "n03710721_maillot.JPEG, 640",
        "n02457408_three-toed_sloth.JPEG, 365", "n02101006.JPEG, 215"
    })
    void believesASynsetWhereTheLabelsAreImageNets(String name, int index) {
        assertThat(imageNet.ofFile(name)).containsExactly(index);
    }

    @Test
    void tellsOfAllLabelsBetweenWhichNothingDecides() {
        assertThat(imageNet.ofFolder("crane")).containsExactly(135, 518);
    }

    /** A thousand classes need not be ImageNet's. */
    @Test
    void doesNotBelieveASynsetWhereTheLabelsAreOthers() {
        List<String> numbers = IntStream.range(0, 1000).mapToObj(i -> "part " + i).toList();

        assertThat(new LabelMatcher(numbers).ofFolder("n02012849_part_7")).containsExactly(7);
        assertThat(new LabelMatcher(numbers).ofFolder("n02012849")).isEmpty();
    }
}
