package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RegionKey;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The labelled pictures of one region. Thread-safe; the changes of one region are made one after the other. */
public final class RegionFolder {

    /** Pictures that one change may label. */
    public static final int MAX_CHANGED = 1_000;

    private RegionFolder() {}

    /**
     * What labelling changed.
     *
     * @param ids the pictures that were stored, moved or deleted
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
        throw new UnsupportedOperationException();
    }

    public RegionBox box() {
        throw new UnsupportedOperationException();
    }

    /** The folder, which {@code bin/vision teach} takes as it is. */
    public Path path() {
        throw new UnsupportedOperationException();
    }

    /** Its pictures, the latest first, as they lie in the folder now. */
    public List<StoredPicture> pictures() {
        throw new UnsupportedOperationException();
    }

    /** A picture; empty if there is none. */
    public Optional<StoredPicture> picture(String id) {
        throw new UnsupportedOperationException();
    }

    /**
     * The bytes of a picture.
     *
     * @throws RefusedChange if it is not there, or has too many bytes
     */
    public byte[] bytes(StoredPicture picture) {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives pictures a label, or deletes them with their features. A picture that is in the folder is moved; another
     * one is stored. Of the pictures that were deleted last, some are kept in memory for a few minutes, so that it can
     * be undone.
     *
     * @param labels the pictures, at most {@link #MAX_CHANGED}, and their new label
     * @param others gives the pictures that are not in the folder, by their ids
     * @param who the user, for the log
     * @throws RefusedChange if it is no label, a picture is missing or too large, or there is no room
     */
    public Change label(Labels labels, Function<String, Optional<NewPicture>> others, String who) {
        throw new UnsupportedOperationException();
    }

    /**
     * Its labels with the number of their pictures, in alphabetical order. Some pictures whose look is not known yet
     * are decoded for it, a bounded number per call.
     *
     * @param zone where the camera is, for the hours of the day
     */
    public List<LabelCount> counts(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    /** The heads that were taught or published here. */
    public Heads heads() {
        throw new UnsupportedOperationException();
    }

    /** What people said of the answers here. */
    public Reviews reviews() {
        throw new UnsupportedOperationException();
    }
}
