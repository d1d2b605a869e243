package io.flinkvision.core.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.weights.ModelException;
import org.junit.jupiter.api.Test;

class ImageNetLabelsTest {

    private final ImageNetLabels labels = ImageNetLabels.load();

    @Test
    void namesAThousandClassesInTheOrderOfTheirSynsets() {
        assertThat(labels.names()).hasSize(1000).doesNotContain("").startsWith("tench, Tinca tinca");
        assertThat(labels.synsets()).hasSize(1000).doesNotHaveDuplicates().isSorted();
        assertThat(labels.synsets()).allMatch(synset -> synset.matches("n[0-9]{8}"));
    }

    /** Places that are known from elsewhere: torchvision's weights call 285 the Egyptian cat, and 967 the espresso. */
    @Test
    void hasTheClassesWhereTheWeightsHaveThem() {
        assertThat(labels.names().get(285)).isEqualTo("Egyptian cat");
        assertThat(labels.names().get(967)).isEqualTo("espresso");
        assertThat(labels.names().get(134)).isEqualTo("crane");
        assertThat(labels.names().get(517)).isEqualTo("crane");
        assertThat(labels.indexOf("n02012849", 1000)).hasValue(134);
    }

    @Test
    void putsTheBackgroundFirstOfAThousandAndOne() {
        assertThat(labels.of(1000)).isEqualTo(labels.names());
        assertThat(labels.of(1001)).hasSize(1001).startsWith("background", "tench, Tinca tinca");
        assertThat(labels.indexOf("n02012849", 1001)).hasValue(135);
    }

    @Test
    void knowsNoOtherNumberOfClasses() {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> labels.of(3))
                .withMessage("ImageNet has 1000 classes (1001 with a background), but the network has 3");
        assertThat(labels.indexOf("n02012849", 3)).isEmpty();
        assertThat(labels.indexOf("n00000000", 1000)).isEmpty();
    }
}
