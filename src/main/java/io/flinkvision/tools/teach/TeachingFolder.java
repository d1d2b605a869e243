package io.flinkvision.tools.teach;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.FolderName;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The folder of labelled pictures of all cameras, which is plain files that can be versioned and edited by hand:
 *
 * <pre>
 * CAMERA/REGION/region.yaml            {@link RegionFile}
 * CAMERA/REGION/LABEL/ID.jpg           a frame's own bytes, by {@link PictureId}
 * CAMERA/REGION/features.safetensors   the features of these pictures
 * CAMERA/REGION/.heads/                {@link Heads}
 * CAMERA/REGION/reviews.csv            {@link Reviews}
 * teach.log                            time, user and change, one line each
 * </pre>
 *
 * <p>Folders are named by {@link FolderName}. Only what somebody labelled is stored. One process at a time has the
 * folder open. Thread-safe.
 */
public final class TeachingFolder implements AutoCloseable {

    /** Regions of all cameras together, as many as a job has. */
    public static final int MAX_REGIONS = 10_000;

    /** Bytes of all files together, unless another number is given. */
    public static final long DEFAULT_MAX_BYTES = 2L << 30;

    private static final String LOCK = ".lock";
    private static final long MAX_LOG_BYTES = 16 << 20;
    private static final int REGION_FILE_BYTES = 1 << 10;
    private static final int MAX_PROBLEMS = 100;

    private final Path root;
    private final Limits limits;
    private final Looks looks;
    private final InstantSource clock;
    private final FileChannel lock;
    private final Storage storage;
    private final TeachLog log;
    private final RecentlyDeleted deleted;
    private final Map<RegionKey, RegionFolder> opened = new ConcurrentHashMap<>();
    private int regionCount;

    private TeachingFolder(Path root, Limits limits, Looks looks, InstantSource clock, FileChannel lock)
            throws IOException {
        this.root = root;
        this.limits = limits;
        this.looks = looks;
        this.clock = clock;
        this.lock = lock;
        this.storage = new Storage(root, limits.bytes());
        this.log = new TeachLog(root, MAX_LOG_BYTES, clock);
        this.deleted = new RecentlyDeleted(clock);
        // Only counted, since reading thousands takes seconds.
        this.regionCount = (int) folders(root).stream()
                .flatMap(camera -> folders(camera).stream())
                .filter(region -> Files.exists(region.resolve(RegionFile.NAME)))
                .count();
    }

    /**
     * Bounds of what is stored.
     *
     * @param pictureBytes of one picture, at most; the job's own limit
     * @param bytes of all files together, at most
     * @param regions of all cameras together, at most
     */
    public record Limits(long pictureBytes, long bytes, int regions) {

        /** The usual ones. */
        public static Limits of(long pictureBytes) {
            return new Limits(pictureBytes, DEFAULT_MAX_BYTES, MAX_REGIONS);
        }
    }

