package io.flinkvision.tools.teach;

import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.teach.FolderName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The labels and pictures in the folder of a region, as they lie there now, whoever put them there. As in
 * {@link io.flinkvision.core.teach.PictureFolder}, deeper folders are groups of a label, links are followed, and hidden
 * files are ignored.
 */
final class RegionFiles {

    private static final Map<ImageFormat, String> ENDINGS = Map.of(ImageFormat.JPEG, ".jpg", ImageFormat.PNG, ".png",
            ImageFormat.WEBP, ".webp", ImageFormat.BMP, ".bmp", ImageFormat.TIFF, ".tiff", ImageFormat.PNM, ".pnm",
            ImageFormat.GIF, ".gif");

    /** Files of other names are opened to see whether they are pictures. */
    private static final Set<String> OTHER_ENDINGS = Set.of(".jpeg", ".tif", ".ppm", ".pgm", ".pbm");

    private static final int SIGNATURE_BYTES = 16;

    private final Path folder;

    RegionFiles(Path folder) {
        this.folder = folder;
    }

    /** The name of a stored picture's file. */
    static String name(PictureId id, ImageFormat format) {
        return id + ENDINGS.get(format);
    }

    /** A folder and the label that it stands for; several folders may stand for one label. */
    record LabelFolder(String label, Path path) {}

    /** The folders of labels; those whose names can be no labels are left out. */
    List<LabelFolder> labels() {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !isHidden(entry) && Files.isDirectory(entry))
                    .map(entry -> new LabelFolder(label(entry.getFileName().toString()), entry))
                    .filter(entry -> HeadDescription.isName(entry.label()))
                    .sorted(Comparator.comparing(LabelFolder::label).thenComparing(LabelFolder::path))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Composed characters, as {@link io.flinkvision.core.teach.PictureFolder} has them. */
    private static String label(String name) {
        return Normalizer.normalize(FolderName.decode(name), Normalizer.Form.NFC);
    }

    /** The folder of a label, which may not be there yet. */
    Path folder(String label) {
        return labels().stream()
                .filter(entry -> entry.label().equals(label))
                .map(LabelFolder::path)
                .findFirst()
                .orElseGet(() -> folder.resolve(FolderName.encode(label)));
    }

    /** The pictures, the latest first. */
    List<StoredPicture> pictures() {
        List<StoredPicture> pictures = new ArrayList<>();
        for (LabelFolder label : labels()) {
            addPictures(label, pictures);
        }
        pictures.sort(Comparator.comparing(StoredPicture::at).reversed()
                .thenComparing(StoredPicture::id).thenComparing(StoredPicture::file));
        return pictures;
    }

    private void addPictures(LabelFolder label, List<StoredPicture> pictures) {
        try {
            Files.walkFileTree(label.path(), EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                            return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile() && !isHidden(file) && isPicture(file)) {
                                pictures.add(picture(label, file, attributes));
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw Storage.failure(label.path(), e);
        }
    }

    private StoredPicture picture(LabelFolder label, Path file, BasicFileAttributes attributes) {
        return new StoredPicture(id(file),
                ownId(file).map(PictureId::at).orElseGet(() -> attributes.lastModifiedTime().toInstant()),
                label.label(), file);
    }

    private static Optional<PictureId> ownId(Path file) {
        String name = file.getFileName().toString();
        return PictureId.parse(name.substring(0, name.length() - ending(name).length()));
    }

    /** The {@link StoredPicture#id} of a file. */
    String id(Path file) {
        return ownId(file).map(PictureId::toString).orElseGet(() -> folder.relativize(file).toString());
    }

    /** The folders between that of the label and a picture; empty if there are none. */
    Path group(StoredPicture picture) {
        Path below = folder.relativize(picture.file());
        return below.getNameCount() > 2 ? below.subpath(1, below.getNameCount() - 1) : Path.of("");
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }

    private static boolean isPicture(Path file) {
        String ending = ending(file.getFileName().toString()).toLowerCase(Locale.ROOT);
        return ENDINGS.containsValue(ending) || OTHER_ENDINGS.contains(ending) || hasSignature(file);
    }

    private static boolean hasSignature(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return ImageFormat.sniff(in.readNBytes(SIGNATURE_BYTES)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes the folder of a label, and the folders of its groups, if nothing is left in it. */
    void removeIfEmpty(Path file) {
        for (Path parent = file.getParent(); !parent.equals(folder); parent = parent.getParent()) {
            if (Files.isSymbolicLink(parent)) {
                return;
            }
            try {
                Files.delete(parent);
            } catch (IOException e) {
                // There is something in it, or it is gone.
                return;
            }
        }
    }

}
