package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.catalogue.Catalogue;
import io.flinkvision.tools.catalogue.CatalogueEntry;
import io.flinkvision.tools.catalogue.Download;
import io.flinkvision.tools.catalogue.ProxySettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model fetch}: downloads public weights and makes a bundle from them. */
@Command(
        name = "fetch",
        description = "Download public weights by name and make a model from them, or list the catalogue.",
        footer = {"",
                "The proxy is taken from https_proxy, or from Java's own -Dhttps.proxyHost in VISION_JAVA_OPTS.",
                "",
                "Exit status: 0 if the model is in place, 1 if not, 2 on wrong usage."})
final class ModelFetchCommand extends VisionCommand implements Callable<Integer> {

    private static final int DEFAULT_INPUT_SIZE = BundleOptions.INPUT_SIZE.defaultValue().orElseThrow();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A name in the catalogue; without it, the catalogue is listed.")
    private Optional<String> name;

    @Option(names = "--list", description = "Print the catalogue.")
    private boolean list;

    @Option(names = "--catalogue", paramLabel = "FILE",
            description = "Another catalogue, such as that of a private mirror (default: conf/models.catalogue.yaml).")
    private Optional<Path> catalogueFile;

    @Option(names = "--cache", paramLabel = "DIR",
            description = "Folder for the downloaded file (default: $XDG_CACHE_HOME/flink-vision or ~/.cache/flink-vision).")
    private Optional<Path> cache;

    @Option(names = "--force", description = "Replace an existing bundle of this name.")
    private boolean force;

    @Override
    public Integer call() throws InterruptedException {
        Catalogue catalogue = Catalogue.read(catalogueFile.orElseGet(() -> ProjectHome.current().catalogue()));
        if (list || name.isEmpty()) {
            list(catalogue);
            return ExitCode.OK;
        }
        CatalogueEntry entry = entry(catalogue, name.get());
        BundlePlacement placement =
                new BundlePlacement(ProjectHome.current().models(), force, this);
        placement.models().requireRoom(new BundleName(entry.name()), force);
        Path folder = cache.orElseGet(UserFolders::cache);
        log(entry.name() + " from " + entry.address()
                + entry.size().stream().mapToObj(size -> " (" + DownloadProgress.bytes(size) + ")").findFirst()
                        .orElse(""));
        log("  licence: " + entry.licence());
        try {
            Download download = new Download(Download.Settings.DEFAULTS,
                    ProxySettings.of(System.getenv(), System.getProperties()),
                    length -> Thread.sleep(length.toMillis()));
            Path weights = download.fetch(entry, folder,
                    new DownloadProgress(err(), Terminal.isStandardError(), InstantSource.system()));
            placement.place(request(entry, weights), bundle -> bundle.withPreprocessing(entry.preprocessing()));
            return ExitCode.OK;
        } catch (ToolException e) {
            throw new ToolException(e.getMessage() + "\n" + byHand(entry, folder), e);
        }
    }

    /** A model with the preprocessing of its own project's evaluation. */
    private static ModelImport.Request request(CatalogueEntry entry, Path weights) {
        return new ModelImport.Request(weights, new BundleName(entry.name()), Optional.of(entry.family()),
                Optional.empty(), new LabelSource.ImageNet(), OptionalInt.of(entry.preprocessing().inputSize()),
                Optional.empty(), Optional.empty(), List.of());
    }

    private static String importCommand(CatalogueEntry entry, Path weights) {
        Preprocessing preprocessing = entry.preprocessing();
        StringBuilder command = new StringBuilder("bin/vision model import " + weights + " --name " + entry.name()
                + " --labels imagenet --family " + entry.family().id());
        if (preprocessing.inputSize() != DEFAULT_INPUT_SIZE) {
            command.append(" --input-size ").append(preprocessing.inputSize());
        }
        if (!preprocessing.mean().equals(Preprocessing.IMAGENET_MEAN)
                || !preprocessing.standardDeviation().equals(Preprocessing.IMAGENET_STANDARD_DEVIATION)) {
            command.append(" --mean ").append(numbers(preprocessing.mean()))
                    .append(" --std ").append(numbers(preprocessing.standardDeviation()));
        }
        return command.toString();
    }

    private static String numbers(List<Float> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String byHand(CatalogueEntry entry, Path folder) {
        Path file = folder.resolve(entry.fileName());
        return "By hand, on a machine with access to it:\n"
                + "  1. download " + entry.address() + "\n"
                + "  2. put it here as " + file + "\n"
                + "  3. check: sha256sum " + file + " must print the " + entry.checksum() + "\n"
                + "  4. " + importCommand(entry, file);
    }

    private CatalogueEntry entry(Catalogue catalogue, String asked) {
        try {
            return catalogue.entry(asked);
        } catch (IllegalArgumentException e) {
            throw wrongUse(e.getMessage());
        }
    }

    private void list(Catalogue catalogue) {
        String format = "%-27s  %-11s  %9s  %s%n";
        out().printf(Locale.ROOT, format, "Name", "Family", "Size", "Address");
        catalogue.entries().forEach(entry -> out().printf(Locale.ROOT, format, entry.name(), entry.family().id(),
                entry.size().isPresent() ? DownloadProgress.bytes(entry.size().getAsLong()) : "-", entry.address()));
        out().flush();
    }
}
