package io.flinkvision.tools.watch;

import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes the values of dead letters to a folder, each under its picture's {@code topic-partition-offset}, or
 * {@code camera-session-frame}, with the extension of its format, or {@code bin}. Raw pixels become a PNG. A file that is there already is never changed: one with the same bytes is
 * taken for the same, and beside another one the picture gets the dead letter's coordinates into its name too.
 */
public final class PictureSaver {

    private final Path folder;

    /**
     * Makes the folder where it is missing.
     *
     * @throws IOException if it cannot be made
     */
    public PictureSaver(Path folder) throws IOException {
        this.folder = Files.createDirectories(Objects.requireNonNull(folder, "folder"));
    }

    /**
     * Writes the value of a dead letter.
     *
     * @return the file; empty where the dead letter has no value
     * @throws IOException if it cannot be written
     */
    public Optional<Path> save(DeadLetterRecord letter) throws IOException {
        if (letter.record().value() == null) {
            return Optional.empty();
        }
        byte[] value = file(letter);
        String extension = "." + ImageFormat.sniff(value).map(ImageFormat::id).orElse("bin");
        String own = name(letter.coordinates());
        String source = letter.headers().source().map(PictureSaver::name).orElse(own);
        for (String name : List.of(source + extension, source + "_" + own + extension)) {
            Path file = folder.resolve(name);
            if (holds(file, value)) {
                return Optional.of(file);
            }
        }
        throw new FileAlreadyExistsException(folder.resolve(source + "_" + own + extension).toString(), null,
                "it holds something else, and is left as it is");
    }

    /** Pixels, which no viewer knows the size of, become a PNG, if their number is the one that the headers say. */
    private static byte[] file(DeadLetterRecord letter) {
        byte[] value = letter.record().value();
        RawRecord record = letter.original();
        try {
            return record.hasRawPixels() ? record.rawPicture(value).toPng() : value;
        } catch (MalformedRecordException e) {
            return value;
        }
    }

    /** Whether a file holds these bytes, after it was written where there was none. */
    private static boolean holds(Path file, byte[] value) throws IOException {
        try {
            // Fails for a symbolic link too, so that nothing is written through one.
            Files.write(file, value, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == value.length
                    && Arrays.equals(Files.readAllBytes(file), value);
        }
    }

    private static String name(PictureOrigin origin) {
        return origin instanceof CameraFrame frame
                ? fileName(frame.camera()) + "-" + frame.session() + "-" + frame.number()
                : name((RecordCoordinates) origin);
    }

    private static String name(RecordCoordinates coordinates) {
        return fileName(coordinates.topic()) + "-" + coordinates.partition() + "-" + coordinates.offset();
    }

    /** The topic comes from a header, which anybody may write: only what a topic's name may hold is left of it. */
    private static String fileName(String text) {
        String name = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]", "_");
        return name.substring(0, Math.min(name.length(), 100));
    }
}
