package io.flinkvision.core.bundle;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network.TensorShape;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a bundle: its description first, and then the files that this names. */
final class BundleReader {

    private final Path folder;
    private final OptionValues configuration;
    private final List<Problem> problems = new ArrayList<>();

    private BundleReader(Path folder, OptionValues configuration) {
        this.folder = folder;
        this.configuration = configuration;
    }

    /** See {@link ModelBundle#read}. */
    static ModelBundle read(Path folder) {
        return open(folder).read();
    }

    /** See {@link ModelBundle#files}. */
    static List<BundleFile> files(Path folder) {
        BundleReader reader = open(folder);
        List<BundleFile> files = reader.members().stream().map(Member::file).toList();
        reader.requireNoProblems();
        return files;
    }

    private static BundleReader open(Path folder) {
        Path description = folder.resolve(ModelBundle.DESCRIPTION);
        if (Files.notExists(description)) {
            throw new ModelException(folder + " is not a model bundle: it has no " + ModelBundle.DESCRIPTION);
        }
        BundleFile.DESCRIPTION.requireReadableIn(folder);
        return new BundleReader(folder, ConfigurationReader.read(description, BundleOptions.ALL));
    }

    private ModelBundle read() {
        requireReadable(members());
        Path weights = path(configuration.get(BundleOptions.WEIGHTS));
        Path labels = path(configuration.get(BundleOptions.LABELS));
        return OnnxModel.isNamedSo(weights) ? ofOnnx(weights, labels) : ofTensors(weights, labels);
    }

    /** A file of the bundle, and the option that names it. */
    private record Member(Option<?> option, BundleFile file) {}

