package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.StridedTensor;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the state dict in what torch.save was given: the state dict itself, or a dictionary that holds one. */
final class Checkpoint {

    /**
     * The names that training scripts give it, in the order in which they are looked for. The average that some keep
     * beside the weights is used only if there is nothing else.
     */
    static final List<String> STATE_DICT_KEYS =
            List.of("state_dict", "model", "model_state_dict", "state_dict_ema", "model_ema");

    /** Nested dicts in which a state dict is searched for. */
    private static final int MAX_DEPTH = 4;

    private static final int MAX_DICTIONARIES = 10_000;

    /** Entries that an error lists. */
    private static final int MAX_LISTED_ENTRIES = 10;

    private final String source;

    /** @param source the file's name, for errors */
    Checkpoint(String source) {
        this.source = source;
    }

    /**
     * The tensors by name, in the file's order.
     *
     * @throws ModelException if there is no state dict, or something in it is no tensor
     */
    Map<String, StridedTensor> stateDict(PickledValue root) {
        if (!(root instanceof Dictionary dictionary)) {
            throw error("it holds " + root.kind() + ", not a state dict");
        }
        if (holdsTensorsOnly(dictionary)) {
            return tensors(dictionary);
        }
        for (String key : STATE_DICT_KEYS) {
            if (dictionary.entries().get(key) instanceof Dictionary stateDict) {
                return tensors(stateDict);
            }
        }
        if (dictionary.entries().values().stream().anyMatch(StridedTensor.class::isInstance)) {
            return tensors(dictionary);
        }
        throw error("it holds no state dict: of the entries " + STATE_DICT_KEYS + " none is a dict; there are "
                + listed(dictionary.entries().keySet()));
    }

    /**
     * All state dicts: the dicts that hold tensors, by the keys that lead to them, with dots between them. What they
     * hold besides tensors is left out.
     *
     * @throws ModelException if one has more tensors than any network
     */
    Map<String, Map<String, StridedTensor>> stateDicts(PickledValue root) {
        Map<String, Map<String, StridedTensor>> found = new LinkedHashMap<>();
        if (root instanceof Dictionary dictionary) {
            collect("", dictionary, 0, found, Collections.newSetFromMap(new IdentityHashMap<>()));
        }
        return found;
    }

    private void collect(String key, Dictionary dictionary, int depth, Map<String, Map<String, StridedTensor>> found,
            Set<Dictionary> seen) {
        if (depth > MAX_DEPTH || seen.size() > MAX_DICTIONARIES || !seen.add(dictionary)) {
            return;
        }
        Map<String, StridedTensor> tensors = new LinkedHashMap<>();
        dictionary.entries().forEach((name, value) -> {
            if (value instanceof StridedTensor tensor) {
                tensors.put(name, tensor);
            }
        });
        if (tensors.size() > StateDict.MAX_TENSORS) {
            throw error("a state dict has " + tensors.size() + " tensors; the limit is " + StateDict.MAX_TENSORS);
        }
        if (!tensors.isEmpty()) {
            found.putIfAbsent(key, tensors);
        }
        dictionary.entries().forEach((name, value) -> {
            if (value instanceof Dictionary inner) {
                collect(key.isEmpty() ? name : key + "." + name, inner, depth + 1, found, seen);
            }
        });
    }

    /** The shapes by name; a tensor of an impossible one is left out. */
    static Map<String, List<Integer>> shapes(Map<String, StridedTensor> tensors) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (tensor.shape().stream().allMatch(size -> size.signum() >= 0 && size.bitLength() < Integer.SIZE)) {
                shapes.put(name, tensor.shape().stream().map(BigInteger::intValueExact).toList());
            }
        });
        return shapes;
    }

    private static boolean holdsTensorsOnly(Dictionary dictionary) {
        return !dictionary.entries().isEmpty()
                && dictionary.entries().values().stream().allMatch(StridedTensor.class::isInstance);
    }

    private Map<String, StridedTensor> tensors(Dictionary stateDict) {
        if (stateDict.otherKeys() > 0) {
            throw error("the state dict has " + stateDict.otherKeys() + " entries with a key that is not a text");
        }
        if (stateDict.entries().isEmpty()) {
            throw error("the state dict is empty");
        }
        Map<String, StridedTensor> tensors = new LinkedHashMap<>();
        stateDict.entries().forEach((name, value) -> {
            if (!(value instanceof StridedTensor tensor)) {
                throw error("tensor " + name + ": the state dict has " + value.kind() + " of that name, which is not"
                        + " read as a tensor");
            }
            tensors.put(name, tensor);
        });
        return tensors;
    }

    private static String listed(Collection<String> names) {
        return names.stream().limit(MAX_LISTED_ENTRIES).collect(Collectors.joining(", ", "[", ""))
                + (names.size() > MAX_LISTED_ENTRIES ? ", ...]" : "]");
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
