package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.weights.ModelException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vision model list}: the bundles in {@code conf/models}. */
@Command(name = "list", description = "Print the models in conf/models, one per line.")
final class ModelListCommand extends VisionCommand implements Runnable {

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Override
    public void run() {
        ModelsFolder models = ProjectHome.current().models();
        List<String> names = models.names();
        int width = names.stream().mapToInt(String::length).max().orElse(0);
        for (String name : names) {
            Path folder = models.folder().resolve(name);
            out().println(json ? json(name, folder) : String.format("%-" + width + "s  %s", name, text(folder)));
        }
        out().flush();
        if (names.isEmpty()) {
            log("There are no models in " + models.folder());
        }
    }

    private static String text(Path folder) {
        try {
            ModelBundle bundle = ModelBundle.read(folder);
            int size = bundle.preprocessing().inputSize();
            return ModelText.network(bundle) + ", " + size + " x " + size + ", sha256 " + bundle.digest().substring(0, 12);
        } catch (ModelException | ConfigurationException e) {
            return "unusable: " + e.getMessage().lines().findFirst().orElse("");
        }
    }

    private static ObjectNode json(String name, Path folder) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("name", name);
        try {
            ModelBundle bundle = ModelBundle.read(folder);
            return line.put("network", ModelText.network(bundle))
                    .put("classes", bundle.labels().size())
                    .put("inputSize", bundle.preprocessing().inputSize())
                    .put("digest", bundle.digest());
        } catch (ModelException | ConfigurationException e) {
            return line.put("error", e.getMessage());
        }
    }
}
