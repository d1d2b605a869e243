package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Network.TensorShape;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The known network that has the most in common with tensors that belong to none, so that an error can say what is
 * wrong with them.
 *
 * @param network the network
 * @param differences what keeps the tensors from being its own ({@link Network#differencesFrom})
 */
record NearestNetwork(Network network, List<String> differences) {

    /** Differences that a message lists; more are only counted. */
    private static final int MAX_LISTED_DIFFERENCES = 10;

    /** Width multipliers to compare with, in hundredths, the customary ones first. */
    private static final List<Integer> HUNDREDTHS = IntStream.concat(
            IntStream.of(100, 75, 50, 35, 25, 125, 150, 200), IntStream.rangeClosed(5, 300)).boxed().toList();

    NearestNetwork {
        differences = List.copyOf(differences);
    }

    /**
     * The nearest of the families' networks: of those whose names the tensors share most, and of their width
     * multipliers, the one whose shapes they share most. Of equals the first, in the order of the families.
     *
     * @param families those to choose from
     * @param shapes the tensors' shapes by name
     */
    static NearestNetwork of(List<Family> families, Map<String, List<Integer>> shapes) {
        List<Network> networks = families.stream()
                .flatMap(family -> NetworkRecognition.variants(family, shapes).stream().map(family::network))
                .toList();
        long fewestStrangers = networks.stream().mapToLong(network -> strangers(network, shapes)).min().orElseThrow(
                () -> new IllegalArgumentException("There is no family to choose from"));
        return networks.stream()
                .filter(network -> strangers(network, shapes) == fewestStrangers)
                .flatMap(NearestNetwork::ofCustomaryWidths)
                .map(network -> new NearestNetwork(network, network.differencesFrom(shapes)))
                .min(Comparator.comparingInt(nearest -> nearest.differences().size()))
                .orElseThrow();
    }

    private static Stream<Network> ofCustomaryWidths(Network network) {
        Family family = network.family();
        return !family.isScalable() ? Stream.of(network) : HUNDREDTHS.stream()
                .map(hundredths -> family.network(network.variant().withWidthMultiplier(hundredths / 100.0)));
    }

    /**
     * Whether nothing differs but what comes after the convolutions: somebody else's head on a known network.
     *
     * <p>The classifier is the last layer of every family, and its tensors' names begin with a word for it.
     */
    boolean differsInHeadAlone() {
        List<TensorShape> tensors = network.tensors();
        String last = tensors.get(tensors.size() - 1).name();
        String head = last.substring(0, last.indexOf('.') + 1);
        Set<String> body = tensors.stream().map(TensorShape::name).filter(name -> !name.startsWith(head))
                .collect(Collectors.toSet());
        return !differences.isEmpty()
                && differences.stream().noneMatch(difference -> body.contains(difference.split(" ")[1]));
    }

    /** {@code timm LARGE x1.0 with 1000 classes; the first ten of 37 differences: ...}. */
    @Override
    public String toString() {
        List<String> listed = differences.subList(0, Math.min(MAX_LISTED_DIFFERENCES, differences.size()));
        String count = switch (differences.size()) {
            case 0 -> "no difference";
            case 1 -> "the only difference: ";
            default -> differences.size() > MAX_LISTED_DIFFERENCES
                    ? "the first ten of " + differences.size() + " differences: "
                    : "the " + differences.size() + " differences: ";
        };
        return network + "; " + count + String.join("; ", listed);
    }

    /** Names that only one side has. */
    private static long strangers(Network network, Map<String, List<Integer>> shapes) {
        List<TensorShape> expected = network.tensors();
        long shared = expected.stream().filter(tensor -> shapes.containsKey(tensor.name())).count();
        return expected.size() - shared + shapes.size() - shared;
    }
}
