package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.camera.CameraMessage.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who reads which camera. Each has a home among the readers: homes are as even as they can be, and move as little as
 * that takes. A camera is assigned to its home once nobody else has it: who has it is asked to release it, and has it
 * until that is confirmed. The cameras of a reader that is gone wait for it for a while before they get another home.
 *
 * <p>Knows no Flink; times are in milliseconds since 1970-01-01T00:00Z.
 */
final class CameraAssignments {

    private final int parallelism;
    private final long graceMillis;
    private final SortedMap<String, CameraDeclaration> declared = new TreeMap<>();
    private final Map<String, CameraDeclaration> ended = new HashMap<>();
    private final SortedMap<String, Integer> homes = new TreeMap<>();
    private final SortedMap<String, Held> held = new TreeMap<>();
    private final SortedSet<Integer> readers = new TreeSet<>();
    private final Map<Integer, Long> missingSince = new HashMap<>();
    private long lastSession;

    /** What a reader has: it reads the camera, or is asked to release it. */
    private record Held(int reader, long session, CameraDeclaration camera, boolean releasing) {}

    /** What to tell a reader. */
    sealed interface Order {

        /** The subtask's index. */
        int reader();
    }

    record Assign(int reader, CameraSplit split) implements Order {}

    record Revoke(int reader, Release message) implements Order {}

    /**
     * @param parallelism how many readers there should be, at least 1
     * @param grace how long the cameras of a reader that is gone wait for it, while there are others
     * @param lastSession sessions are larger than this
     * @param now the readers are expected from now on
     */
    CameraAssignments(int parallelism, Duration grace, long lastSession, long now) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least 1, not " + parallelism);
        }
        this.parallelism = parallelism;
        this.graceMillis = grace.toMillis();
        this.lastSession = lastSession;
        for (int reader = 0; reader < parallelism; reader++) {
            missingSince.put(reader, now);
        }
    }

    /** These are the cameras that there are now. */
    void declare(SortedMap<String, CameraDeclaration> cameras) {
        declared.clear();
        declared.putAll(cameras);
        ended.entrySet().removeIf(camera -> !camera.getValue().equals(declared.get(camera.getKey())));
    }

    /** A reader is there, and has nothing: also one that was there before, since it has started anew. */
    void register(int reader, long now) {
        lose(reader, now);
        if (readers.isEmpty()) {
            // All were gone, as when the whole job restarts: the others get as long from here on.
            missingSince.replaceAll((other, since) -> Math.max(since, now));
        }
        readers.add(reader);
        missingSince.remove(reader);
    }

    /** A reader is gone, and with it whatever it read. */
    void lose(int reader, long now) {
        held.values().removeIf(camera -> camera.reader() == reader);
        if (readers.remove(reader)) {
            missingSince.put(reader, now);
        }
    }

    /** All other readers are gone. */
    void retain(Set<Integer> present, long now) {
        List.copyOf(readers).stream().filter(reader -> !present.contains(reader)).forEach(reader -> lose(reader, now));
    }

    /** A reader has released a camera; of an older assignment, that means nothing. */
    void released(int reader, String camera, long session) {
        if (isHeld(reader, camera, session)) {
            held.remove(camera);
        }
    }

    /** A camera has reached its end, and is assigned again only if its declaration changes. */
    void end(int reader, String camera, long session) {
        if (isHeld(reader, camera, session)) {
            CameraDeclaration declaration = held.remove(camera).camera();
            if (declaration.equals(declared.get(camera))) {
                ended.put(camera, declaration);
            }
        }
    }

    private boolean isHeld(int reader, String camera, long session) {
        Held holder = held.get(camera);
        return holder != null && holder.reader() == reader && holder.session() == session;
    }

    /** What is to be done now so that each camera is read at its home; done as soon as this returns it. */
    List<Order> next(long now) {
        if (readers.isEmpty()) {
            return List.of();
        }
        settle(expected(now));
        long session = Math.max(now, lastSession + 1);
        List<Order> orders = new ArrayList<>();
        for (Map.Entry<String, Held> entry : held.entrySet()) {
            Held holder = entry.getValue();
            Integer home = homes.get(entry.getKey());
            boolean stays = home != null && home == holder.reader()
                    && holder.camera().equals(declared.get(entry.getKey()));
            if (!stays && !holder.releasing()) {
                entry.setValue(new Held(holder.reader(), holder.session(), holder.camera(), true));
                orders.add(new Revoke(holder.reader(), new Release(entry.getKey(), holder.session())));
            }
        }
        homes.forEach((camera, home) -> {
            if (!held.containsKey(camera) && readers.contains(home)) {
                lastSession = session;
                held.put(camera, new Held(home, session, declared.get(camera), false));
                orders.add(new Assign(home, new CameraSplit(declared.get(camera), session)));
            }
        });
        return orders;
    }

    /** The readers that are there, or may soon be. */
    private SortedSet<Integer> expected(long now) {
        SortedSet<Integer> expected = new TreeSet<>(readers);
        missingSince.forEach((reader, since) -> {
            if (now - since < graceMillis) {
                expected.add(reader);
            }
        });
        return expected;
    }

    /** Gives each camera a home: some have one more than others at most, and as few as possible move. */
    private void settle(SortedSet<Integer> expected) {
        homes.keySet().removeIf(camera -> !declared.containsKey(camera) || ended.containsKey(camera));
        homes.values().removeIf(home -> !expected.contains(home));
        List<String> homeless = new ArrayList<>(declared.keySet());
        homeless.removeIf(camera -> homes.containsKey(camera) || ended.containsKey(camera));
        Map<Integer, List<String>> families = new TreeMap<>();
        expected.forEach(reader -> families.put(reader, new ArrayList<>()));
        homes.forEach((camera, home) -> families.get(home).add(camera));

        int cameras = declared.size() - ended.size();
        int share = cameras / expected.size();
        int larger = cameras % expected.size();
        // Those that have the most keep the most.
        List<Integer> order = new ArrayList<>(expected);
        order.sort(Comparator.comparingInt(reader -> -families.get(reader).size()));
        Map<Integer, Integer> shares = new TreeMap<>();
        for (int i = 0; i < order.size(); i++) {
            shares.put(order.get(i), i < larger ? share + 1 : share);
        }
        families.forEach((reader, family) -> homeless.addAll(surplus(reader, family, shares.get(reader))));
        homeless.sort(Comparator.naturalOrder());
        for (String camera : homeless) {
            int home = leastFilled(families, shares);
            families.get(home).add(camera);
            homes.put(camera, home);
        }
    }

    /** Takes what is too much from a family: at first what its reader does not read anyway. */
    private List<String> surplus(int reader, List<String> family, int share) {
        if (family.size() <= share) {
            return List.of();
        }
        family.sort(Comparator.comparing((String camera) -> reads(reader, camera) ? 0 : 1)
                .thenComparing(Comparator.naturalOrder()));
        Collection<String> rest = family.subList(share, family.size());
        List<String> surplus = List.copyOf(rest);
        rest.clear();
        return surplus;
    }

    private boolean reads(int reader, String camera) {
        Held holder = held.get(camera);
        return holder != null && holder.reader() == reader && !holder.releasing();
    }

    private static int leastFilled(Map<Integer, List<String>> families, Map<Integer, Integer> shares) {
        return families.entrySet().stream()
                .filter(family -> family.getValue().size() < shares.get(family.getKey()))
                .min(Comparator.comparingInt(family -> family.getValue().size()))
                .orElseThrow()
                .getKey();
    }

    /** The largest session so far. */
    long lastSession() {
        return lastSession;
    }

    int parallelism() {
        return parallelism;
    }
}
