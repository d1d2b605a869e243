package io.flinkvision.core.bundle;

import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.NetworkRecognition;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import io.flinkvision.core.weights.WeightsFile;
import io.flinkvision.core.weights.WeightsFile.Outline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the known networks in a file of weights: in which of its state dicts, and under which prefix of the tensors'
 * names. Wrappers add prefixes: {@code module.} is DataParallel's, {@code _orig_mod.} torch.compile's, and
 * {@code model.} or {@code backbone.} those of training scripts.
 */
final class NetworkSearch {

    /** The usual keys of a state dict, the likeliest first. */
    private static final List<String> USUAL_KEYS = List.of("", "state_dict", "model", "model_state_dict");

    /** An average of the weights, or the teacher of a student, is taken only where there is nothing else. */
    private static final Pattern AVERAGE =
            Pattern.compile("(^|[._])(ema|swa|avg|average|averaged|shadow|teacher)([._]|$)");

    private static final String COMPILED = "_orig_mod.";

    /** The names of each family's first tensor; the text before one of them is a prefix. */
    private static final Set<String> FIRST_TENSORS = Stream.of(Family.values())
            .map(family -> family.network(new Variant(NetworkSize.SMALL, 1, false, 1)).tensors().get(0).name())
            .collect(Collectors.toSet());

    /** Bounds the work for a hostile file. */
    private static final int MAX_PARTS = 500;

    /** Fewer than the least of the networks has. */
    private static final int MIN_TENSORS = 50;

    private NetworkSearch() {}

    /** The tensors of a state dict whose names begin with a prefix. */
    private record Part(Outline outline, String prefix) {

        /** The names in the file with those that the tensors get; not kept, as prefixes may be many. */
        Map<String, String> names() {
            Map<String, String> names = new LinkedHashMap<>();
            for (String inFile : outline.shapes().keySet()) {
                String name = withoutCompiled(inFile);
                if (name.startsWith(prefix)) {
                    names.put(inFile, name.substring(prefix.length()));
                }
            }
            return names;
        }

        /** The name that users give it: the keys and the prefix, joined by dots. */
        String key() {
            String under = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
            return outline.key().isEmpty() || under.isEmpty()
                    ? outline.key() + under
                    : outline.key() + "." + under;
        }

        Map<String, List<Integer>> shapes() {
            Map<String, List<Integer>> shapes = new LinkedHashMap<>();
            names().forEach((inFile, name) -> {
                if (!StateDict.isTrainingCounter(name)) {
                    shapes.put(name, outline.shapes().get(inFile));
                }
            });
            return shapes;
        }

        int rank() {
            int usual = USUAL_KEYS.indexOf(outline.key());
            return (usual < 0 ? USUAL_KEYS.size() : usual)
                    + (AVERAGE.matcher(key()).find() ? USUAL_KEYS.size() + 1 : 0);
        }
    }

    /**
     * The network that was found.
     *
     * @param stateDict its tensors, under the network's own names
     * @param networks those that have exactly these tensors, the likeliest first
     * @param place where they are
     */
    record Found(StateDict stateDict, List<Network> networks, RecognisedModel.Tensors.Place place) {

        Found {
            networks = List.copyOf(networks);
        }
    }

    /**
     * Finds the network that is meant.
     *
     * @param family whose network it is, where that is known
     * @param wanted its key, where the file holds several
     * @throws ModelException if there is none, or it is open which is meant
     */
    static Found find(WeightsFile file, Optional<Family> family, Optional<String> wanted) {
        List<Part> parts = new ArrayList<>();
        for (Outline outline : file.outlines()) {
            parts.addAll(parts(outline));
            if (parts.size() > MAX_PARTS) {
                throw new ModelException(file.path() + " has more than " + MAX_PARTS + " places for a network, the"
                        + " limit");
            }
        }
        Map<Part, List<Network>> found = new LinkedHashMap<>();
        for (Part part : parts) {
            List<Network> networks = part.names().size() < MIN_TENSORS
                    ? List.of()
                    : NetworkRecognition.find(part.shapes(), family);
            if (!networks.isEmpty()) {
                found.put(part, networks);
            }
        }
        if (found.isEmpty()) {
            Part nearest = parts.stream().min(Comparator.comparingInt(Part::rank)
                    .thenComparing(Comparator.comparingInt((Part part) -> part.names().size()).reversed()))
                    .orElseThrow();
            throw NetworkRecognition.unknown(file.path() + (nearest.key().isEmpty() ? "" : ", " + nearest.key() + ","),
                    nearest.shapes(), family);
        }
        Part chosen = wanted.isPresent()
                ? named(file, found.keySet(), wanted.get())
                : likeliest(file, found.keySet());
        RecognisedModel.Tensors.Place place = new RecognisedModel.Tensors.Place(chosen.key(),
                found.keySet().stream().filter(part -> part != chosen).map(Part::key).toList(),
                chosen.outline().shapes().size() - chosen.names().size());
        return new Found(file.read(chosen.outline(), chosen.names()), found.get(chosen), place);
    }

    private static Part named(WeightsFile file, Set<Part> found, String wanted) {
        List<Part> matching = found.stream()
                .filter(part -> part.key().equals(wanted) || part.outline().key().equals(wanted))
                .sorted(Comparator.comparing(part -> !part.key().equals(wanted)))
                .toList();
        if (matching.isEmpty()) {
            throw new ModelException(file.path() + " holds no network that is known under " + wanted + "; there is "
                    + keys(found));
        }
        return matching.get(0);
    }

    private static Part likeliest(WeightsFile file, Set<Part> found) {
        int best = found.stream().mapToInt(Part::rank).min().orElseThrow();
        List<Part> likeliest = found.stream().filter(part -> part.rank() == best).toList();
        if (likeliest.size() > 1) {
            throw new ModelException(file.path() + " holds " + found.size() + " networks: " + keys(found)
                    + ". --network KEY says which is meant");
        }
        return likeliest.get(0);
    }

    private static String keys(Set<Part> found) {
        return found.stream().map(Part::key).map(key -> key.isEmpty() ? "the one of the whole file" : key)
                .collect(Collectors.joining(", "));
    }

    /** The state dict itself, and its parts below each prefix of a network's first tensor. */
    private static List<Part> parts(Outline outline) {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String inFile : outline.shapes().keySet()) {
            String name = withoutCompiled(inFile);
            for (String first : FIRST_TENSORS) {
                if (name.endsWith("." + first)) {
                    prefixes.add(name.substring(0, name.length() - first.length()));
                }
            }
        }
        prefixes.add("");
        return prefixes.stream().limit(MAX_PARTS + 1).map(prefix -> new Part(outline, prefix)).toList();
    }

    /** torch.compile puts it before the names of whatever module was compiled, of the whole or of a part. */
    private static String withoutCompiled(String name) {
        return name.replace(COMPILED, "");
    }
}