    /** The files that the description names; a bundle from elsewhere must not reach for files outside it. */
    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        add(members, BundleOptions.WEIGHTS, configuration.get(BundleOptions.WEIGHTS), BundleFile.MAX_BUNDLE_BYTES);
        configuration.find(BundleOptions.HEAD)
                .ifPresent(head -> add(members, BundleOptions.HEAD, head, BundleFile.MAX_HEAD_BYTES));
        add(members, BundleOptions.LABELS, configuration.get(BundleOptions.LABELS), BundleFile.MAX_LABEL_BYTES);
        configuration.get(BundleOptions.LICENCES).forEach(
                licence -> add(members, BundleOptions.LICENCES, licence, BundleFile.MAX_BUNDLE_BYTES));
        return members;
    }

    private void add(List<Member> members, Option<?> option, String name, long maxBytes) {
        if (isFileName(name)) {
            members.add(new Member(option, new BundleFile(name, maxBytes)));
        } else {
            problems.add(configuration.problem(option, "must be the name of a file in the bundle, not " + name));
        }
    }

    private void requireReadable(List<Member> members) {
        int before = problems.size();
        for (Member member : members) {
            member.file().problemIn(folder).ifPresent(problem -> problems.add(configuration.problem(
                    member.option(), "names " + member.file().name() + ", which " + problem)));
        }
        if (problems.size() == before && members.stream().mapToLong(member -> member.file().bytesIn(folder)).sum()
                > BundleFile.MAX_BUNDLE_BYTES) {
            problems.add(configuration.problem(BundleOptions.WEIGHTS, "names a file that, with the others, has more"
                    + " than " + BundleFile.MAX_BUNDLE_BYTES + " bytes, which is the limit of a bundle"));
        }
    }

    private ModelBundle ofTensors(Path file, Path labelFile) {
        for (Option<?> required : List.of(BundleOptions.FAMILY, BundleOptions.SIZE)) {
            if (!configuration.isSet(required)) {
                problems.add(configuration.problem(required, "is missing"));
            }
        }
        if (configuration.isSet(BundleOptions.SCORES)) {
            problems.add(configuration.problem(BundleOptions.SCORES,
                    "is for weights in an " + OnnxModel.SUFFIX + ": the output of the networks here is logits"));
        }
        if (configuration.find(BundleOptions.BATCH_NORM_EPSILON).filter(epsilon -> epsilon <= 0).isPresent()) {
            problems.add(configuration.problem(BundleOptions.BATCH_NORM_EPSILON, "must be positive"));
        }
        requireNoProblems();
        PreprocessingText.requireMultipleOf32(configuration);
        Preprocessing preprocessing =
                PreprocessingText.read(configuration, configuration.get(BundleOptions.INPUT_SIZE));
        List<String> labels = LabelFile.read(labelFile);
        Network network = network(
                configuration.isSet(BundleOptions.HEAD) ? classes(StateDict.read(file)) : labels.size());
        double epsilon = configuration.find(BundleOptions.BATCH_NORM_EPSILON)
                .orElse(network.family().batchNormEpsilon());
        return bundle(new Weights.Tensors(file, BundleFile.digest(file), network, epsilon), preprocessing, labels);
    }

    private ModelBundle bundle(Weights weights, Preprocessing preprocessing, List<String> labels) {
        Optional<Weights> taught =
                configuration.find(BundleOptions.HEAD).map(head -> taught(weights, path(head), labels));
        return new ModelBundle(folder, configuration.get(BundleOptions.NAME), taught.orElse(weights), preprocessing,
                labels, configuration.get(BundleOptions.LICENCES));
    }

    private Weights taught(Weights weights, Path file, List<String> labels) {
        LinearHead head;
        try {
            head = LinearHead.read(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (!head.backboneDigest().equals(weights.digest())) {
            throw new ModelException(file + " was taught on the network with the SHA-256 " + head.backboneDigest()
                    + ", but " + weights.file().getFileName() + " beside it has " + weights.digest()
                    + "; put the weights there that it was taught on");
        }
        // A file of labels has no space around them.
        if (!labels.equals(head.labels().stream().map(String::strip).toList())) {
            throw new ModelException(folder + " has the labels " + labels + ", but those of " + file.getFileName()
                    + " are " + head.labels() + "; the labels must be the head's, one per line");
        }
        return new Weights.Taught(weights, file, head, BundleFile.digest(weights.file(), file));
    }

    /** The network's own classes, of which the labels say nothing: the elements of its last tensor. */
    private int classes(StateDict weights) {
        List<TensorShape> tensors = network(1).tensors();
        List<Integer> shape = weights.tensor(tensors.get(tensors.size() - 1).name()).shape();
        return shape.isEmpty() || shape.get(0) < 1 ? 1 : shape.get(0);
    }

    private Network network(int classes) {
        try {
            return configuration.get(BundleOptions.FAMILY).network(new Variant(
                    configuration.get(BundleOptions.SIZE),
                    configuration.get(BundleOptions.WIDTH_MULTIPLIER),
                    configuration.get(BundleOptions.REDUCED_TAIL),
                    configuration.get(BundleOptions.MINIMALISTIC),
                    classes));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    List.of(configuration.problem(BundleOptions.WIDTH_MULTIPLIER, e.getMessage())));
        } catch (ModelException e) {
            throw new ConfigurationException(List.of(configuration.problem(BundleOptions.FAMILY, e.getMessage())));
        }
    }

    private ModelBundle ofOnnx(Path file, Path labelFile) {
        for (Option<?> option : BundleOptions.OF_TENSORS) {
            if (configuration.isSet(option)) {
                problems.add(configuration.problem(option,
                        "must not stand beside weights in an " + OnnxModel.SUFFIX + ", which is a network itself"));
            }
        }
        requireNoProblems();
        OnnxModel model = OnnxModel.read(file);
        Preprocessing preprocessing = PreprocessingText.read(configuration, inputSize(model));
        List<String> labels = LabelFile.read(labelFile);
        OptionalInt classes = model.classes();
        boolean isTaught = configuration.isSet(BundleOptions.HEAD);
        if (!isTaught && classes.isPresent() && classes.getAsInt() != labels.size()) {
            throw new ModelException(folder + " has " + labels.size() + " labels, but the output "
                    + model.outputs().get(0).name() + " of " + file.getFileName() + " has " + classes.getAsInt()
                    + " classes; the labels must name each of them, one per line");
        }
        Scores scores = configuration.find(BundleOptions.SCORES).orElse(model.scores());
        return bundle(new Weights.Onnx(file, BundleFile.digest(file), model, scores), preprocessing, labels);
    }

    /** The network's own; where that is open, the description's. */
    private int inputSize(OnnxModel model) {
        int described = configuration.get(BundleOptions.INPUT_SIZE);
        int inputSize = model.imageInput().size().orElse(described);
        if (configuration.isSet(BundleOptions.INPUT_SIZE) && inputSize != described) {
            throw new ConfigurationException(List.of(configuration.problem(BundleOptions.INPUT_SIZE,
                    "is " + described + ", but the network takes pictures of " + inputSize + " x " + inputSize
                            + " pixels")));
        }
        return inputSize;
    }

    private Path path(String name) {
        return isFileName(name) ? folder.resolve(name) : folder;
    }

    private static boolean isFileName(String name) {
        try {
            return Path.of(name).equals(Path.of(name).getFileName()) && !name.equals("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }
}
