package io.flinkvision.core.bundle;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that a runtime needs to serve a network, as texts in the ONNX model itself ({@code metadata_props}): the
 * keys of a bundle's {@link BundleOptions description} under {@code flink-vision.}, and {@code labels}, one per line.
 */
public final class OnnxMetadata {

    /** Begins all keys, since an author may have texts of the same names. */
    private static final String PREFIX = "flink-vision.";

    /** The keys of a description that are read back; a bundle's name is its new owner's choice. */
    private static final List<Option<?>> READ_BACK = Stream.concat(
            Stream.of(BundleOptions.SCORES), BundleOptions.OF_PREPROCESSING.stream()).toList();

    private static final String LABELS = PREFIX + "labels";

    /** What other exporters call the classes, which are not those of a head. */
    private static final List<String> FOREIGN_LABELS = List.of("names", "classes");

    /** Python's lists and dicts of texts and numbers are JSON but for their quotes and keys. */
    private static final ObjectMapper LITERALS = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
                    JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private OnnxMetadata() {}

    /**
     * The network of a bundle, as the job runs it, with what its description says.
     *
     * @return an ONNX model
     * @throws ModelException if the bundle's weights cannot be used
     */
    public static byte[] export(ModelBundle bundle) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(bundle.onnx()).toBuilder();
            Map<String, String> metadata = new TreeMap<>();
            model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
            if (bundle.weights() instanceof Weights.Taught) {
                metadata.keySet().removeAll(FOREIGN_LABELS);
            }
            metadata.put(PREFIX + BundleOptions.NAME.path(), bundle.name());
            metadata.put(PREFIX + BundleOptions.SCORES.path(),
                    BundleOptions.SCORES.type().print(bundle.weights().scores()));
            metadata.put(LABELS, String.join("\n", bundle.labels()));
            PreprocessingText.write(bundle.preprocessing())
                    .forEach((option, text) -> metadata.put(PREFIX + option.path(), text));
            model.clearMetadataProps();
            metadata.forEach((key, value) -> model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
            return model.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(bundle.weights().file() + " is not an ONNX model: " + e.getMessage(), e);
        }
    }

    /** The labels that a model carries, if it does. */
    static Optional<List<String>> labels(OnnxModel model) {
        return Optional.ofNullable(model.metadata().get(LABELS)).map(text -> List.of(text.split("\n", -1)));
    }

    /**
     * The preprocessing that a model carries, if it does.
     *
     * @throws ConfigurationException if it carries something wrong
     */
    static Optional<Preprocessing> preprocessing(OnnxModel model) {
        if (!model.metadata().containsKey(PREFIX + BundleOptions.INPUT_SIZE.path())) {
            return Optional.empty();
        }
        OptionValues configuration = configuration(model);
        return Optional.of(PreprocessingText.read(configuration, configuration.get(BundleOptions.INPUT_SIZE)));
    }

    /** The kind of output that a model declares, if it does. */
    static Optional<Scores> scores(OnnxModel model) {
        return configuration(model).find(BundleOptions.SCORES);
    }

    /**
     * The metadata of other exporters: Ultralytics keeps {@code names} and {@code imgsz} as Python or JSON, and shows
     * its classifiers samples from 0 to 1 of the centre of the picture.
     */
    static PublishedConfig publishedConfig(OnnxModel model) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (String key : List.of("names", "classes", "imgsz")) {
            Optional.ofNullable(model.metadata().get(key)).flatMap(OnnxMetadata::literal)
                    .ifPresent(value -> root.set(key, value));
        }
        boolean isUltralytics = "Ultralytics".equals(model.metadata().get("author"))
                && "classify".equals(model.metadata().get("task"));
        if (isUltralytics) {
            root.put("crop_pct", 1.0).put("interpolation", "bilinear");
            root.putArray("mean").add(0).add(0).add(0);
            root.putArray("std").add(1).add(1).add(1);
        }
        return PublishedConfig.of(
                "the model's metadata" + (isUltralytics ? ", of a classifier of Ultralytics" : ""), root);
    }

    private static Optional<JsonNode> literal(String text) {
        try {
            return Optional.of(LITERALS.readTree(text)).filter(JsonNode::isContainerNode);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static OptionValues configuration(OnnxModel model) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Option<?> option : READ_BACK) {
            Optional.ofNullable(model.metadata().get(PREFIX + option.path()))
                    .ifPresent(text -> values.put(option.path(), text));
        }
        return ConfigurationReader.read(model.source() + ", metadata", READ_BACK, values);
    }
}
