package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The labelled pictures of one region. Thread-safe; the changes of one region are made one after the other. */
public final class RegionFolder {

    /** Pictures that one change may label. */
    public static final int MAX_CHANGED = 1_000;

    /** Pictures that are decoded for one answer of {@link #counts}, so that it comes within a second. */
    private static final int MAX_DECODED = 50;

    private final RegionKey key;
    private final Path path;
    private final long maxPictureBytes;
    private final Storage storage;
    private final RecentlyDeleted deleted;
    private final TeachLog log;
    private final Looks looks;
    private final RegionFiles files;
    private final RegionFeatures features;
    private final Heads heads;
    private final Reviews reviews;
    private final KnownLooks known = new KnownLooks();
    private volatile RegionBox box;
    private boolean looksAreRead;
    private boolean isTaught;
    private volatile boolean isGone;

    RegionFolder(RegionKey key, Path path, RegionBox box, long maxPictureBytes, Storage storage,
            RecentlyDeleted deleted, TeachLog log, Looks looks, InstantSource clock) {
        this.key = key;
        this.path = path;
        this.box = box;
        this.maxPictureBytes = maxPictureBytes;
        this.storage = storage;
        this.deleted = deleted;
        this.log = log;
        this.looks = looks;
        this.files = new RegionFiles(path);
        this.features = new RegionFeatures(path, storage);
        this.heads = new Heads(this, storage, log, clock);
        this.reviews = new Reviews(this, storage, log);
    }

    /**
     * What labelling changed.
     *
     * @param ids the pictures as they are called now: those that were stored or moved, or else deleted
     * @param undo the labels that bring back what was before, if they are given one after the other
     */
    public record Change(List<String> ids, List<Labels> undo) {

        public Change {
            ids = List.copyOf(ids);
            undo = List.copyOf(undo);
        }
    }

    /**
     * Pictures and their label.
     *
     * @param label empty to delete them
     */
    public record Labels(List<String> ids, String label) {

        public Labels {
            ids = List.copyOf(ids);
            Objects.requireNonNull(label, "label");
        }
    }

    public RegionKey key() {
        return key;
    }

    public RegionBox box() {
        return box;
    }

    /** The folder, which {@code bin/vision teach} takes as it is. */
    public Path path() {
        return path;
    }

    /** The heads that were taught or published here. */
    public Heads heads() {
        return heads;
    }

    /** What people said of the answers here. */
    public Reviews reviews() {
        return reviews;
    }

    /** Takes the box that {@code region.yaml} has now, which somebody may have edited. */
    synchronized void setBox(RegionBox box) {
        if (!box.equals(this.box)) {
            this.box = box;
            known.clear();
            looksAreRead = false;
        }
    }

    /** Its pictures, the latest first, as they lie in the folder now. */
    public List<StoredPicture> pictures() {
        return files.pictures();
    }

    /** A picture; empty if there is none. */
    public Optional<StoredPicture> picture(String id) {
        return pictures().stream().filter(picture -> picture.id().equals(id)).findFirst();
    }

    /**
     * The bytes of a picture.
     *
     * @throws RefusedChange if it is not there, or has too many bytes
     */
    public byte[] bytes(StoredPicture picture) {
        try {
            requireSize(Files.size(picture.file()), picture.id());
            return Files.readAllBytes(picture.file());
        } catch (NoSuchFileException e) {
            throw missing(picture.id());
        } catch (IOException e) {
            throw Storage.failure(picture.file(), e);
        }
    }

    void requireSize(long bytes, String id) {
        if (bytes > maxPictureBytes) {
            throw new RefusedChange(Reason.TOO_LARGE, "Picture " + id + " has " + bytes
                    + " bytes, more than the limit of " + maxPictureBytes);
        }
    }

    boolean isSmallEnough(StoredPicture picture) {
        try {
            return Files.size(picture.file()) <= maxPictureBytes;
        } catch (IOException e) {
            return false;
        }
    }

    RefusedChange missing(String id) {
        return new RefusedChange(Reason.MISSING, "There is no picture " + id + " of " + key + " any more");
    }

