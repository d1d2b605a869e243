package io.flinkvision.core.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a trained network by name, as PyTorch calls it. */
public final class StateDict {

    /** More than any MobileNetV3 has: a file of more would cost memory before it is refused. */
    static final int MAX_TENSORS = 10_000;

    /** PyTorch's counter of training steps: it may be there or not, and nothing is computed with it. */
    private static final String TRAINING_COUNTER_SUFFIX = ".num_batches_tracked";

    private static final String DATA_PARALLEL_PREFIX = "module.";

    private final String source;
    private final Map<String, Tensor> tensors;

    private StateDict(String source, Map<String, Tensor> tensors) {
        this.source = source;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * A state dict of tensors that are already there.
     *
     * @param source where they come from, for errors
     * @throws ModelException if two tensors have the same name
     */
    public static StateDict of(String source, Collection<Tensor> tensors) {
        Map<String, Tensor> byName = new LinkedHashMap<>();
        for (Tensor tensor : tensors) {
            if (byName.put(tensor.name(), tensor) != null) {
                throw new ModelException(source + ": there are two tensors called " + tensor.name());
            }
        }
        return new StateDict(source, byName);
    }

    /**
     * Reads a safetensors file, or a PyTorch checkpoint in the zip or legacy form, detected from the content and not
     * the name. Nothing of a checkpoint is run: tensors and plain values are read, anything else is refused.
     *
     * <p>A checkpoint is the state dict itself, or a dictionary that holds one as its entry {@code state_dict},
     * {@code model}, {@code model_state_dict}, {@code state_dict_ema} or {@code model_ema}, the first of these that is
     * there. A prefix {@code module.} of all names, which PyTorch's DataParallel adds, is dropped.
     *
     * @throws ModelException if it cannot be read, or is no sound file of these formats
     */
    public static StateDict read(Path file) {
        Optional<PyTorchFile> pyTorch = PyTorchFile.open(file);
        try {
            List<Tensor> tensors = pyTorch.isPresent() ? pyTorch.get().stateDict() : SafetensorsFile.read(file);
            return of(file.toString(), withoutDataParallelPrefix(tensors));
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        } finally {
            pyTorch.ifPresent(PyTorchFile::close);
        }
    }

    private static List<Tensor> withoutDataParallelPrefix(List<Tensor> tensors) {
        if (!tensors.stream().allMatch(tensor -> tensor.name().startsWith(DATA_PARALLEL_PREFIX))) {
            return tensors;
        }
        return tensors.stream()
                .map(tensor -> new Tensor(tensor.name().substring(DATA_PARALLEL_PREFIX.length()), tensor.type(),
                        tensor.shape(), tensor.data()))
                .toList();
    }

    /** The names of the tensors, in the file's order. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** The shapes of the tensors that something is computed with, by name. */
    public Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (!isTrainingCounter(name)) {
                shapes.put(name, tensor.shape());
            }
        });
        return shapes;
    }

    /** Whether a tensor is a counter of training steps, which counts for nothing. */
    public static boolean isTrainingCounter(String name) {
        return name.endsWith(TRAINING_COUNTER_SUFFIX);
    }

    /** The source of the tensors, for messages. */
    public String source() {
        return source;
    }

    /**
     * A tensor.
     *
     * @throws ModelException if there is none of the name
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(source + ": tensor " + name + " is missing");
        }
        return tensor;
    }

    /**
     * The elements of a tensor.
     *
     * @throws ModelException if there is no such tensor, or an element of it is not finite
     */
    public float[] floats(String name) {
        float[] floats = tensor(name).floats();
        for (int i = 0; i < floats.length; i++) {
            if (!Float.isFinite(floats[i])) {
                throw new ModelException(source + ": element " + i + " of tensor " + name + " is " + floats[i]
                        + "; the weights are damaged, or the training that made them diverged");
            }
        }
        return floats;
    }

    /** The source of the tensors, for messages. */
    @Override
    public String toString() {
        return source;
    }
}
