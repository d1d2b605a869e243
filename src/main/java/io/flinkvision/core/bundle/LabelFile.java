package io.flinkvision.core.bundle;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A text file with one class name per line, in the order of a network's output. */
public final class LabelFile {

    /** The default name. */
    public static final String NAME = "labels.txt";

    /** Some editors begin a text with it; it would be an invisible part of the first label. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private LabelFile() {}

    /**
     * Reads the labels, without the space around them.
     *
     * @return at least one
     * @throws ModelException if the file cannot be read, is empty, or has a blank line
     */
    public static List<String> read(Path file) {
        List<String> labels;
        try {
            labels = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new ModelException(file + " is no UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
        int blank = labels.stream().map(String::isBlank).toList().indexOf(true);
        if (labels.isEmpty() || blank >= 0) {
            throw new ModelException(file + (labels.isEmpty()
                    ? " is empty"
                    : ":" + (blank + 1) + ": the line is blank; each line names a class"));
        }
        return labels.stream().map(label -> label.replace(BYTE_ORDER_MARK, "").strip()).toList();
    }
}
