package io.flinkvision.core.mobilenet;

import io.flinkvision.core.weights.ElementType;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** State dicts of zeros, for tests to which only names and shapes matter: all tensors share one piece of memory. */
public final class ZeroWeights {

    private ZeroWeights() {}

    public static StateDict stateDict(Map<String, List<Integer>> shapes) {
        int largest = shapes.values().stream().mapToInt(ZeroWeights::bytes).max().orElse(0);
        ByteBuffer zeros = ByteBuffer.allocate(largest);
        return StateDict.of("weights.safetensors", shapes.entrySet().stream()
                .map(entry -> new Tensor(entry.getKey(), ElementType.F32, entry.getValue(),
                        zeros.slice(0, bytes(entry.getValue()))))
                .toList());
    }

    public static StateDict stateDict(Network network) {
        return stateDict(shapes(network));
    }

    /** The shapes that a network expects, to be changed at will. */
    static Map<String, List<Integer>> shapes(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return shapes;
    }

    private static int bytes(List<Integer> shape) {
        return shape.stream().reduce(Float.BYTES, Math::multiplyExact);
    }
}
