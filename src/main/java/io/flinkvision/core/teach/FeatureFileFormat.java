package io.flinkvision.core.teach;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.FeatureFile.Entry;
import io.flinkvision.core.teach.FeatureFile.Network;
import io.flinkvision.core.weights.ElementType;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.SafetensorsFile;
import io.flinkvision.core.weights.SafetensorsWriter;
import io.flinkvision.core.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Features as a safetensors file (docs/teaching.md): a tensor of features, one of fingerprints, and metadata with what
 * else is known of each picture.
 */
final class FeatureFileFormat {

    /** {@link LabelledPictures#MAX_PICTURES} pictures of 2,048 features, their fingerprints, and a full header. */
    private static final int MAX_BYTES = 224 << 20;

    private static final String FEATURES = "features";
    private static final String FINGERPRINTS = "fingerprints";
    private static final Set<String> TENSORS = Set.of(FEATURES, FINGERPRINTS);
    private static final int CELLS = ImageFingerprint.SIDE * ImageFingerprint.SIDE;

    /** Of the squared length of a picture's features: they are floats that were divided by their norm. */
    private static final double LENGTH_TOLERANCE = 1e-3;

    private static final String VERSION_KEY = "features-version";
    private static final String VERSION = "1";
    private static final String BACKBONE_DIGEST = "backbone-digest";
    private static final String PREPROCESSING = "preprocessing";
    private static final String PICTURES = "pictures";

    private static final String SOURCE = "source";
    private static final String LABEL = "label";
    private static final String GROUP = "group";
    private static final String FILE_DIGEST = "file-digest";
    private static final String BOX = "box";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final SafetensorsFile.Contents contents;

    private FeatureFileFormat(String source, SafetensorsFile.Contents contents) {
        this.source = source;
        this.contents = contents;
    }

