package io.flinkvision.core.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open file of weights: the state dicts in it, and the plain values beside them. Of a PyTorch checkpoint
 * nothing is run, and only the state dict that is asked for is read.
 */
public final class WeightsFile implements Closeable {

    private final Path path;
    private final Optional<PyTorchFile> pyTorch;
    private final Map<String, Tensor> safetensors;

    private WeightsFile(Path path, Optional<PyTorchFile> pyTorch, Map<String, Tensor> safetensors) {
        this.path = path;
        this.pyTorch = pyTorch;
        this.safetensors = safetensors;
    }

    /**
     * A state dict without its numbers.
     *
     * @param key the keys of the dicts that lead to it, with dots between them; empty where it is the whole file
     * @param shapes the tensors' shapes by name, in the file's order
     */
    public record Outline(String key, Map<String, List<Integer>> shapes) {}

    /**
     * Opens a safetensors file, or a PyTorch checkpoint in the zip or legacy form, detected from the content.
     *
     * @throws ModelException if it cannot be read, or is no sound file of these formats
     */
    public static WeightsFile open(Path path) {
        Optional<PyTorchFile> pyTorch = PyTorchFile.open(path);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (pyTorch.isEmpty()) {
            SafetensorsFile.read(path).forEach(tensor -> tensors.put(tensor.name(), tensor));
        }
        return new WeightsFile(path, pyTorch, tensors);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /**
     * The state dicts, in the file's order.
     *
     * @return at least one
     * @throws ModelException if there is none
     */
    public List<Outline> outlines() {
        if (pyTorch.isPresent()) {
            return pyTorch.get().outlines();
        }
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        safetensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return List.of(new Outline("", shapes));
    }

    /** The numbers, texts, lists and dicts of them that a checkpoint holds beside its weights. */
    public ObjectNode settings() {
        return pyTorch.map(PyTorchFile::settings).orElseGet(JsonNodeFactory.instance::objectNode);
    }

    /**
     * Reads a state dict, or a part of one.
     *
     * @param outline one of {@link #outlines()}
     * @param names those of the file that are wanted, with the names that they get
     * @throws ModelException if a tensor is damaged, or of a type that is not read
     */
    public StateDict read(Outline outline, Map<String, String> names) {
        try {
            List<Tensor> tensors = pyTorch.isPresent()
                    ? pyTorch.get().tensors(outline, names.keySet())
                    : names.keySet().stream().map(safetensors::get).toList();
            return StateDict.of(path.toString(), tensors.stream()
                    .map(tensor -> new Tensor(names.get(tensor.name()), tensor.type(), tensor.shape(), tensor.data()))
                    .toList());
        } catch (IOException e) {
            throw new ModelException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        pyTorch.ifPresent(PyTorchFile::close);
    }
}
