package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Recognises a network by the names and shapes of its state dict.
 *
 * <p>Family, size, width multiplier, reduced tail and classes all show in them, and everything is exact: a tensor too
 * many, too few or of another shape, and the network is not recognised. What does not show is what has no tensors:
 *
 * <ul>
 *   <li>timm's own networks and its ports of TensorFlow's weights have the same names and shapes; they differ in
 *       padding and in batch normalisation's epsilon ({@link Family#TIMM}, {@link Family#TIMM_TF}). Both are returned,
 *       timm's own first, unless there are 1001 classes: TensorFlow's ImageNet networks keep class 0 for the
 *       background. Minimalistic networks are TensorFlow's for certain.
 *   <li>a batch normalisation's epsilon, or a preprocessing, that is not the family's own.
 *   <li>which of the width multipliers that round to the same widths was meant; a customary one is returned.
 * </ul>
 */
public final class NetworkRecognition {

    /** ImageNet's thousand classes and TensorFlow's background. */
    private static final int CLASSES_WITH_BACKGROUND = 1001;

    /** The number of classes in an error if no tensor shows it: ImageNet's. */
    private static final int DEFAULT_CLASSES = 1000;

    private NetworkRecognition() {}

    /**
     * The networks whose tensors are exactly those of a state dict, the likeliest first.
     *
     * @return at least one
     * @throws ModelException if there is none; it names the nearest network and what differs
     */
    public static List<Network> recognise(StateDict stateDict) {
        return require(stateDict, Optional.empty());
    }

    /**
     * The network of a given family whose tensors are exactly those of a state dict, for callers who know more than
     * the tensors tell.
     *
     * @throws ModelException if there is none; it names the family's nearest network and what differs
     */
    public static Network recognise(StateDict stateDict, Family family) {
        return require(stateDict, Optional.of(family)).get(0);
    }

    private static List<Network> require(StateDict stateDict, Optional<Family> family) {
        List<Network> networks = find(stateDict.shapes(), family);
        if (networks.isEmpty()) {
            throw unknown(stateDict.toString(), stateDict.shapes(), family);
        }
        return networks;
    }

    /**
     * The networks, of one family or of all, whose tensors are exactly those of the shapes, the likeliest first.
     *
     * @return none where there is none
     */
    public static List<Network> find(Map<String, List<Integer>> shapes, Optional<Family> family) {
        List<Network> networks = new ArrayList<>();
        for (Family candidate : family.map(List::of).orElse(List.of(Family.values()))) {
            find(candidate, shapes).ifPresent(networks::add);
        }
        networks.sort(Comparator.comparing(network -> !isLikely(network)));
        return List.copyOf(networks);
    }

    /** Names the nearest network to tensors that are no known one's, what differs, and the way past that. */
    public static ModelException unknown(String source, Map<String, List<Integer>> shapes, Optional<Family> family) {
        NearestNetwork nearest = NearestNetwork.of(family.map(List::of).orElse(List.of(Family.values())), shapes);
        return new ModelException(source + " holds no MobileNetV3 "
                + family.map(known -> "of the " + known.id() + " family").orElse("that is known") + ". The nearest is "
                + nearest + (nearest.differsInHeadAlone() ? ". Only the last layers are other ones" : "")
                + ". A network with layers of its own can be used as ONNX: torch.onnx.export(model.eval(),"
                + " torch.zeros(1, 3, 224, 224), 'model.onnx')");
    }

    private static boolean isLikely(Network network) {
        return network.family() == Family.TIMM_TF || network.variant().classes() != CLASSES_WITH_BACKGROUND;
    }

    private static Optional<Network> find(Family family, Map<String, List<Integer>> shapes) {
        return variants(family, shapes).stream()
                .filter(variant -> sharesNames(family.network(variant), shapes))
                .flatMap(variant -> WidthMultiplierSearch.find(family, variant, shapes).stream())
                .findFirst();
    }

    /** The family's variants at a width multiplier of 1, with the classes of the tensors. */
    static List<Variant> variants(Family family, Map<String, List<Integer>> shapes) {
        List<Variant> variants = new ArrayList<>();
        for (NetworkSize size : NetworkSize.values()) {
            Variant plain = new Variant(size, 1, false, classes(family, shapes));
            variants.add(plain);
            if (family.hasReducedTails()) {
                variants.add(new Variant(size, 1, true, plain.classes()));
            }
            if (family.hasMinimalisticNetworks()) {
                variants.add(new Variant(size, 1, false, true, plain.classes()));
            }
        }
        return variants;
    }

    /** The elements of the classifier's bias, the last tensor of every family. */
    private static int classes(Family family, Map<String, List<Integer>> shapes) {
        List<TensorShape> tensors = family.network(new Variant(NetworkSize.SMALL, 1, false, 1)).tensors();
        List<Integer> bias = shapes.getOrDefault(tensors.get(tensors.size() - 1).name(), List.of());
        return bias.size() == 1 && bias.get(0) > 0 ? bias.get(0) : DEFAULT_CLASSES;
    }

    /** Whether half of the names are there: a glance before the search, since very small widths leave some out. */
    private static boolean sharesNames(Network network, Map<String, List<Integer>> shapes) {
        List<TensorShape> tensors = network.tensors();
        long shared = tensors.stream().filter(tensor -> shapes.containsKey(tensor.name())).count();
        return 2 * shared >= tensors.size();
    }

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
         * Whether only the layers after the convolutions differ: a custom head on a known network.
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
}
