package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.teach.NearDuplicates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What a region looks like in the pictures that have been decoded. Not thread-safe. */
final class KnownLooks {

    private final Map<String, ImageFingerprint> byPicture = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();
    private List<StoredPicture> grouped = List.of();
    private Map<String, Object> groups = Map.of();

    /** Of a picture by its id, as long as its file stays the same. */
    void put(String id, ImageFingerprint look) {
        if (!look.equals(byPicture.put(id, look))) {
            grouped = List.of();
        }
    }

    /** Of a picture that cannot be decoded, so that it is not tried again. */
    void putUnreadable(String id) {
        unreadable.add(id);
    }

    /** Whether nothing more can be learnt of a picture. */
    boolean isKnown(String id) {
        return byPicture.containsKey(id) || unreadable.contains(id);
    }

    Optional<ImageFingerprint> find(String id) {
        return Optional.ofNullable(byPicture.get(id));
    }

    void remove(String id) {
        byPicture.remove(id);
        unreadable.remove(id);
    }

    void clear() {
        byPicture.clear();
        unreadable.clear();
        grouped = List.of();
    }

    /** Groups pictures by their looks: near-duplicates have equal groups; each unknown one has a group of its own. */
    Function<StoredPicture, Object> groups(List<StoredPicture> pictures) {
        if (!grouped.equals(pictures)) {
            List<String> ids = new ArrayList<>();
            List<ImageFingerprint> fingerprints = new ArrayList<>();
            pictures.stream().map(StoredPicture::id).distinct().forEach(id ->
                    Optional.ofNullable(byPicture.get(id)).ifPresent(look -> {
                        ids.add(id);
                        fingerprints.add(look);
                    }));
            int[] first = NearDuplicates.firstOfEach(fingerprints);
            Map<String, Object> found = new HashMap<>();
            for (int i = 0; i < first.length; i++) {
                found.put(ids.get(i), first[i]);
            }
            groups = found;
            grouped = List.copyOf(pictures);
        }
        Map<String, Object> result = groups;
        return picture -> Optional.ofNullable(result.get(picture.id())).orElse(picture.file());
    }
}
