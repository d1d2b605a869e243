package io.flinkvision.core.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Finds the keys of {@link PublishedConfig} in one or several JSON objects. */
final class PublishedConfigReader {

    /** Keys under which training scripts and timm keep the keys that count here; the weights' own come first. */
    private static final List<String> SECTIONS = List.of("pretrained_cfg", "default_cfg", "model_cfg", "data_config",
            "cfg", "config", "args", "hyper_parameters", "hparams", "model_args");

    /** More than this is no size of a picture and no number of classes. */
    private static final int MAX_COUNT = 1_000_000;

    /** transformers' own names, which say nothing. */
    private static final String UNNAMED = "LABEL_[0-9]+";

    /** The files of a Hugging Face repository that describe its weights. */
    private static final List<String> FILES = List.of("config.json", "preprocessor_config.json");

    /** Labels of tens of thousands of classes take some. */
    private static final long MAX_FILE_BYTES = 16 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final List<JsonNode> roots;
    private final List<String> unsupported = new ArrayList<>();

    /**
     * @param source the origin, for messages
     * @param roots objects, of which the first that has a key counts
     */
    PublishedConfigReader(String source, List<JsonNode> roots) {
        this.source = source;
        this.roots = roots;
    }

    /**
     * The settings in the files beside a file of weights.
     *
     * @param remarks receives a remark on a file that cannot be read
     * @return empty where there is none of use
     */
    static Optional<PublishedConfig> beside(Path weights, Consumer<String> remarks) {
        List<String> found = new ArrayList<>();
        List<JsonNode> roots = new ArrayList<>();
        for (String name : FILES) {
            Path file = weights.resolveSibling(name);
            if (Files.isRegularFile(file)) {
                read(file, remarks).ifPresent(root -> {
                    found.add(file.toString());
                    roots.add(root);
                });
            }
        }
        return roots.isEmpty()
                ? Optional.empty()
                : Optional.of(PublishedConfig.of(String.join(" and ", found), roots.toArray(JsonNode[]::new)));
    }