    /**
     * Gives pictures a label, or deletes them with their features. A picture that is in the folder is moved; another
     * one is stored. Of the pictures that were deleted last, some are kept in memory for a few minutes, so that it can
     * be undone. If something is refused, nothing is changed.
     *
     * @param labels the pictures, at most {@link #MAX_CHANGED}, and their new label
     * @param others gives the pictures that are not in the folder, by their ids
     * @param who the user, for the log
     * @throws RefusedChange if it is no label, a picture is missing or too large, or there is no room
     */
    public synchronized Change label(Labels labels, Function<String, Optional<NewPicture>> others, String who) {
        requirePresent();
        if (labels.ids().size() > MAX_CHANGED) {
            throw new RefusedChange(Reason.TOO_LARGE,
                    labels.ids().size() + " pictures are more than the " + MAX_CHANGED + " of one change");
        }
        Labelling labelling = new Labelling(this, files, features, known, storage, deleted, labels.ids());
        Change change = labels.label().isEmpty() ? labelling.delete()
                : labelling.give(Labelling.label(labels.label()), others);
        log.add(who, labels.label().isEmpty() ? "deleted " + change.ids().size() + " pictures of " + key
                : "labelled " + change.ids().size() + " pictures of " + key + " as " + labels.label());
        return change;
    }

    private void requirePresent() {
        if (isGone || !Files.isDirectory(path)) {
            throw new RefusedChange(Reason.MISSING, "There is no region " + key + " any more");
        }
    }

    /**
     * Its labels with the number of their pictures, in alphabetical order. Some pictures whose look is not known yet
     * are decoded for it, a bounded number per call.
     *
     * @param zone where the camera is, for the hours of the day
     */
    public synchronized List<LabelCount> counts(ZoneId zone) {
        List<StoredPicture> pictures = pictures();
        readLooks(pictures);
        int decoded = 0;
        for (StoredPicture picture : pictures) {
            if (!known.isKnown(picture.id()) && decoded < MAX_DECODED) {
                decoded++;
                look(picture);
            }
        }
        return new LabelAdvice(zone).counts(pictures, known.groups(pictures),
                files.labels().stream().map(RegionFiles.LabelFolder::label).toList());
    }

    private void look(StoredPicture picture) {
        try {
            looks.of(bytes(picture), box).ifPresentOrElse(
                    look -> known.put(picture.id(), look), () -> known.putUnreadable(picture.id()));
        } catch (RefusedChange e) {
            known.putUnreadable(picture.id());
        }
    }

    private void readLooks(List<StoredPicture> pictures) {
        if (!looksAreRead) {
            looksAreRead = true;
            learn(features.examples(pictures, box));
        }
    }

    private void learn(List<Example> examples) {
        examples.forEach(example -> known.put(example.source(), example.fingerprint()));
    }

    /**
     * The pictures whose features are known, since they were taught, with their present labels. The source of each is
     * the picture's id.
     */
    public List<Example> examples() {
        return features.examples(pictures(), box);
    }

    /** The id of a picture by its path below the folder, as reports of teachings name it. */
    public String id(String source) {
        return files.id(path.resolve(source));
    }

    RegionFeatures features() {
        return features;
    }

    /** Keeps the features of the pictures that were read, unless they were deleted meanwhile. */
    synchronized void keep(FeatureFile read) {
        requirePresent();
        features.write(new FeatureFile(read.network(), read.entries().stream()
                .filter(entry -> Files.exists(path.resolve(entry.example().source())))
                .toList()));
        learn(features.examples(pictures(), box));
    }

    /** Runs something while no other thread changes the region. */
    synchronized <T> T exclusively(Supplier<T> action) {
        requirePresent();
        return action.get();
    }

    /** @throws RefusedChange if it is being taught */
    synchronized void beginTeaching() {
        requirePresent();
        requireNotTaught();
        isTaught = true;
    }

    synchronized void endTeaching() {
        isTaught = false;
    }

    private void requireNotTaught() {
        if (isTaught) {
            throw new RefusedChange(Reason.CONFLICT, key + " is being taught; wait for it, or cancel it");
        }
    }

    /** Changes what a teaching relies on. */
    synchronized void changingStructure(Runnable change) {
        requirePresent();
        requireNotTaught();
        change.run();
    }

    /** After that the region is elsewhere, or nowhere. */
    synchronized void leaving(Runnable change) {
        changingStructure(change);
        isGone = true;
    }

    boolean isGone() {
        return isGone;
    }

    @Override
    public String toString() {
        return "RegionFolder[" + path + "]";
    }
}
