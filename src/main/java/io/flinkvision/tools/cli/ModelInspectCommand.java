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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model inspect}: a bundle's network as in the paper's tables 1 and 2, or an ONNX model's interface. */
@Command(
        name = "inspect",
        description = {
            "Print a model's layers, parameters and multiply-adds, as in the tables of the MobileNetV3 paper.",
            "For an ONNX model, print its inputs, outputs, nodes and parameters."
        })
final class ModelInspectCommand extends VisionCommand implements Runnable {

    /** The columns of the paper's tables 1 and 2 (Howard et al. 2019), then the parameters and multiply-adds. */
    private static final String FORMAT = "%-14s  %-14s  %8s  %5s  %2s  %2s  %2s  %10s  %12s";

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        ModelBundle model = model(bundle);
        lines(model).forEach(out()::println);
        out().flush();
    }

    private List<String> lines(ModelBundle model) {
        if (model.weights().backbone() instanceof Weights.Onnx onnx) {
            OnnxModel running = ModelText.runningModel(model, onnx);
            return json ? List.of(json(model, running).toString()) : onnxLines(model, running);
        }
        Network network = ModelText.runningNetwork(model).orElseThrow();
        return json ? List.of(json(model, network).toString()) : tableLines(model, network);
    }

    private static List<String> onnxLines(ModelBundle bundle, OnnxModel model) {
        List<String> lines = new ArrayList<>();
        lines.add(bundle.name() + ": " + ModelText.network(bundle));
        lines.add("");
        model.inputs().forEach(input -> lines.add("Input   " + input));
        model.outputs().forEach(output -> lines.add("Output  " + output + ", " + ModelText.scores(bundle)));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%,d nodes, %,d parameters", model.nodes(), model.parameters()));
        return lines;
    }

    private static List<String> tableLines(ModelBundle model, Network network) {
        NetworkSummary summary = NetworkSummary.of(network, model.preprocessing().inputSize());
        List<String> lines = new ArrayList<>();
        lines.add(model.name() + ": " + ModelText.network(model));
        lines.add("");
        lines.add(String.format(Locale.ROOT, FORMAT,
                "Input", "Operator", "exp size", "#out", "SE", "NL", "s", "Parameters", "MAdds"));
        summary.rows().forEach(row -> lines.add(line(row)));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%,d parameters, %,d multiply-adds a picture",
                summary.parameters(), summary.multiplyAdds()));
        return lines;
    }

    private static String line(Row row) {
        return String.format(Locale.ROOT, FORMAT,
                row.inputSize() + "^2 x " + row.inputChannels(),
                row.operator(),
                cell(row.expansion()),
                row.output(),
                row.squeezeAndExcite() ? "SE" : "-",
                nonlinearity(row.activation()),
                cell(row.stride()),
                String.format(Locale.ROOT, "%,d", row.parameters()),
                String.format(Locale.ROOT, "%,d", row.multiplyAdds()));
    }

    private static String cell(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "-";
    }

    /** The paper's abbreviation. */
    private static String nonlinearity(Activation activation) {
        return switch (activation) {
            case NONE -> "-";
            case RELU -> "RE";
            case HARD_SWISH -> "HS";
            case HARD_SIGMOID -> "HSIG";
        };
    }

    /** {@code expansion}, {@code activation} and {@code stride} are absent where a layer has none. */
    private static ObjectNode json(ModelBundle model, Network network) {
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
    private static ObjectNode json(ModelBundle model, OnnxModel onnx) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", model.name());
        putCommon(result, model);
        result.put("scores", lowerCase(model.weights().scores()));
        putValues(result.putArray("inputs"), onnx.inputs());
        putValues(result.putArray("outputs"), onnx.outputs());
        result.put("nodes", onnx.nodes());
        result.put("parameters", onnx.parameters());
        return result;
    }

    /** {@code taught} is absent where no head was. */
    private static void putCommon(ObjectNode result, ModelBundle model) {
        result.put("digest", model.digest());
        result.put("inputSize", model.preprocessing().inputSize());
        ArrayNode labels = result.putArray("labels");
        model.labels().forEach(labels::add);
        ModelText.head(model).ifPresent(head -> {
            ObjectNode taught = result.putObject("taught");
            taught.put("backboneDigest", head.backboneDigest());
            taught.put("at", head.taughtAt().toString());
            taught.put("pictures", head.pictures());
            head.accuracy().ifPresent(share -> taught.put("accuracy", share));
        });
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
