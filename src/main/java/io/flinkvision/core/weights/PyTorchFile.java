package io.flinkvision.core.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.RealNumber;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.StridedTensor;
import io.flinkvision.core.weights.PickledValue.Text;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import io.flinkvision.core.weights.TensorReader.StorageSource;
import io.flinkvision.core.weights.WeightsFile.Outline;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what torch.save writes, in the zip form and the legacy form, without running any of it.
 *
 * <p>The file may be of any size: of a checkpoint with an optimizer's state only the storages of the state dict are
 * mapped.
 */
final class PyTorchFile implements Closeable {

    private static final int ZIP_ENTRY = 0x04034b50;
    private static final int ZIP_END = 0x06054b50;
    private static final int PICKLE_PROTOCOL = 0x80;

    /** The first byte of a safetensors file's header, after the header's length, which can be any number. */
    private static final int SAFETENSORS_HEADER = 8;

    private final String source;
    private final MappedFile file;
    private final PickledValue structure;
    private final StorageSource storages;

    private PyTorchFile(String source, MappedFile file, PickledValue structure, StorageSource storages) {
        this.source = source;
        this.file = file;
        this.structure = structure;
        this.storages = storages;
    }

    /**
     * Opens a file and reads its structure; empty if the file's first bytes are not those of a PyTorch file.
     *
     * @throws ModelException if the file cannot be read, or is damaged
     */
    static Optional<PyTorchFile> open(Path path) {
        MappedFile file = null;
        Optional<PyTorchFile> opened = Optional.empty();
        try {
            file = MappedFile.open(path);
            ForeignFormat.requireNone(path, file);
            opened = open(path.toString(), file);
            return opened;
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(path + " cannot be read: " + e.getMessage(), e);
        } finally {
            if (opened.isEmpty() && file != null) {
                close(file);
            }
        }
    }

    private static Optional<PyTorchFile> open(String source, MappedFile file) throws IOException {
        ByteBuffer start = file.copy(0, SAFETENSORS_HEADER + 1);
        if (start.limit() == 0 || start.limit() > SAFETENSORS_HEADER && start.get(SAFETENSORS_HEADER) == '{') {
            return Optional.empty();
        }
        if (start.limit() >= Integer.BYTES && (start.getInt(0) == ZIP_ENTRY || start.getInt(0) == ZIP_END)) {
            ZipStorages zip = new ZipStorages(source, file);
            return Optional.of(new PyTorchFile(source, file, zip.structure(), zip));
        }
        if ((start.get(0) & 0xff) == PICKLE_PROTOCOL) {
            LegacyStorages legacy = new LegacyStorages(source, file);
            return Optional.of(new PyTorchFile(source, file, legacy.structure(), legacy));
        }
        return Optional.empty();
    }

    /**
     * The tensors of the state dict that is in a usual place.
     *
     * @throws ModelException if there is none, or it is damaged
     */
    List<Tensor> stateDict() throws IOException {
        Map<String, StridedTensor> stateDict = new Checkpoint(source).stateDict(structure);
        return tensors(stateDict, stateDict.keySet());
    }

    /** @see WeightsFile#outlines() */
    List<Outline> outlines() {
        Checkpoint checkpoint = new Checkpoint(source);
        List<Outline> outlines = new ArrayList<>();
        checkpoint.stateDicts(structure).forEach((key, tensors) ->
                outlines.add(new Outline(key, Checkpoint.shapes(tensors))));
        if (outlines.isEmpty()) {
            // Says what there is instead.
            checkpoint.stateDict(structure);
        }
        return outlines;
    }

    /** @see WeightsFile#settings() */
    ObjectNode settings() {
        return PlainValues.of(structure);
    }

    /** The tensors of a state dict that have one of the names. */
    List<Tensor> tensors(Outline outline, Collection<String> names) throws IOException {
        return tensors(new Checkpoint(source).stateDicts(structure).get(outline.key()), names);
    }

    private List<Tensor> tensors(Map<String, StridedTensor> stateDict, Collection<String> names) throws IOException {
        TensorReader reader = new TensorReader(source, storages);
        List<Tensor> tensors = new ArrayList<>();
        for (String name : names) {
            tensors.add(reader.read(name, stateDict.get(name)));
        }
        return tensors;
    }

    @Override
    public void close() {
        close(file);
    }

    private static void close(MappedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was written to it.
        }
    }

    /**
     * The texts and numbers of a pickle, and the lists and dicts of them, as JSON. Whatever else there is is left out,
     * and so are deeply nested or excessive values: a pickle may hold itself.
     */
    private static final class PlainValues {

        private static final int MAX_DEPTH = 4;

        /** Labels of tens of thousands of classes, some times over. */
        private static final int MAX_VALUES = 200_000;

        private int values;

        private PlainValues() {}

        /** Empty where the pickle is no dict. */
        static ObjectNode of(PickledValue root) {
            return root instanceof Dictionary dictionary
                    ? new PlainValues().object(dictionary, 0)
                    : JsonNodeFactory.instance.objectNode();
        }

        private Optional<JsonNode> plain(PickledValue value, int depth) {
            if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
                return Optional.empty();
            }
            JsonNodeFactory json = JsonNodeFactory.instance;
            if (value instanceof Text text) {
                return Optional.of(json.textNode(text.text()));
            }
            if (value instanceof WholeNumber number) {
                return Optional.of(json.numberNode(number.number()));
            }
            if (value instanceof RealNumber number) {
                return Optional.of(json.numberNode(number.number()));
            }
            if (value instanceof Sequence sequence) {
                return Optional.of(array(sequence, depth));
            }
            return value instanceof Dictionary dictionary ? Optional.of(object(dictionary, depth)) : Optional.empty();
        }

        private ArrayNode array(Sequence sequence, int depth) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < sequence.size() && values <= MAX_VALUES; i++) {
                plain(sequence.get(i), depth + 1).ifPresent(array::add);
            }
            return array;
        }

        private ObjectNode object(Dictionary dictionary, int depth) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, PickledValue> entry : dictionary.entries().entrySet()) {
                plain(entry.getValue(), depth + 1).ifPresent(value -> object.set(entry.getKey(), value));
            }
            return object;
        }
    }
}
