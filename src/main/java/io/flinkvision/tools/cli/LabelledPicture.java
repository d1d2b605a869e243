package io.flinkvision.tools.cli;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A picture whose name, or whose folder's name, is its label.
 *
 * @param classes indices of the labels that the name may mean: exactly one, if the name is unambiguous
 */
record LabelledPicture(Path file, List<Integer> classes) {

    /** What names a picture's label. */
    enum LabelsFrom {
        FOLDER, FILE_NAME;

        /** As in the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Other files in the folder are ignored. */
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "jpe", "png", "webp", "bmp", "tif", "tiff", "ppm",
            "pgm", "pnm", "gif");

    LabelledPicture {
        classes = List.copyOf(classes);
    }

    /** Folders, if there are any sub-folders. */
    static LabelsFrom labelsOf(Path folder) {
        return list(folder).stream().anyMatch(Files::isDirectory) ? LabelsFrom.FOLDER : LabelsFrom.FILE_NAME;
    }

    /**
     * The pictures of a folder, by name.
     *
     * @throws ModelException if the folder cannot be read, or holds no pictures
     */
    static List<LabelledPicture> in(Path folder, LabelsFrom from, LabelMatcher matcher) {
        List<LabelledPicture> pictures = new ArrayList<>();
        for (Path path : list(folder)) {
            if (from == LabelsFrom.FILE_NAME && isPicture(path)) {
                pictures.add(new LabelledPicture(path, matcher.ofFile(path.getFileName().toString())));
            } else if (from == LabelsFrom.FOLDER && Files.isDirectory(path)) {
                List<Integer> classes = matcher.ofFolder(path.getFileName().toString());
                list(path).stream()
                        .filter(LabelledPicture::isPicture)
                        .forEach(file -> pictures.add(new LabelledPicture(file, classes)));
            }
        }
        if (pictures.isEmpty()) {
            throw new ModelException(folder + " holds no pictures" + (from == LabelsFrom.FOLDER
                    ? " in sub-folders that are named after labels"
                    : " that are named after labels"));
        }
        return pictures;
    }

    private static boolean isPicture(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(path) && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (IOException e) {
            throw new ModelException(folder + " cannot be read as a folder: " + e.getMessage(), e);
        }
    }
}
