package io.flinkvision.model;

import io.flinkvision.configuration.Configuration;
import io.flinkvision.configuration.ConfigurationException;
import io.flinkvision.configuration.ConfigurationReader;
import io.flinkvision.configuration.Option;
import io.flinkvision.configuration.Problem;
import io.flinkvision.model.Preprocessing.ResizeRule;
import io.flinkvision.model.weights.StateDict;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model as people keep it: a folder with {@code model.yaml} ({@link BundleOptions}), the weights, the labels, and the
 * licences that must stay with them.
 *
 * @param folder where it lies
 * @param name the model's name
 * @param network the network, with as many classes as there are labels
 * @param batchNormEpsilon the epsilon that the network was trained with
 * @param preprocessing how a picture becomes its input
 * @param labels the classes' names, in the order of the network's output
 * @param weights the safetensors file
 * @param digest SHA-256 of that file in lower-case hexadecimal, as {@code sha256sum} prints it
 */
public record ModelBundle(
        Path folder,
        String name,
        Network network,
        double batchNormEpsilon,
        Preprocessing preprocessing,
        List<String> labels,
        Path weights,
        String digest) {

    /** The file that describes the bundle. */
    public static final String DESCRIPTION = "model.yaml";

    /** Some editors begin a text with it; it would be an invisible part of the first label. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    public ModelBundle {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(preprocessing, "preprocessing");
        labels = List.copyOf(labels);
        if (labels.size() != network.variant().classes()) {
            throw new IllegalArgumentException(
                    labels.size() + " labels for " + network.variant().classes() + " classes");
        }
    }

    /**
     * Reads a bundle's description and labels, and the digest of its weights; the weights themselves are read by
     * {@link #onnx()}.
     *
     * @throws ModelException if a file is missing or cannot be read
     * @throws ConfigurationException if the description has something wrong in it
     */
    public static ModelBundle read(Path folder) {
        Path description = folder.resolve(DESCRIPTION);
        if (!Files.isRegularFile(description)) {
            throw new ModelException(folder + " is no model bundle: it has no " + DESCRIPTION);
        }
        Configuration configuration =
                ConfigurationReader.read(description, BundleOptions.ALL, Map.of(), List.of());
        List<Problem> problems = new ArrayList<>();
        Path weights = member(folder, configuration, BundleOptions.WEIGHTS,
                configuration.get(BundleOptions.WEIGHTS), problems);
        Path labelsFile = member(folder, configuration, BundleOptions.LABELS,
                configuration.get(BundleOptions.LABELS), problems);
        configuration.get(BundleOptions.LICENCES)
                .forEach(licence -> member(folder, configuration, BundleOptions.LICENCES, licence, problems));
        if (configuration.find(BundleOptions.BATCH_NORM_EPSILON).filter(epsilon -> epsilon <= 0).isPresent()) {
            problems.add(configuration.problem(BundleOptions.BATCH_NORM_EPSILON, "must be positive"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Preprocessing preprocessing = preprocessing(configuration);
        List<String> labels = labels(labelsFile);
        Network network = network(configuration, labels.size());
        double epsilon = configuration.find(BundleOptions.BATCH_NORM_EPSILON)
                .orElse(network.family().batchNormEpsilon());
        return new ModelBundle(folder, configuration.get(BundleOptions.NAME), network, epsilon, preprocessing, labels,
                weights, sha256(weights));
    }

    /**
     * The network with its weights, as an ONNX model ({@link OnnxGraph}).
     *
     * @throws ModelException if the weights are not those of the network
     */
    public byte[] onnx() {
        StateDict stateDict = StateDict.read(weights);
        requireAsManyClassesAsLabels(stateDict);
        return OnnxGraph.write(network, stateDict, batchNormEpsilon, preprocessing.inputSize());
    }

    /** Of all differences the one that people make: it would show as a misshapen tensor. */
    private void requireAsManyClassesAsLabels(StateDict stateDict) {
        List<TensorShape> tensors = network.tensors();
        String classifier = tensors.get(tensors.size() - 1).name();
        List<Integer> shape = stateDict.shapes().getOrDefault(classifier, List.of());
        if (shape.size() == 1 && shape.get(0) != labels.size()) {
            throw new ModelException(folder + " has " + labels.size() + " labels, but tensor " + classifier + " of "
                    + weights.getFileName() + " has " + shape.get(0) + " classes; the labels must name each of them,"
                    + " one a line");
        }
    }

    /** A file of the bundle; a bundle from elsewhere must not reach for files outside it. */
    private static Path member(
            Path folder,
            Configuration configuration,
            Option<?> option,
            String name,
            List<Problem> problems) {
        if (!isFileName(name)) {
            problems.add(configuration.problem(option, "must be the name of a file in the bundle, not " + name));
            return folder;
        }
        if (!Files.isRegularFile(folder.resolve(name))) {
            problems.add(configuration.problem(option, "names " + name + ", which is not in " + folder));
        }
        return folder.resolve(name);
    }

    private static boolean isFileName(String name) {
        try {
            return Path.of(name).equals(Path.of(name).getFileName()) && !name.equals("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Preprocessing preprocessing(Configuration configuration) {
        int inputSize = configuration.get(BundleOptions.INPUT_SIZE);
        try {
            ResizeRule resize = switch (configuration.get(BundleOptions.RESIZE)) {
                case STRETCH -> new ResizeRule.Stretch();
                case SHORTER_SIDE -> new ResizeRule.ShorterSide(configuration.get(BundleOptions.RESIZE_LENGTH));
                case LETTERBOX -> new ResizeRule.Letterbox(configuration.get(BundleOptions.FILL));
            };
            return new Preprocessing(inputSize, resize, configuration.get(BundleOptions.INTERPOLATION),
                    configuration.get(BundleOptions.CHANNEL_ORDER), floats(configuration.get(BundleOptions.MEAN)),
                    floats(configuration.get(BundleOptions.STANDARD_DEVIATION)));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(List.of(configuration.problem(refusedKey(configuration), e.getMessage())));
        }
    }

    /** The key whose value {@link Preprocessing} refuses, in the order in which it checks them. */
    private static Option<?> refusedKey(Configuration configuration) {
        int inputSize = configuration.get(BundleOptions.INPUT_SIZE);
        if (inputSize % 32 != 0) {
            return BundleOptions.INPUT_SIZE;
        }
        if (configuration.get(BundleOptions.RESIZE) == BundleOptions.Resize.SHORTER_SIDE
                && configuration.get(BundleOptions.RESIZE_LENGTH) < inputSize) {
            return BundleOptions.RESIZE_LENGTH;
        }
        List<Float> mean = floats(configuration.get(BundleOptions.MEAN));
        return mean.size() == 3 && mean.stream().allMatch(Float::isFinite)
                ? BundleOptions.STANDARD_DEVIATION
                : BundleOptions.MEAN;
    }

    private static List<Float> floats(List<Double> numbers) {
        return numbers.stream().map(Double::floatValue).toList();
    }

    private static Network network(Configuration configuration, int classes) {
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

    private static List<String> labels(Path file) {
        List<String> labels;
        try {
            labels = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new ModelException(file + " is no UTF-8 text", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
        int blank = labels.stream().map(String::isBlank).toList().indexOf(true);
        if (labels.isEmpty() || blank >= 0) {
            throw new ModelException(file + (labels.isEmpty()
                    ? " is empty"
                    : ":" + (blank + 1) + ": the line is blank; each line names a class"));
        }
        return labels.stream().map(label -> label.replace(BYTE_ORDER_MARK, "").strip()).toList();
    }

    private static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream digested = new DigestInputStream(in, digest)) {
                digested.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
