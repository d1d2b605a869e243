package io.flinkvision.tools.wall;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.RegionBox;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request of a page that teaches: the parameters of its address, or the fields of its body, all of which are bounded.
 *
 * @param user the name of the token that it brought
 * @param fields by name; those of an address are texts
 */
record TeachRequest(String user, ObjectNode fields) {

    /** Characters of a text. */
    private static final int MAX_TEXT = 400;

    /** Pictures that are named at once. */
    private static final int MAX_TEXTS = 1000;

    private static final int MAX_DEPTH = 4;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH).maxStringLength(MAX_TEXT).maxNameLength(MAX_TEXT).maxNumberLength(40)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    TeachRequest {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(fields, "fields");
    }

    /** The parameters of an address; the first one of a name counts. */
    static TeachRequest ofAddress(String user, HttpServerExchange exchange) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        exchange.getQueryParameters().forEach((name, values) -> fields.put(name, values.getFirst()));
        return new TeachRequest(user, fields);
    }

    /** @throws RefusedRequestException if the body is no JSON object, or goes beyond the bounds */
    static TeachRequest ofBody(String user, byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node instanceof ObjectNode object) {
                return new TeachRequest(user, object);
            }
            throw refused("A change must be a JSON object.");
        } catch (JsonProcessingException e) {
            throw refused("A change must be JSON: " + e.getOriginalMessage() + ".");
        } catch (IOException e) {
            throw refused("A change must be JSON in UTF-8.");
        }
    }

    private static RefusedRequestException refused(String sentence) {
        return new RefusedRequestException(StatusCodes.BAD_REQUEST, sentence);
    }

    /** @throws RefusedRequestException if it is missing, no text, or too long */
    String text(String name) {
        JsonNode value = fields.path(name);
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw refused("The request needs a text '" + name + "' of at most " + MAX_TEXT + " characters.");
        }
        return value.textValue();
    }

    /** @throws RefusedRequestException if it is there and no text, or too long */
    Optional<String> findText(String name) {
        return fields.path(name).isMissingNode() ? Optional.empty() : Optional.of(text(name));
    }

    /** @throws RefusedRequestException if it is missing, no list of texts, empty, or has more than 1,000 */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        JsonNode values = fields.path(name);
        values.forEach(value -> texts.add(value.isTextual() ? value.textValue() : ""));
        if (!values.isArray() || texts.isEmpty() || texts.size() > MAX_TEXTS || texts.contains("")) {
            throw refused("The request needs a list '" + name + "' of from 1 to " + MAX_TEXTS + " texts.");
        }
        return texts;
    }

    /** @throws RefusedRequestException if it is missing, or neither true nor false */
    boolean flag(String name) {
        JsonNode value = fields.path(name);
        if (!value.isBoolean()) {
            throw refused("The request needs '" + name + "', which is true or false.");
        }
        return value.booleanValue();
    }

    /**
     * False if it is missing.
     *
     * @throws RefusedRequestException if it is there, and neither true nor false
     */
    boolean findFlag(String name) {
        return !fields.path(name).isMissingNode() && flag(name);
    }

    /** @throws RefusedRequestException if it is there and no whole number */
    OptionalLong findNumber(String name) {
        JsonNode value = fields.path(name);
        if (value.isMissingNode() || value.isTextual() && value.textValue().isEmpty()) {
            return OptionalLong.empty();
        }
        String digits = value.isTextual() ? value.textValue() : value.isIntegralNumber() ? value.asText() : "";
        if (!digits.matches("-?[0-9]{1,18}")) {
            throw refused("'" + name + "' must be a whole number.");
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    /** @throws RefusedRequestException if it is missing, or no box within a picture */
    RegionBox box(String name) {
        List<Double> numbers = new ArrayList<>();
        JsonNode values = fields.path(name);
        values.forEach(value -> numbers.add(value.isNumber() ? value.doubleValue() : Double.NaN));
        if (!values.isArray()) {
            throw refused("The request needs a '" + name + "', a list of four numbers: x, y, width, height.");
        }
        try {
            return RegionBox.of(numbers);
        } catch (IllegalArgumentException e) {
            throw refused("'" + name + "': " + e.getMessage() + ".");
        }
    }
}
