package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.teach.NearDuplicates;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a region looks like in the pictures that have been decoded. Not thread-safe. */
final class KnownLooks {

    /** More pictures at once are sooner grouped anew with all. */
    private static final int MAX_ADDED = 100;

    private final Map<String, ImageFingerprint> byPicture = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();

    /** The group of each picture, named by one of its pictures. */
    private final Map<String, String> groups = new HashMap<>();

    /** Of a picture by its id, as long as its file stays the same. */
    void put(String id, ImageFingerprint look) {
        if (!look.equals(byPicture.get(id))) {
            remove(id);
            byPicture.put(id, look);
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
        String group = groups.remove(id);
        if (groups.containsValue(group)) {
            // It may have joined others.
            groups.clear();
        }
    }

    void clear() {
        byPicture.clear();
        unreadable.clear();
        groups.clear();
    }

    /** Groups pictures by their looks: near-duplicates have equal groups; each unknown one has a group of its own. */
    Function<StoredPicture, Object> groups(List<StoredPicture> pictures) {
        Set<String> ids = pictures.stream().map(StoredPicture::id).filter(byPicture::containsKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (ids.containsAll(groups.keySet()) && ids.size() - groups.size() <= MAX_ADDED) {
            ids.stream().filter(id -> !groups.containsKey(id)).forEach(this::addToGroups);
        } else {
            groupAll(List.copyOf(ids));
        }
        Map<String, String> result = Map.copyOf(groups);
        return picture -> Optional.<Object>ofNullable(result.get(picture.id())).orElse(picture.file());
    }

    private void addToGroups(String id) {
        ImageFingerprint look = byPicture.get(id);
        Set<String> joined = groups.entrySet().stream()
                .filter(entry -> NearDuplicates.areNear(look, byPicture.get(entry.getKey())))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
        groups.replaceAll((other, group) -> joined.contains(group) ? id : group);
        groups.put(id, id);
    }

    private void groupAll(List<String> ids) {
        int[] first = NearDuplicates.firstOfEach(ids.stream().map(byPicture::get).toList());
        groups.clear();
        for (int i = 0; i < first.length; i++) {
            groups.put(ids.get(i), ids.get(first[i]));
        }
    }
}
