package io.flinkvision.core.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The texts in a head's file that describe it (docs/models.md).
 *
 * @param source where the file is from, for errors
 * @param texts by their keys
 */
public record HeadMetadata(String source, Map<String, String> texts) {

    /** The texts that every head has, since others are not known. */
    public static final Map<String, String> FORMAT =
            Map.of("format-version", "1", "layer", "pooled", "normalisation", "l2");

    public static final String LABELS = "labels";
    public static final String BACKBONE_DIGEST = "backbone-digest";
    public static final String TEMPERATURE = "temperature";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws ModelException if it is no head, or one of another version */
    public HeadMetadata {
        Objects.requireNonNull(source, "source");
        texts = Map.copyOf(texts);
        requireFormat(source, texts, "format-version", "this is a head of another version of flink-vision");
        requireFormat(source, texts, "layer", "only heads on pooled features are known");
        requireFormat(source, texts, "normalisation", "only heads on features divided by their L2 norm are known");
    }

    private static void requireFormat(String source, Map<String, String> texts, String key, String reason) {
        String text = texts.get(key);
        if (text == null) {
            throw missing(source, texts, key);
        }
        if (!text.equals(FORMAT.get(key))) {
            throw new ModelException(source + ": '" + key + "' in the metadata is '" + text + "', not '"
                    + FORMAT.get(key) + "': " + reason);
        }
    }

    private static ModelException missing(String source, Map<String, String> texts, String key) {
        return new ModelException(source + ": the metadata have no '" + key + "'; "
                + (texts.isEmpty() ? "a head's file has metadata that describe it" : "a head must say it"));
    }

    /**
     * The labels' names, in the order of the rows.
     *
     * @throws ModelException if they are missing, or no JSON list of texts
     */
    public List<String> labels() {
        JsonNode list = required(LABELS, HeadMetadata::parse, "a JSON list of texts");
        List<String> labels = new ArrayList<>();
        for (JsonNode label : list) {
            if (!label.isTextual()) {
                throw new ModelException(
                        source + ": label " + labels.size() + " in the metadata is " + label + ", not a text");
            }
            labels.add(label.textValue());
        }
        return labels;
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isArray()) {
                throw new IllegalArgumentException("Not a list: " + text);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * SHA-256 of the weights of the network that it was taught on.
     *
     * @throws ModelException if it is missing
     */
    public String backboneDigest() {
        return text(BACKBONE_DIGEST);
    }

    /**
     * What the logits are divided by.
     *
     * @throws ModelException if it is missing, or no number
     */
    public double temperature() {
        return required(TEMPERATURE, Double::valueOf, "a number");
    }

    /** @throws ModelException if it is missing */
    public String text(String key) {
        return required(key, Function.identity(), "a text");
    }

    /**
     * A value.
     *
     * @param parser throws {@link IllegalArgumentException} or {@link DateTimeException} where a text is malformed
     * @param form the form that the text has, for errors
     * @throws ModelException if it is missing or malformed
     */
    public <T> T required(String key, Function<String, T> parser, String form) {
        return optional(key, parser, form).orElseThrow(() -> missing(source, texts, key));
    }

    /**
     * A value that may be missing, likewise.
     *
     * @throws ModelException if it is malformed
     */
    public <T> Optional<T> optional(String key, Function<String, T> parser, String form) {
        try {
            return Optional.ofNullable(texts.get(key)).map(parser);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ModelException(
                    source + ": '" + key + "' in the metadata is '" + texts.get(key) + "', not " + form, e);
        }
    }
}
