package io.flinkvision.core.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.RealNumber;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.Text;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import java.util.Map;
import java.util.Optional;

/**
 * The texts and numbers of a pickle, and the lists and dicts of them, as JSON. Whatever else there is is left out, and
 * so is what lies deep or is too much: a pickle may hold itself.
 */
final class PlainValues {

    private static final int MAX_DEPTH = 4;

    /** Labels of tens of thousands of classes, some times over. */
    private static final int MAX_VALUES = 200_000;

    private int values;

    private PlainValues() {}

    /** Empty where the pickle is no dict. */
    static ObjectNode of(PickledValue root) {
        return root instanceof Dictionary dictionary
                ? new PlainValues().object(dictionary, 0)
                : JsonNodeFactory.instance.objectNode();
    }

    private Optional<JsonNode> plain(PickledValue value, int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            return Optional.empty();
        }
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (value instanceof Text text) {
            return Optional.of(json.textNode(text.text()));
        }
        if (value instanceof WholeNumber number) {
            return Optional.of(json.numberNode(number.number()));
        }
        if (value instanceof RealNumber number) {
            return Optional.of(json.numberNode(number.number()));
        }
        if (value instanceof Sequence sequence) {
            return Optional.of(array(sequence, depth));
        }
        return value instanceof Dictionary dictionary ? Optional.of(object(dictionary, depth)) : Optional.empty();
    }

    private ArrayNode array(Sequence sequence, int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < sequence.size() && values <= MAX_VALUES; i++) {
            plain(sequence.get(i), depth + 1).ifPresent(array::add);
        }
        return array;
    }

    private ObjectNode object(Dictionary dictionary, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, PickledValue> entry : dictionary.entries().entrySet()) {
            plain(entry.getValue(), depth + 1).ifPresent(value -> object.set(entry.getKey(), value));
        }
        return object;
    }
}
