package io.flinkvision.core.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.system.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The file {@code region.yaml} in a folder of labelled pictures. It says that they are whole frames of one camera, of
 * which a box is taught.
 *
 * @param camera its key in the records
 * @param region the region's name
 * @param box what is taught of each frame
 */
public record RegionFile(String camera, String region, RegionBox box) {

    /** Its name in the folder. */
    public static final String NAME = "region.yaml";

    private static final Option<String> CAMERA =
            Option.required("camera", OptionType.text(), "The camera, which is the key of its records.");

    private static final Option<String> REGION =
            Option.required("region", OptionType.text(), "The region's name in the records.");

    private static final Option<List<Double>> BOX = Option.required("box",
            OptionType.nonEmptyListOf(OptionType.number()),
            "[x, y, width, height] in fractions of the upright picture's width and height.");

    public RegionFile {
        Objects.requireNonNull(camera, "camera");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(box, "box");
    }

    /**
     * Reads the file of a folder, if there is one.
     *
     * @throws ConfigurationException with every problem found
     */
    public static Optional<RegionFile> in(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.isDirectory(folder) || Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        OptionValues values = ConfigurationReader.read(file, List.of(CAMERA, REGION, BOX));
        try {
            return Optional.of(
                    new RegionFile(values.get(CAMERA), values.get(REGION), RegionBox.of(values.get(BOX))));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(List.of(values.problem(BOX, e.getMessage())));
        }
    }

    /**
     * Writes the file into a folder, in place of one that is there. A reader sees the old one or the new one.
     *
     * @throws IOException if it cannot be written; what was there stays
     */
    public void writeTo(Path folder) throws IOException {
        String text = String.join("\n",
                "# The folders beside this file are labels, with whole frames, of which this box is taught.",
                "camera: " + quoted(camera),
                "region: " + quoted(region),
                "box: [" + box.x() + ", " + box.y() + ", " + box.width() + ", " + box.height() + "]",
                "");
        AtomicFile.write(folder.resolve(NAME), text.getBytes(UTF_8));
    }

    /** A double-quoted scalar (yaml.org, 7.3.1), in which any key of a record can be written. */
    private static String quoted(String text) {
        StringBuilder result = new StringBuilder("\"");
        text.chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                result.append('\\').append((char) character);
            } else if (character < ' ' || character >= 0x7f) {
                result.append(String.format("\\u%04x", character));
            } else {
                result.append((char) character);
            }
        });
        return result.append('"').toString();
    }
}
