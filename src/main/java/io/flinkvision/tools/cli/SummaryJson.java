package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.NetworkSummary.Row;
import io.flinkvision.core.mobilenet.NetworkSummary;
import io.flinkvision.core.weights.OnnxModel;
import java.util.List;
import java.util.Locale;

/** A network for programs to read: what {@link SummaryTable} and {@link ModelInspectCommand} show, under whole names. */
final class SummaryJson {

    private SummaryJson() {}

    /** {@code expansion}, {@code activation} and {@code stride} are absent where a layer has none. */
    static ObjectNode of(ModelBundle model, Network network) {
        NetworkSummary summary = NetworkSummary.of(network, model.preprocessing().inputSize());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", model.name());
        result.put("family", network.family().id());
        result.put("size", lowerCase(network.variant().size()));
        result.put("widthMultiplier", network.variant().widthMultiplier());
        result.put("reducedTail", network.variant().reducedTail());
        result.put("minimalistic", network.variant().minimalistic());
        putCommon(result, model);
        ArrayNode layers = result.putArray("layers");
        summary.rows().forEach(row -> layers.add(layer(row)));
        result.put("parameters", summary.parameters());
        result.put("multiplyAdds", summary.multiplyAdds());
        return result;
    }

    /** A dimension that is open is -1. */
    static ObjectNode of(ModelBundle model, Weights.Onnx onnx) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", model.name());
        putCommon(result, model);
        result.put("scores", lowerCase(onnx.scores()));
        putValues(result.putArray("inputs"), onnx.model().inputs());
        putValues(result.putArray("outputs"), onnx.model().outputs());
        result.put("nodes", onnx.model().nodes());
        result.put("parameters", onnx.model().parameters());
        return result;
    }

    private static void putCommon(ObjectNode result, ModelBundle model) {
        result.put("digest", model.digest());
        result.put("inputSize", model.preprocessing().inputSize());
        ArrayNode labels = result.putArray("labels");
        model.labels().forEach(labels::add);
    }

    private static void putValues(ArrayNode array, List<OnnxModel.Value> values) {
        for (OnnxModel.Value value : values) {
            ObjectNode node = array.addObject().put("name", value.name()).put("type", value.type());
            ArrayNode shape = node.putArray("shape");
            value.shape().forEach(shape::add);
        }
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
