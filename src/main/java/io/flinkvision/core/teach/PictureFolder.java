package io.flinkvision.core.teach;

import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of pictures to teach from: one folder per label in it, and deeper folders are groups, such as a camera or a
 * day. A group of the same path is the same one under every label. Symbolic links are followed; hidden files are
 * ignored. If the folder has a {@link RegionFile}, its pictures are whole frames, of which the region is taught, and
 * the labels' folders have {@linkplain FolderName encoded names}.
 */
public final class PictureFolder {

    /** A file beside the labels, with what people said of the answers of the region's heads. */
    public static final String REVIEWS = "reviews.csv";

    /** Files beside the labels that are not meant as pictures. */
    private static final Set<String> OTHER_FILES = Set.of(RegionFile.NAME, FeatureFile.NAME, REVIEWS);

    private final Path folder;
    private final View view;
    private final boolean hasEncodedNames;
    private final List<LabelledPicture> pictures = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private PictureFolder(Path folder, Optional<RegionFile> region, View picture) {
        this.folder = folder;
        this.view = region.<View>map(it -> new View.Region(it.box())).orElse(picture);
        this.hasEncodedNames = region.isPresent();
    }

    /**
     * Lists the files of a folder; none of the pictures is opened.
     *
     * @param picture what is taught of each picture, unless the folder is of a region
     * @throws TeachingException if it is no folder, cannot be read, or has no folder in it, or one's name is no label
     */
    public static LabelledPictures read(Path folder, View picture) {
        if (!Files.isDirectory(folder)) {
            throw new TeachingException(folder + (Files.exists(folder) ? " is not a folder" : " is not there")
                    + "; give a folder that has a folder of pictures for each label");
        }
        PictureFolder reading = new PictureFolder(folder, RegionFile.in(folder), picture);
        reading.readLabels();
        return new LabelledPictures(
                reading.pictures.stream().sorted(Comparator.comparing(LabelledPicture::source)).toList(),
                reading.leftOut.stream().sorted(Comparator.comparing(LeftOut::source)).toList());
    }

    private void readLabels() {
        List<Path> labels = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.filter(entry -> !isHidden(entry)).sorted().toList()) {
                if (Files.isDirectory(entry)) {
                    labels.add(entry);
                } else if (!OTHER_FILES.contains(entry.getFileName().toString())) {
                    leaveOut(entry, "it is not in the folder of a label");
                }
            }
            for (Path label : labels) {
                readLabel(label);
            }
        } catch (IOException e) {
            throw new TeachingException(folder + " cannot be read: " + LeftOut.reason(e), e);
        }
        if (labels.isEmpty()) {
            throw new TeachingException(folder + " has no folders in it; put the pictures of each label into a folder"
                    + " of the label's name");
        }
    }

    private void readLabel(Path labelFolder) throws IOException {
        String label = label(labelFolder);
        int before = pictures.size();
        Files.walkFileTree(labelFolder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && !isHidden(file)) {
                            add(labelFolder, label, file);
                        } else if (!isHidden(file)) {
                            leaveOut(file, attributes.isSymbolicLink() ? "it is a link to a file that is not there"
                                    : "it is not a regular file");
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        leftOut.add(failure instanceof FileSystemLoopException
                                ? new LeftOut(source(file), "it is a link to a folder that it is in")
                                : LeftOut.unreadable(source(file), failure));
                        return FileVisitResult.CONTINUE;
                    }
                });
        if (pictures.size() == before
                && leftOut.stream().noneMatch(it -> it.source().equals(source(labelFolder)))) {
            leaveOut(labelFolder, "the folder has no files");
        }
    }

    /** Composed characters, since some file systems keep umlauts in two. */
    private String label(Path labelFolder) {
        String name = labelFolder.getFileName().toString();
        String label = Normalizer.normalize(
                hasEncodedNames ? FolderName.decode(name) : name, Normalizer.Form.NFC);
        if (!HeadDescription.isName(label)) {
            throw new TeachingException("The name of the folder "
                    + labelFolder.toString().replaceAll("\\p{Cntrl}", "\ufffd") + " is no label: a label has from 1 to "
                    + HeadDescription.MAX_NAME_LENGTH + " characters, none of them a control character");
        }
        return label;
    }

    private void add(Path labelFolder, String label, Path file) {
        Path group = labelFolder.relativize(file).getParent();
        pictures.add(new LabelledPicture(file, source(file), List.of(new LabelledView(
                view, Optional.empty(), label, Optional.ofNullable(group).map(Path::toString)))));
    }

    private void leaveOut(Path file, String reason) {
        leftOut.add(new LeftOut(source(file), reason));
    }

    private String source(Path file) {
        return folder.relativize(file).toString();
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }
}
