package io.flinkvision.tools.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.Region;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The heads that were taught for a region, and those that were published: {@code history.csv} beside the heads' files,
 * with a line for each time that one was taught, and for each published one that {@link #back} has not taken back.
 * Thread-safe; while one is being published, others can be read.
 */
public final class Heads {

    /** Heads that are kept; then the oldest is deleted, but never the published one and the one before. */
    public static final int MAX_HEADS = 20;

    /** The folder below that of the region, which is hidden from {@code bin/vision teach}. */
    static final String FOLDER = ".heads";

    private static final List<String> COLUMNS = List.of("event", "time", "head", "user");
    private static final String TAUGHT = "taught";
    private static final String PUBLISHED = "published";
    private static final String ENDING = ".head.safetensors";
    private static final String PICTURES_ENDING = ".pictures.txt";
    private static final int MAX_EVENTS = 200;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final RegionFolder region;
    private final Storage storage;
    private final TeachLog log;
    private final InstantSource clock;
    private final Path folder;
    private final CsvFile history;

    Heads(RegionFolder region, Storage storage, TeachLog log, InstantSource clock) {
        this.region = region;
        this.storage = storage;
        this.log = log;
        this.clock = clock;
        this.folder = region.path().resolve(FOLDER);
        this.history = new CsvFile(folder.resolve("history.csv"), COLUMNS, storage);
    }

    /** Declares a region to running jobs, such as {@link io.flinkvision.tools.publish.HeadsTopic#publish}. */
    @FunctionalInterface
    public interface Publisher {

        /** @throws RuntimeException if it cannot, with a message for people */
        void publish(Region region);
    }

    /**
     * That a head was taught or published.
     *
     * @param digest its SHA-256
     * @param at when
     * @param who the user
     */
    public record Entry(String digest, Instant at, String who) {

        public Entry {
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(who, "who");
        }
    }

    private record Event(String kind, Entry entry) {

        /** A line of the file; empty if somebody wrote something else there. */
        private static Optional<Event> read(List<String> row) {
            try {
                boolean isEvent = row.get(0).equals(TAUGHT) || row.get(0).equals(PUBLISHED);
                return isEvent && DIGEST.matcher(row.get(2)).matches()
                        ? Optional.of(new Event(row.get(0), new Entry(row.get(2), Instant.parse(row.get(1)), row.get(3))))
                        : Optional.empty();
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }

        private List<String> row() {
            return List.of(kind, entry.at().toString(), entry.digest(), entry.who());
        }

        private boolean isPublished() {
            return kind.equals(PUBLISHED);
        }
    }

    private List<Event> events() {
        return history.rows().stream().flatMap(row -> Event.read(row).stream()).toList();
    }

    private Event event(String kind, String digest, String who) {
        return new Event(kind, new Entry(digest, clock.instant().truncatedTo(ChronoUnit.SECONDS), who));
    }

    /** The head that was taught last, unless it or a later one was published and not taken back. */
    public Optional<Entry> candidate() {
        List<Event> events = events();
        for (int i = events.size() - 1; i >= 0 && !events.get(i).isPublished(); i--) {
            if (events.get(i).kind().equals(TAUGHT)) {
                return Optional.of(events.get(i).entry());
            }
        }
        return Optional.empty();
    }

    /** The published heads, the current one first, and then those that {@link #back} returns to. */
    public List<Entry> published() {
        List<Entry> published = new ArrayList<>();
        for (Event event : events()) {
            if (event.isPublished()) {
                published.add(0, event.entry());
            }
        }
        return published;
    }

    /**
     * Reads a head.
     *
     * @throws RefusedChange if it is not kept here, or its file is damaged
     */
    public Head read(String digest) {
        // What comes from outside names no file before it is known to be a digest.
        if (!DIGEST.matcher(digest).matches() || !Files.exists(file(digest))) {
            throw new RefusedChange(Reason.MISSING, "There is no head of " + region.key()
                    + " with this SHA-256 any more; teach it again");
        }
        try {
            Head head = Head.read(file(digest));
            if (head.digest().equals(digest)) {
                return head;
            }
        } catch (ModelException e) {
            throw new RefusedChange(Reason.MISSING, e.getMessage() + "; teach it again", e);
        }
        throw new RefusedChange(Reason.MISSING, file(digest) + " is damaged; teach it again");
    }

    private Path file(String digest) {
        return folder.resolve(digest + ENDING);
    }

    private Path picturesFile(String digest) {
        return folder.resolve(digest + PICTURES_ENDING);
    }

    /**
     * Keeps a head that was just taught.
     *
     * @param pictures the ids of those that it was taught from
     */
    synchronized void add(Head head, Collection<String> pictures, String who) {
        region.exclusively(() -> {
            storage.write(picturesFile(head.digest()), String.join("\n", pictures).getBytes(UTF_8));
            storage.write(file(head.digest()), head.bytes());
            record(events(), event(TAUGHT, head.digest(), who));
            return head;
        });
        log.add(who, "taught head " + head.digest() + " for " + region.key());
    }

    /** The ids of the pictures that a head was taught from; empty if it was not taught here. */
    Optional<Set<String>> pictures(String digest) {
        if (!Files.exists(picturesFile(digest))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HashSet<>(Files.readAllLines(picturesFile(digest))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void record(List<Event> before, Event event) {
        List<Event> events = new ArrayList<>(before);
        events.add(event);
        Set<String> kept = kept(events);
        events.stream().map(it -> it.entry().digest()).filter(digest -> !kept.contains(digest)).distinct()
                .forEach(digest -> {
                    storage.delete(file(digest));
                    storage.delete(picturesFile(digest));
                });
        events.removeIf(it -> !kept.contains(it.entry().digest()));
        history.replace(events.subList(Math.max(0, events.size() - MAX_EVENTS), events.size()).stream()
                .map(Event::row)
                .toList());
    }

    /** The published head and the one before, and the latest others. */
    private static Set<String> kept(List<Event> events) {
        Set<String> kept = new LinkedHashSet<>();
        List<String> latest = new ArrayList<>();
        for (Event event : events) {
            latest.add(0, event.entry().digest());
        }
        kept.add(latest.get(0));
        List<String> published = new ArrayList<>();
        events.stream().filter(Event::isPublished).forEach(event -> published.add(0, event.entry().digest()));
        published.stream().distinct().limit(2).forEach(kept::add);
        latest.stream().filter(digest -> kept.size() < MAX_HEADS).forEach(kept::add);
        return kept;
    }

    /**
     * Publishes a head for the region's box.
     *
     * @param every see {@link Region#every}
     * @throws RefusedChange if it is not kept here
     * @throws RuntimeException of the publisher
     */
    public synchronized Head publish(String digest, Optional<Duration> every, Publisher publisher, String who) {
        Head head = read(digest);
        publisher.publish(new Region(region.key(), region.box(), every, Optional.of(head)));
        log.add(who, "published head " + digest + " for " + region.key());
        return region.exclusively(() -> {
            List<Event> events = events();
            if (published().stream().findFirst().filter(entry -> entry.digest().equals(digest)).isEmpty()) {
                record(events, event(PUBLISHED, digest, who));
            }
            return head;
        });
    }

    /**
     * Publishes the head that was published before the current one. A second call goes back by another one.
     *
     * @throws RefusedChange if there is none
     * @throws RuntimeException of the publisher
     */
    public synchronized Head back(Optional<Duration> every, Publisher publisher, String who) {
        List<Entry> published = published();
        if (published.size() < 2) {
            throw new RefusedChange(Reason.MISSING, "No head was published for " + region.key() + " before this one");
        }
        Head head = read(published.get(1).digest());
        publisher.publish(new Region(region.key(), region.box(), every, Optional.of(head)));
        log.add(who, "went back to head " + head.digest() + " for " + region.key());
        return region.exclusively(() -> {
            List<Event> events = new ArrayList<>(events());
            for (int i = events.size() - 1; i >= 0; i--) {
                if (events.get(i).isPublished()) {
                    events.remove(i);
                    break;
                }
            }
            history.replace(events.stream().map(Event::row).toList());
            return head;
        });
    }
}
