package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelledPicturesTest {

    private static LabelledPicture picture(String label) {
        return picture(label, Optional.empty());
    }

    private static LabelledPicture picture(String label, Optional<String> group) {
        return new LabelledPicture(Path.of("a.jpg"), "a.jpg",
                List.of(new LabelledView(View.WHOLE, Optional.empty(), label, group)));
    }

    private static LabelledPictures pictures(List<LabelledPicture> pictures) {
        return new LabelledPictures(pictures, List.of());
    }

    @Test
    void thereIsALimitOfPictures() {
        assertThatNoException().isThrownBy(() -> pictures(Collections.nCopies(20_000, picture("a"))));
        assertThatThrownBy(() -> pictures(Collections.nCopies(20_001, picture("a"))))
                .isInstanceOf(TeachingException.class)
                .hasMessageStartingWith("There are 20001 pictures, more than the limit of 20000");
    }

    @Test
    void tooFewAndTooManyLabelsAreRefusedBeforeAPictureIsOpened() {
        assertThatThrownBy(() -> pictures(List.of()).requireTeachable())
                .isInstanceOf(TeachingException.class)
                .hasMessageContaining("there are no pictures with a label");
        assertThatThrownBy(() -> pictures(List.of(picture("a"), picture("none"))).requireTeachable())
                .hasMessageContaining("all pictures have the label 'a'; give each of at least two labels a folder");
        assertThatThrownBy(() -> pictures(IntStream.range(0, 101).mapToObj(i -> picture("label " + i)).toList())
                .requireTeachable())
                .hasMessage("There are 101 labels; at most 100 can be taught");
        assertThatNoException().isThrownBy(() -> pictures(List.of(picture("a"), picture("b"))).requireTeachable());
    }

    @Test
    void saysWhereAFolderIsNoLabel() {
        assertThatThrownBy(() -> pictures(List.of(picture("none"))).requireTeachable())
                .hasMessageContaining("there are no pictures with a label ('none' is none); give each");
        assertThatThrownBy(() -> pictures(List.of(picture("gate", Optional.of("open")))).requireTeachable())
                .hasMessageContaining("all pictures have the label 'gate' (folders in that one are groups, not labels)");
    }
}