    /**
     * @throws IOException if the file is there, or cannot be written
     * @throws ModelException if the paths and labels are too long for a header
     */
    static void write(FeatureFile file, Path path) throws IOException {
        List<Entry> entries = file.entries();
        int features = file.features();
        float[] units = new float[entries.size() * features];
        float[] greys = new float[entries.size() * CELLS];
        ArrayNode pictures = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < entries.size(); i++) {
            Example example = entries.get(i).example();
            System.arraycopy(example.unit(), 0, units, i * features, features);
            for (int cell = 0; cell < CELLS; cell++) {
                greys[i * CELLS + cell] = example.fingerprint().cells()[cell] & 0xff;
            }
            pictures.add(json(entries.get(i)));
        }
        SafetensorsWriter.write(path,
                List.of(Tensor.of(FEATURES, List.of(entries.size(), features), units),
                        Tensor.of(FINGERPRINTS, List.of(entries.size(), CELLS), greys)),
                Map.of(VERSION_KEY, VERSION,
                        BACKBONE_DIGEST, file.network().backboneDigest(),
                        PREPROCESSING, file.network().preprocessing(),
                        PICTURES, pictures.toString()));
    }

    private static ObjectNode json(Entry entry) {
        Example example = entry.example();
        ObjectNode picture = JsonNodeFactory.instance.objectNode();
        picture.put(SOURCE, example.source());
        picture.put(LABEL, example.label());
        example.group().ifPresent(group -> picture.put(GROUP, group));
        picture.put(FILE_DIGEST, entry.fileDigest());
        if (entry.view() instanceof View.Region region) {
            RegionBox box = region.box();
            picture.putArray(BOX).add(box.x()).add(box.y()).add(box.width()).add(box.height());
        }
        return picture;
    }

    /** @throws ModelException if it cannot be read, is damaged, or has no features in it */
    static FeatureFile read(Path path) {
        // One byte more than allowed, so that a larger file is refused by its length and never read whole.
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ModelException(path + " has more than " + MAX_BYTES + " bytes, the limit of such files");
            }
            return new FeatureFileFormat(path.toString(), SafetensorsFile.read(path.toString(), bytes)).file();
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private FeatureFile file() {
        String version = text(VERSION_KEY);
        if (!version.equals(VERSION)) {
            throw error("'" + VERSION_KEY + "' in the metadata is '" + version + "', not '" + VERSION
                    + "': these are features of another version of flink-vision");
        }
        contents.tensors().names().stream().filter(name -> !TENSORS.contains(name)).findFirst().ifPresent(name -> {
            throw error("tensor " + name + " is unexpected; there should be " + FEATURES + " and " + FINGERPRINTS);
        });
        JsonNode pictures = pictures();
        List<Integer> shape = tensor(FEATURES).shape();
        if (shape.size() != 2 || shape.get(0) != pictures.size() || shape.get(1) == 0 && !pictures.isEmpty()) {
            throw error("tensor " + FEATURES + " has the shape " + shape + ", not [" + pictures.size()
                    + ", features], as there are " + pictures.size() + " pictures in the metadata");
        }
        List<Integer> expected = List.of(pictures.size(), CELLS);
        if (!tensor(FINGERPRINTS).shape().equals(expected)) {
            throw error("tensor " + FINGERPRINTS + " has the shape " + tensor(FINGERPRINTS).shape() + ", not "
                    + expected);
        }
        float[] units = tensor(FEATURES).floats();
        float[] greys = tensor(FINGERPRINTS).floats();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            entries.add(entry(i, pictures.get(i), unit(i, units, shape.get(1)), fingerprint(i, greys)));
        }
        return new FeatureFile(new Network(text(BACKBONE_DIGEST), text(PREPROCESSING)), entries);
    }

    private JsonNode pictures() {
        JsonNode pictures;
        try {
            pictures = JSON.readTree(text(PICTURES));
        } catch (JsonProcessingException e) {
            throw new ModelException(source + ": '" + PICTURES + "' in the metadata is not JSON: "
                    + e.getOriginalMessage(), e);
        }
        if (!pictures.isArray() || pictures.size() > LabelledPictures.MAX_PICTURES) {
            throw error("'" + PICTURES + "' in the metadata is not a list of at most "
                    + LabelledPictures.MAX_PICTURES + " pictures");
        }
        return pictures;
    }

    private Entry entry(int row, JsonNode picture, float[] unit, ImageFingerprint fingerprint) {
        String label = text(row, picture, LABEL);
        if (!HeadDescription.isName(label)) {
            throw error(row, "has the label '" + label + "', which has not from 1 to "
                    + HeadDescription.MAX_NAME_LENGTH + " characters without control characters");
        }
        Optional<String> group = picture.has(GROUP) ? Optional.of(text(row, picture, GROUP)) : Optional.empty();
        View view = picture.has(BOX) ? new View.Region(box(row, picture.get(BOX))) : View.WHOLE;
        String fileDigest = text(row, picture, FILE_DIGEST);
        Example example = new Example(text(row, picture, SOURCE), label, group, Example.digest(fileDigest, view),
                fingerprint, unit);
        try {
            return new Entry(fileDigest, view, example);
        } catch (IllegalArgumentException e) {
            throw new ModelException(source + ": picture " + row + ": " + e.getMessage(), e);
        }
    }

    private String text(int row, JsonNode picture, String key) {
        if (!picture.path(key).isTextual()) {
            throw error(row, "has no text for '" + key + "' in the metadata");
        }
        return picture.get(key).textValue();
    }

    private RegionBox box(int row, JsonNode numbers) {
        List<Double> sides = new ArrayList<>();
        for (JsonNode number : numbers) {
            if (!number.isNumber()) {
                throw error(row, "has a box with '" + number.asText() + "', which is no number");
            }
            sides.add(number.doubleValue());
        }
        try {
            return RegionBox.of(sides);
        } catch (IllegalArgumentException e) {
            throw new ModelException(source + ": picture " + row + ": " + e.getMessage(), e);
        }
    }

    private float[] unit(int row, float[] units, int features) {
        float[] unit = new float[features];
        double squares = 0;
        for (int j = 0; j < features; j++) {
            unit[j] = units[row * features + j];
            squares += (double) unit[j] * unit[j];
        }
        // All are zero where the network gives zeros.
        if (!(Math.abs(squares - 1) <= LENGTH_TOLERANCE) && squares != 0) {
            throw error(row, "has features of the squared length " + squares + ", not 1");
        }
        return unit;
    }

    private ImageFingerprint fingerprint(int row, float[] greys) {
        byte[] cells = new byte[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            float grey = greys[row * CELLS + cell];
            cells[cell] = (byte) (int) grey;
            if ((cells[cell] & 0xff) != grey) {
                throw error(row, "has a fingerprint with " + grey + ", not a whole number from 0 to 255");
            }
        }
        return new ImageFingerprint(cells);
    }

    private String text(String key) {
        String text = contents.metadata().get(key);
        if (text == null) {
            throw error("the metadata have no '" + key + "': it is not a file of features that 'teach' wrote");
        }
        return text;
    }

    private Tensor tensor(String name) {
        Tensor tensor = contents.tensors().tensor(name);
        if (tensor.type() != ElementType.F32) {
            throw error("tensor " + name + " is of " + tensor.type() + ", not " + ElementType.F32);
        }
        return tensor;
    }

    private ModelException error(int row, String message) {
        return error("picture " + row + " " + message);
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
