package io.flinkvision.tools.teach;

import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.FolderName;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.TeachingSet;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import io.flinkvision.tools.teach.RegionFolder.Change;
import io.flinkvision.tools.teach.RegionFolder.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One change of a region's labels: first it looks whether all of it can be done. */
final class Labelling {

    private final RegionFolder region;
    private final RegionFiles files;
    private final RegionFeatures features;
    private final KnownLooks looks;
    private final Storage storage;
    private final RecentlyDeleted deleted;
    private final Set<String> ids;
    private final Map<String, List<StoredPicture>> present;
    private final Map<String, List<String>> undo = new LinkedHashMap<>();

    Labelling(RegionFolder region, RegionFiles files, RegionFeatures features, KnownLooks looks, Storage storage,
            RecentlyDeleted deleted, List<String> ids) {
        this.region = region;
        this.files = files;
        this.features = features;
        this.looks = looks;
        this.storage = storage;
        this.deleted = deleted;
        this.ids = new LinkedHashSet<>(ids);
        this.present = files.pictures().stream().collect(Collectors.groupingBy(StoredPicture::id));
    }

    Change delete() {
        List<StoredPicture> gone = new ArrayList<>();
        for (String id : ids) {
            gone.addAll(Optional.ofNullable(present.get(id)).orElseThrow(() -> region.missing(id)));
        }
        gone.forEach(picture -> requireInside(picture.file().getParent()));
        Set<String> digests = new HashSet<>();
        for (StoredPicture picture : gone) {
            digests.add(digest(picture));
            if (region.isSmallEnough(picture)) {
                deleted.add(region.key(), picture.id(),
                        new NewPicture(picture.at(), region.bytes(picture), looks.find(picture.id())));
                undo.computeIfAbsent(picture.label(), label -> new ArrayList<>()).add(picture.id());
            }
        }
        // Features first: whatever happens in between, none are left of a picture that is gone.
        features.remove(digests);
        for (StoredPicture picture : gone) {
            storage.delete(picture.file());
            files.removeIfEmpty(picture.file());
            looks.remove(picture.id());
        }
        return change(ids);
    }

    private Change change(Set<String> changed) {
        return new Change(List.copyOf(changed),
                undo.entrySet().stream().map(entry -> new Labels(entry.getValue(), entry.getKey())).toList());
    }

    private static String digest(StoredPicture picture) {
        try {
            return Sha256.of(picture.file());
        } catch (IOException e) {
            throw Storage.failure(picture.file(), e);
        }
    }

    /** What is behind a link to elsewhere is not the wall's. */
    private void requireInside(Path folder) {
        if (!storage.holds(folder)) {
            throw new RefusedChange(Reason.CONFLICT, folder + " is behind a link that leaves the folder of labelled"
                    + " pictures, and nothing is changed there; change it by hand");
        }
    }

