package io.flinkvision.tools.wall;

import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present.Trouble;
import io.flinkvision.job.event.Present;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The states of one camera and of its regions, as the states topic has them: they are known before any record of the
 * camera comes. Not thread-safe: {@link Cameras} guards it.
 */
final class CameraStates {

    /** The region of a camera's own state. */
    static final String WHOLE = "";

    private static final int MAX_NAME_CHARACTERS = 100;
    private static final int MAX_LABEL_CHARACTERS = 100;
    private static final int MAX_TROUBLES = 8;

    private final Map<String, View> states = new TreeMap<>();

    /**
     * A state for the page; texts are shortened.
     *
     * @param region {@link #WHOLE} for the camera's own
     * @param since when it began, in milliseconds since 1970-01-01T00:00Z
     * @param label that is shown
     * @param unknown whether the head was taught nothing like it
     * @param troubles what is wrong with the pictures
     */
    record View(String region, boolean online, long since, Optional<String> label, boolean unknown,
            List<String> troubles) {

        View {
            troubles = List.copyOf(troubles);
        }

        private static View of(String region, Present present) {
            return new View(region, present.online(), present.since().toEpochMilli(),
                    present.shown().map(Shown::label).map(label -> DisplayText.of(label, MAX_LABEL_CHARACTERS)),
                    present.unknown(),
                    present.troubles().stream().limit(MAX_TROUBLES).map(Trouble::trouble)
                            .map(trouble -> DisplayText.of(trouble, MAX_NAME_CHARACTERS)).toList());
        }
    }

    /**
     * Takes a state.
     *
     * @param region {@link #WHOLE} for the camera's own
     * @param present empty once it is forgotten
     * @return whether that changes anything
     */
    boolean put(String region, Optional<Present> present) {
        String name = DisplayText.of(region, MAX_NAME_CHARACTERS);
        Optional<View> before = Optional.ofNullable(states.get(name));
        Optional<View> after = present.map(state -> View.of(name, state));
        if (after.isEmpty()) {
            states.remove(name);
        } else if (before.isPresent() || name.equals(WHOLE) || states.size() < CameraRegions.MAX) {
            states.put(name, after.get());
        }
        return !before.equals(Optional.ofNullable(states.get(name)));
    }

    /** Adds another camera's state of a region as this one's own, if there is one, and removes it there. */
    void takeFrom(CameraStates other, String region) {
        Optional.ofNullable(other.states.remove(DisplayText.of(region, MAX_NAME_CHARACTERS)))
                .ifPresent(it -> states.putIfAbsent(
                        WHOLE, new View(WHOLE, it.online(), it.since(), it.label(), it.unknown(), it.troubles())));
    }

    boolean isEmpty() {
        return states.isEmpty();
    }

    /** The camera's own state. */
    Optional<View> own() {
        return Optional.ofNullable(states.get(WHOLE));
    }

    /** Those of its regions, sorted by name. */
    List<View> ofRegions() {
        return states.values().stream().filter(state -> !state.region().equals(WHOLE)).toList();
    }
}
