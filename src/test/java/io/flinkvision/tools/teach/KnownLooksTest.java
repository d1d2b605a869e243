package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.ImageFingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KnownLooksTest {

    private final KnownLooks looks = new KnownLooks();

    private static ImageFingerprint look(int grey) {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        Arrays.fill(cells, (byte) grey);
        return new ImageFingerprint(cells);
    }

    private static StoredPicture picture(String id) {
        return new StoredPicture(id, Frames.NOON, "open", Path.of(id));
    }

    /** The pictures of each group. */
    private List<List<String>> groups(List<String> ids) {
        List<StoredPicture> pictures = ids.stream().map(KnownLooksTest::picture).toList();
        Function<StoredPicture, Object> group = looks.groups(pictures);
        Map<Object, List<String>> groups = pictures.stream().collect(Collectors.groupingBy(group,
                Collectors.mapping(StoredPicture::id, Collectors.toList())));
        return List.copyOf(new TreeMap<>(groups.values().stream().collect(Collectors.toMap(it -> it.get(0), it -> it)))
                .values());
    }

    @Test
    void aPictureBetweenTwoGroupsJoinsThemUntilItIsGone() {
        looks.put("a", look(100));
        looks.put("b", look(116));
        assertThat(groups(List.of("a", "b", "unknown"))).containsExactly(List.of("a"), List.of("b"),
                List.of("unknown"));

        looks.put("c", look(108));
        assertThat(groups(List.of("a", "b", "c"))).containsExactly(List.of("a", "b", "c"));
        assertThat(groups(List.of("a", "b"))).as("one that was deleted by hand")
                .containsExactly(List.of("a"), List.of("b"));
        assertThat(groups(List.of("a", "b", "c"))).containsExactly(List.of("a", "b", "c"));
        looks.remove("c");
        assertThat(groups(List.of("a", "b", "c"))).containsExactly(List.of("a"), List.of("b"), List.of("c"));
    }

    @Test
    void whicheverWayPicturesComeAndGoTheGroupsAreThoseOfAllAtOnce() {
        Random random = new Random(1);
        List<String> ids = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(3) > 0 || ids.isEmpty()) {
                ids.add("id" + step);
                looks.put("id" + step, look(random.nextInt(256)));
            } else {
                looks.remove(ids.remove(random.nextInt(ids.size())));
            }
            KnownLooks afresh = new KnownLooks();
            ids.forEach(id -> afresh.put(id, looks.find(id).orElseThrow()));
            List<StoredPicture> pictures = ids.stream().map(KnownLooksTest::picture).toList();
            Function<StoredPicture, Object> expected = afresh.groups(pictures);
            Function<StoredPicture, Object> actual = looks.groups(pictures);
            for (StoredPicture one : pictures) {
                StoredPicture other = pictures.get(random.nextInt(pictures.size()));
                assertThat(actual.apply(one).equals(actual.apply(other)))
                        .isEqualTo(expected.apply(one).equals(expected.apply(other)));
            }
        }
    }
}
