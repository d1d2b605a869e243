package io.flinkvision.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.model.Activation;
import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.NetworkSummary;
import io.flinkvision.model.NetworkSummary.Row;
import java.util.Locale;

/** A network for programs to read: what {@link SummaryTable} shows, under whole names. */
final class SummaryJson {

    private SummaryJson() {}

    /** {@code expansion}, {@code activation} and {@code stride} are absent where a layer has none. */
    static ObjectNode of(ModelBundle model, NetworkSummary summary) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", model.name());
        result.put("family", model.network().family().id());
        result.put("size", lowerCase(model.network().variant().size()));
        result.put("widthMultiplier", model.network().variant().widthMultiplier());
        result.put("reducedTail", model.network().variant().reducedTail());
        result.put("digest", model.digest());
        result.put("inputSize", model.preprocessing().inputSize());
        ArrayNode labels = result.putArray("labels");
        model.labels().forEach(labels::add);
        ArrayNode layers = result.putArray("layers");
        summary.rows().forEach(row -> layers.add(layer(row)));
        result.put("parameters", summary.parameters());
        result.put("multiplyAdds", summary.multiplyAdds());
        return result;
    }

    private static ObjectNode layer(Row row) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        layer.put("inputSize", row.inputSize());
        layer.put("inputChannels", row.inputChannels());
        layer.put("operator", row.operator());
        row.expansion().ifPresent(expansion -> layer.put("expansion", expansion));
        layer.put("output", row.output());
        layer.put("squeezeAndExcite", row.squeezeAndExcite());
        if (row.activation() != Activation.NONE) {
            layer.put("activation", lowerCase(row.activation()));
        }
        row.stride().ifPresent(stride -> layer.put("stride", stride));
        layer.put("parameters", row.parameters());
        layer.put("multiplyAdds", row.multiplyAdds());
        return layer;
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
