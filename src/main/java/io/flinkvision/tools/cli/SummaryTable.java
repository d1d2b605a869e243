package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.NetworkSummary.Row;
import io.flinkvision.core.mobilenet.NetworkSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A network for people to read, with the columns of the paper's tables 1 and 2 (Howard et al. 2019) and, after them,
 * the parameters and multiply-adds (MAdds) of each layer.
 */
final class SummaryTable {

    private static final String FORMAT = "%-14s  %-14s  %8s  %5s  %2s  %2s  %2s  %10s  %12s";

    private SummaryTable() {}

    static List<String> lines(ModelBundle model, Network network) {
        NetworkSummary summary = NetworkSummary.of(network, model.preprocessing().inputSize());
        List<String> lines = new ArrayList<>();
        lines.add(model.name() + ": " + ModelText.network(network));
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

    /** As the paper abbreviates it. */
    static String nonlinearity(Activation activation) {
        return switch (activation) {
            case NONE -> "-";
            case RELU -> "RE";
            case HARD_SWISH -> "HS";
            case HARD_SIGMOID -> "HSIG";
        };
    }
}