    private static Optional<JsonNode> read(Path file, Consumer<String> remarks) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                remarks.accept(file + " has more than " + MAX_FILE_BYTES + " bytes, and was ignored");
                return Optional.empty();
            }
            return Optional.of(JSON.readTree(Files.readAllBytes(file))).filter(JsonNode::isObject);
        } catch (IOException e) {
            remarks.accept(file + " is not valid JSON, and was ignored");
            return Optional.empty();
        }
    }

    /** Reads what is there, and leaves out what is malformed or missing. */
    PublishedConfig read() {
        OptionalInt shortestEdge = size(find("size").path("shortest_edge"), find("size"));
        OptionalInt croppedTo = size(find("crop_size").path("height"), find("crop_size"));
        OptionalInt squareSize = size(find("size").path("height"));
        OptionalDouble crop = number("crop_pct").isPresent() ? number("crop_pct") : number("crop_fraction");
        boolean isCropped = croppedTo.isPresent() || crop.isPresent();
        OptionalInt inputSize = first(size(find("input_size").path(2), find("input_size"), find("img_size"),
                find("image_size"), find("imgsz").path(0), find("imgsz")), croppedTo, squareSize,
                crop.isPresent() ? shortestEdge : OptionalInt.empty());
        requireSquare();
        return new PublishedConfig(source, text("architecture", "arch", "model_name", "model", "model_type"),
                size(findAbove("num_classes")), inputSize, crop,
                isCropped && crop.isEmpty() && croppedTo.isPresent() ? shortestEdge : OptionalInt.empty(),
                isStretched(squareSize.isPresent() && !isCropped, crop), interpolation(),
                normalisation("mean", "image_mean", 0), normalisation("std", "image_std", 1), labels(),
                unsupported);
    }

    /** A missing node where no object has the key. */
    private JsonNode find(String key) {
        return sections().map(section -> section.path(key)).filter(PublishedConfigReader::isSaid).findFirst()
                .orElse(MissingNode.getInstance());
    }

    private Stream<JsonNode> sections() {
        return roots.stream().flatMap(root -> Stream.concat(
                SECTIONS.stream().map(root::path).filter(JsonNode::isObject), Stream.of(root)));
    }

    /** Settings of the weights themselves stand above the section about the weights that training started from. */
    private JsonNode findAbove(String key) {
        return roots.stream().map(root -> root.path(key)).filter(PublishedConfigReader::isSaid).findFirst()
                .orElseGet(() -> find(key));
    }

    private Optional<String> text(String... keys) {
        return Stream.of(keys).flatMap(key -> Stream.concat(roots.stream(), sections()).map(node -> node.path(key)))
                .filter(JsonNode::isTextual).map(JsonNode::textValue).filter(text -> !text.isBlank()).findFirst();
    }

    private static OptionalInt size(JsonNode... nodes) {
        return Stream.of(nodes)
                .filter(node -> node.canConvertToInt() && node.intValue() > 0 && node.intValue() <= MAX_COUNT)
                .mapToInt(JsonNode::intValue).findFirst();
    }

    private OptionalDouble number(String key) {
        JsonNode node = find(key);
        return node.isNumber() && node.doubleValue() > 0 && node.doubleValue() <= 1
                ? OptionalDouble.of(node.doubleValue())
                : OptionalDouble.empty();
    }

    private void requireSquare() {
        JsonNode size = find("input_size");
        if (size.size() == 3 && !size.path(1).equals(size.path(2))) {
            unsupported.add("input_size " + size + ", which is not square");
        }
    }

    private boolean isStretched(boolean bySize, OptionalDouble crop) {
        Optional<String> mode = text("crop_mode").filter(given -> !given.equals("center"));
        boolean isSquash = mode.filter("squash"::equals).isPresent() && crop.orElse(1) == 1;
        mode.filter(given -> !isSquash).ifPresent(given ->
                unsupported.add("crop_mode " + given + ", for which the centre is cropped"));
        return bySize || isSquash;
    }

    private Optional<Interpolation> interpolation() {
        JsonNode node = find("interpolation").isMissingNode() ? find("resample") : find("interpolation");
        // The numbers are Pillow's.
        Optional<Interpolation> known = switch (node.asText().toLowerCase(Locale.ROOT)) {
            case "bilinear", "2" -> Optional.of(Interpolation.BILINEAR);
            case "bicubic", "3" -> Optional.of(Interpolation.BICUBIC);
            case "nearest", "0" -> Optional.of(Interpolation.NEAREST);
            default -> Optional.empty();
        };
        if (known.isEmpty() && isSaid(node) && !node.asText().isEmpty()) {
            unsupported.add("interpolation " + node.asText() + ", for which bicubic is taken");
            return Optional.of(Interpolation.BICUBIC);
        }
        return known;
    }

    /** One of transformers' can be switched off; its samples are those from 0 to 1 if nothing else is said. */
    private Optional<List<Float>> normalisation(String key, String ofTransformers, float neutral) {
        JsonNode factor = find("rescale_factor");
        if (factor.isNumber() && Math.abs(factor.doubleValue() * 255 - 1) > 1e-3
                || find("do_rescale").isBoolean() && !find("do_rescale").booleanValue()) {
            unsupported.add("samples that are not scaled from 0 to 1; give --mean and --std");
            return Optional.empty();
        }
        if (find("do_normalize").isBoolean() && !find("do_normalize").booleanValue()) {
            return Optional.of(List.of(neutral, neutral, neutral));
        }
        JsonNode node = find(key).isMissingNode() ? find(ofTransformers) : find(key);
        List<Float> values = elements(node).filter(JsonNode::isNumber).map(JsonNode::floatValue).toList();
        return values.size() == 3 && node.size() == 3 ? Optional.of(values) : Optional.empty();
    }

    private Optional<List<String>> labels() {
        return Stream.<Supplier<Optional<List<String>>>>of(this::describedLabels, () -> listed("label_names"),
                        () -> byIndex("id2label"), () -> listed("class_names"), () -> byIndex("names"),
                        () -> listed("names"), () -> byIndex("classes"), () -> listed("classes"),
                        () -> byName("class_to_idx"), () -> byName("label2id"))
                .map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    /** timm's names are synsets where it has descriptions for them. */
    private Optional<List<String>> describedLabels() {
        JsonNode descriptions = findAbove("label_descriptions");
        return listed("label_names").map(names -> names.stream()
                .map(name -> descriptions.path(name).asText(name)).toList());
    }

    private Optional<List<String>> listed(String key) {
        JsonNode node = findAbove(key);
        return Optional.of(elements(node).map(JsonNode::asText).toList())
                .filter(names -> node.isArray() && isOneEach(names));
    }

    /** From numbers, which JSON has as texts, to names. */
    private Optional<List<String>> byIndex(String key) {
        TreeMap<Integer, String> names = new TreeMap<>();
        findAbove(key).properties().forEach(entry -> index(entry.getKey())
                .ifPresent(index -> names.put(index, entry.getValue().asText())));
        return complete(names);
    }

    private Optional<List<String>> byName(String key) {
        TreeMap<Integer, String> names = new TreeMap<>();
        findAbove(key).properties().forEach(entry -> wholeNumber(entry.getValue())
                .ifPresent(index -> names.put(index, entry.getKey())));
        return complete(names);
    }

    private static Optional<List<String>> complete(TreeMap<Integer, String> names) {
        return Optional.of(List.copyOf(names.values()))
                .filter(list -> !list.isEmpty() && names.lastKey() == list.size() - 1 && isOneEach(list));
    }

    private static boolean isOneEach(List<String> names) {
        return !names.isEmpty() && names.stream().noneMatch(String::isBlank)
                && !names.stream().allMatch(name -> name.matches(UNNAMED));
    }

    private static OptionalInt index(String text) {
        return text.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    private static OptionalInt wholeNumber(JsonNode node) {
        return node.canConvertToInt() && node.isIntegralNumber() && node.intValue() >= 0
                ? OptionalInt.of(node.intValue())
                : OptionalInt.empty();
    }

    private static Stream<JsonNode> elements(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static OptionalInt first(OptionalInt... values) {
        return Stream.of(values).filter(OptionalInt::isPresent).findFirst().orElse(OptionalInt.empty());
    }

    private static boolean isSaid(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }
}
