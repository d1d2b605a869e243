package io.flinkvision.model;

import io.flinkvision.model.weights.StateDict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells from a state dict's names and shapes alone which network it belongs to. */
public final class NetworkRecognition {

    /** Width multipliers are tried in hundredths, from 0.05 to 4: the widths that people train are among them. */
    private static final int SMALLEST_HUNDREDTHS = 5;

    private static final int LARGEST_HUNDREDTHS = 400;

    private NetworkRecognition() {}

    /**
     * The network whose tensors are exactly those of a state dict; empty where no known family has such a one. Where
     * several width multipliers give the same widths, the one nearest to 1 is told.
     */
    public static Optional<Network> recognise(StateDict stateDict) {
        Map<String, List<Integer>> shapes = stateDict.shapes();
        for (Family family : Family.values()) {
            for (NetworkSize size : NetworkSize.values()) {
                Optional<Network> network = recognise(family, size, shapes);
                if (network.isPresent()) {
                    return network;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Network> recognise(Family family, NetworkSize size, Map<String, List<Integer>> shapes) {
        Network standard = family.network(new Variant(size, 1, false, 1));
        List<TensorShape> expected = standard.tensors();
        List<Integer> classifier = shapes.get(expected.get(expected.size() - 1).name());
        boolean sameNames = expected.size() == shapes.size()
                && expected.stream().allMatch(tensor -> shapes.containsKey(tensor.name()));
        if (!sameNames || classifier.isEmpty() || classifier.get(0) < 1) {
            return Optional.empty();
        }
        for (Variant variant : variants(family, size, classifier.get(0))) {
            Network network = family.network(variant);
            if (shapes(network).equals(shapes)) {
                return Optional.of(network);
            }
        }
        return Optional.empty();
    }

    private static List<Variant> variants(Family family, NetworkSize size, int classes) {
        if (!family.isScalable()) {
            return List.of(new Variant(size, 1, false, classes));
        }
        List<Variant> variants = new ArrayList<>();
        for (int distance = 0; distance <= LARGEST_HUNDREDTHS; distance++) {
            for (int hundredths : distance == 0 ? new int[] {100} : new int[] {100 - distance, 100 + distance}) {
                if (hundredths >= SMALLEST_HUNDREDTHS && hundredths <= LARGEST_HUNDREDTHS) {
                    variants.add(new Variant(size, hundredths / 100.0, false, classes));
                    variants.add(new Variant(size, hundredths / 100.0, true, classes));
                }
            }
        }
        return variants;
    }

    private static Map<String, List<Integer>> shapes(Network network) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        network.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return shapes;
    }
}