    /** A text as a label, in composed characters, or a refusal. */
    static String label(String text) {
        String label = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
        if (!HeadDescription.isName(label)) {
            throw new RefusedChange(Reason.INVALID, "A label has from 1 to " + HeadDescription.MAX_NAME_LENGTH
                    + " characters, none of them a control character");
        }
        try {
            if (FolderName.isReversible(label)) {
                return label;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedChange(Reason.INVALID, "A label that is no Unicode text cannot be kept", e);
        }
        throw new RefusedChange(Reason.INVALID, "The label '" + label + "' is too long for the name of a folder, which"
                + " has at most " + FolderName.MAX_BYTES + " bytes");
    }

    /**
     * Stores and moves pictures.
     *
     * @param label see {@link #label(String)}
     */
    Change give(String label, Function<String, Optional<NewPicture>> others) {
        Path folder = files.folder(label);
        requireRoomFor(label, folder);
        Set<String> changed = new LinkedHashSet<>();
        List<Path> stored = new ArrayList<>();
        Map<StoredPicture, Path> moves = new LinkedHashMap<>();
        try {
            for (String id : ids) {
                if (present.containsKey(id)) {
                    addMoves(id, label, folder, moves);
                    continue;
                }
                NewPicture picture = others.apply(id).or(() -> deleted.find(region.key(), id))
                        .orElseThrow(() -> region.missing(id));
                // The same frame may have been labelled before.
                String own = picture.id().toString();
                if (present.containsKey(own)) {
                    addMoves(own, label, folder, moves);
                } else if (changed.add(own)) {
                    stored.add(store(picture, folder, stored.size()));
                    undo.computeIfAbsent("", nothing -> new ArrayList<>()).add(own);
                }
            }
        } catch (RuntimeException e) {
            stored.forEach(storage::delete);
            stored.stream().findFirst().ifPresent(files::removeIfEmpty);
            throw e;
        }
        moves.forEach((picture, target) -> changed.add(move(picture, target)));
        return change(changed);
    }

    private void requireRoomFor(String label, Path folder) {
        if (Files.exists(folder)) {
            requireInside(folder);
        }
        List<String> labels = files.labels().stream().map(RegionFiles.LabelFolder::label)
                .filter(it -> !it.equals(TeachingSet.NONE)).distinct().toList();
        if (label.equals(TeachingSet.NONE) || labels.contains(label)) {
            return;
        }
        if (Files.exists(folder)) {
            throw new RefusedChange(Reason.CONFLICT, "The label '" + label + "' would have the folder of another one, "
                    + folder + "; choose a name that differs by more than upper and lower case");
        }
        if (labels.size() >= HeadDescription.MAX_LABELS) {
            throw new RefusedChange(Reason.NO_ROOM,
                    region.key() + " has " + labels.size() + " labels, as many as can be taught");
        }
    }

    private void addMoves(String id, String label, Path folder, Map<StoredPicture, Path> moves) {
        for (StoredPicture picture : present.get(id)) {
            if (picture.label().equals(label)) {
                moves.put(picture, picture.file());
            } else {
                requireInside(picture.file().getParent());
                moves.put(picture, folder.resolve(files.group(picture)).resolve(name(picture)));
            }
        }
    }

    /** A file that was put there by hand gets a name that no other picture has. */
    private String name(StoredPicture picture) {
        if (PictureId.parse(picture.id()).isPresent()) {
            return picture.file().getFileName().toString();
        }
        byte[] bytes = region.bytes(picture);
        return RegionFiles.name(PictureId.of(picture.at(), bytes), format(bytes, picture.id()));
    }

    private static ImageFormat format(byte[] bytes, String id) {
        return ImageFormat.sniff(bytes).orElseThrow(() ->
                new RefusedChange(Reason.INVALID, id + " is no picture of a format that is known"));
    }

    private Path store(NewPicture picture, Path folder, int alreadyStored) {
        String id = picture.id().toString();
        ImageFormat format = format(picture.bytes(), id);
        region.requireSize(picture.bytes().length, id);
        int pictures = alreadyStored + present.values().stream().mapToInt(List::size).sum();
        if (pictures >= LabelledPictures.MAX_PICTURES) {
            throw new RefusedChange(Reason.NO_ROOM, region.key() + " has " + pictures + " pictures, as many as can be"
                    + " taught; delete some, such as frames that hardly differ");
        }
        Path file = folder.resolve(RegionFiles.name(picture.id(), format));
        storage.write(file, picture.bytes());
        picture.fingerprint().ifPresent(look -> looks.put(id, look));
        return file;
    }

    /** The id of the picture where it is then. */
    private String move(StoredPicture picture, Path target) {
        Path file = picture.file();
        if (target.equals(file)) {
            return picture.id();
        }
        if (Files.exists(target)) {
            storage.delete(file);
        } else {
            storage.move(file, target);
        }
        files.removeIfEmpty(file);
        String id = files.id(target);
        undo.computeIfAbsent(picture.label(), before -> new ArrayList<>()).add(id);
        return id;
    }
}