    /**
     * Opens a folder, or makes it. Files that an interrupted write left over are deleted.
     *
     * @param looks decodes pictures that the folder knows nothing of
     * @throws ToolException if it cannot be made, read or written, or another process has it open
     */
    public static TeachingFolder open(Path folder, Limits limits, Looks looks, InstantSource clock) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                requireLock(channel, folder);
                return new TeachingFolder(folder, limits, looks, clock, channel);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ToolException("Labelled pictures cannot be kept in " + folder + ": " + e, e);
        }
    }

    private static void requireLock(FileChannel channel, Path folder) throws IOException {
        Optional<FileLock> held;
        try {
            held = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            held = Optional.empty();
        }
        if (held.isEmpty()) {
            throw new ToolException("Another wall has " + folder
                    + " open; stop that one, or give this one a folder of its own");
        }
    }

    /** The regions of a camera, in the order of their names. */
    public List<RegionFolder> regions(String camera) {
        return name(camera).map(root::resolve).stream()
                .flatMap(folder -> read(folder, new ArrayList<>()).stream())
                .toList();
    }

    /** The regions of all cameras, in the order of their keys. */
    public List<RegionFolder> regions() {
        return folders(root).stream()
                .flatMap(camera -> read(camera, new ArrayList<>()).stream())
                .sorted(Comparator.comparing(RegionFolder::key))
                .toList();
    }

    /** A region; empty if it has no folder. */
    public Optional<RegionFolder> region(RegionKey key) {
        return name(key.camera()).isEmpty() || name(key.region()).isEmpty() ? Optional.empty()
                : read(path(key), root.resolve(FolderName.encode(key.camera())), new ArrayList<>());
    }

    /** A sentence each for the folders that are not taken as regions, such as one without {@code region.yaml}. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        folders(root).forEach(camera -> read(camera, problems));
        return problems.size() <= MAX_PROBLEMS ? problems : problems.subList(0, MAX_PROBLEMS);
    }

    private List<RegionFolder> read(Path camera, List<String> problems) {
        return folders(camera).stream()
                .flatMap(folder -> read(folder, camera, problems).stream())
                .sorted(Comparator.comparing(RegionFolder::key))
                .toList();
    }

    private Optional<RegionFolder> read(Path folder, Path camera, List<String> problems) {
        try {
            Optional<RegionFile> file = RegionFile.in(folder);
            if (file.isEmpty()) {
                problems.add(folder + " is no region: it has no " + RegionFile.NAME);
                return Optional.empty();
            }
            RegionKey key = new RegionKey(file.get().camera(), file.get().region());
            if (!isNamed(camera, key.camera()) || !isNamed(folder, key.region())) {
                problems.add(folder + " is left out, since its " + RegionFile.NAME + " is of " + key
                        + "; it belongs in " + path(key));
                return Optional.empty();
            }
            RegionFolder region = opened.computeIfAbsent(key, it -> new RegionFolder(
                    it, folder, file.get().box(), limits.pictureBytes(), storage, deleted, log, looks, clock));
            region.setBox(file.get().box());
            return Optional.of(region);
        } catch (ConfigurationException | IllegalArgumentException e) {
            problems.add(folder + " is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Some file systems decompose characters. */
    private static boolean isNamed(Path folder, String text) {
        return Normalizer.normalize(folder.getFileName().toString(), Normalizer.Form.NFC)
                .equals(FolderName.encode(text));
    }

    private static List<Path> folders(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith(".") && Files.isDirectory(entry))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> name(String text) {
        try {
            return Optional.of(FolderName.encode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Path path(RegionKey key) {
        return root.resolve(FolderName.encode(key.camera())).resolve(FolderName.encode(key.region()));
    }

    /**
     * Makes a region, or moves the box of one that is there. Its pictures stay, since they are whole frames. A folder
     * of its name without {@code region.yaml} becomes the region's.
     *
     * @param who the user, for the log
     * @throws RefusedChange if there are too many regions, or it is being taught
     */
    public synchronized RegionFolder put(RegionKey key, RegionBox box, String who) {
        requireName(key);
        Optional<RegionFolder> present = region(key);
        if (present.isPresent()) {
            present.get().changingStructure(() -> write(path(key), new RegionFile(key.camera(), key.region(), box)));
        } else {
            requireAbsent(key);
            requireRoomForRegion(key);
            write(path(key), new RegionFile(key.camera(), key.region(), box));
            regionCount++;
        }
        log.add(who, (present.isPresent() ? "moved " : "drew ") + key + " to " + box.x() + "," + box.y() + ","
                + box.width() + "," + box.height());
        return region(key).orElseThrow(() -> new ToolException(path(key) + " cannot be read back"));
    }

    private static void requireName(RegionKey key) {
        if (name(key.camera()).isEmpty() || name(key.region()).isEmpty()) {
            throw new RefusedChange(Reason.INVALID, "A name that is no Unicode text cannot be kept: " + key);
        }
    }

    /** On some file systems that is so for names that differ in upper and lower case. */
    private void requireAbsent(RegionKey key) {
        if (Files.exists(path(key).resolve(RegionFile.NAME), LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedChange(Reason.CONFLICT, path(key).resolve(RegionFile.NAME) + " is there, but is not of "
                    + key + "; choose another name, or mend that file");
        }
    }

    private void requireRoomForRegion(RegionKey key) {
        storage.requireRoom(REGION_FILE_BYTES);
        if (regionCount >= limits.regions()) {
            throw new RefusedChange(Reason.NO_ROOM,
                    root + " has " + regionCount + " regions, as many as it may have; delete some");
        }
        if (folders(path(key).getParent()).size() >= Region.MAX_PER_CAMERA) {
            throw new RefusedChange(Reason.NO_ROOM, "Camera " + key.camera() + " has " + Region.MAX_PER_CAMERA
                    + " regions, as many as it may have; delete some");
        }
    }

    private static void write(Path folder, RegionFile file) {
        try {
            Files.createDirectories(folder);
            file.writeTo(folder);
        } catch (IOException e) {
            throw Storage.failure(folder.resolve(RegionFile.NAME), e);
        }
    }

    /**
     * Renames a region, with its pictures, heads and reviews.
     *
     * @throws RefusedChange if it is missing or being taught, or there is one of the new name
     */
    public synchronized RegionFolder rename(RegionKey key, String name, String who) {
        RegionKey renamed = new RegionKey(key.camera(), name);
        requireName(renamed);
        RegionFolder region = require(key);
        if (Files.exists(path(renamed), LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedChange(Reason.CONFLICT, path(renamed) + " is there already; choose another name");
        }
        region.leaving(() -> {
            try {
                Files.move(path(key), path(renamed));
            } catch (IOException e) {
                throw Storage.failure(path(key), e);
            }
            opened.remove(key);
            write(path(renamed), new RegionFile(key.camera(), name, region.box()));
        });
        log.add(who, "renamed " + key + " to " + name);
        return require(renamed);
    }

    /**
     * Deletes a region with all that is stored of it.
     *
     * @throws RefusedChange if it is missing or being taught
     */
    public synchronized void delete(RegionKey key, String who) {
        RegionFolder region = require(key);
        region.leaving(() -> {
            // Out of sight at once: what an interruption leaves is no half of a region.
            Path hidden = path(key).resolveSibling(Storage.DELETED + UUID.randomUUID());
            try {
                Files.move(path(key), hidden);
            } catch (IOException e) {
                throw Storage.failure(path(key), e);
            }
            opened.remove(key);
            regionCount--;
            deleted.forget(key);
            storage.deleteTree(hidden);
        });
        log.add(who, "deleted " + key + " with its pictures");
    }

    private RegionFolder require(RegionKey key) {
        return region(key).orElseThrow(() -> new RefusedChange(Reason.MISSING, "There is no region " + key));
    }

    /** The bytes of all files, as far as they are known. */
    public long bytes() {
        return storage.used();
    }

    /** Writes a line to {@code teach.log}; line breaks and control characters are replaced. */
    public void log(String who, String what) {
        log.add(who, what);
    }

    /** Lets other processes open it. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new ToolException(root.resolve(LOCK) + " cannot be closed: " + e, e);
        }
    }
}
