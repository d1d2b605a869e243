package io.flinkvision.core.bundle;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a bundle from a file of weights. What the file does not say is taken from its family's own evaluation, or
 * assumed and reported in a remark.
 */
public final class ModelImport {

    /** The input size of ImageNet's networks. */
    private static final int DEFAULT_INPUT_SIZE = 224;

    /** The input's part of the shorter side before the crop, as in {@link Family#preprocessing}. */
    private static final double CROP = 0.875;

    private static final int INPUT_SIZE_MULTIPLE = 32;

    private final Request request;
    private final RecognisedModel model;
    private final PublishedConfig config;
    private final List<String> remarks = new ArrayList<>();

    /** The settings taken from {@link #config}, for messages. */
    private final List<String> taken = new ArrayList<>();

    private ModelImport(Request request) {
        this.request = request;
        RecognisedModel recognised = RecognisedModel.of(request.file(), request.family(), request.network());
        this.config = config(recognised);
        this.model = withFamilyOf(config, recognised);
    }

    /** The settings in the file itself, or else beside it; none if those are for another network. */
    private PublishedConfig config(RecognisedModel recognised) {
        PublishedConfig inside = recognised instanceof RecognisedModel.Tensors tensors
                ? PublishedConfig.of("the checkpoint", tensors.settings())
                : OnnxMetadata.publishedConfig(((RecognisedModel.Onnx) recognised).model());
        if (inside.hasPreprocessing() || inside.labels().isPresent()) {
            return inside;
        }
        Optional<PublishedConfig> beside = PublishedConfigReader.beside(recognised.file(), remarks::add);
        if (beside.isEmpty()) {
            return inside;
        }
        PublishedConfig found = beside.get();
        if (recognised instanceof RecognisedModel.Tensors tensors && found.isOfAnother(tensors.network())) {
            remarks.add(found.source() + " is about " + found.architecture().orElseThrow() + " and not about these"
                    + " tensors, and was ignored");
            return inside;
        }
        if (found.classes().isPresent() && recognised.classes().isPresent()
                && !found.classes().equals(recognised.classes())) {
            remarks.add(found.source() + " is about " + found.classes().getAsInt() + " classes, and these weights have "
                    + recognised.classes().getAsInt() + ": it may be that of the weights that the training began with");
        }
        return found;
    }

    private RecognisedModel withFamilyOf(PublishedConfig published, RecognisedModel recognised) {
        if (recognised instanceof RecognisedModel.Tensors tensors && request.family().isEmpty()
                && published.family().isPresent()) {
            RecognisedModel.Tensors said = tensors.of(published.family().get());
            if (said.network().family() == published.family().get()) {
                taken.add("architecture " + published.architecture().orElseThrow());
            }
            return said;
        }
        return recognised;
    }

    /**
     * The file to import, and its owner's settings.
     *
     * @param file safetensors, a PyTorch checkpoint, or an {@code .onnx}
     * @param name the bundle's name
     * @param family whose network it is, if its tensors leave that open
     * @param network the key of the network in a checkpoint, where that holds several
     * @param labels where its labels come from
     * @param inputSize side of the square input in pixels, where it is not the customary one
     * @param mean mean of each channel, where it is not the family's own
     * @param standardDeviation likewise
     * @param licences files that must stay with the weights
     */
    public record Request(
            Path file,
            BundleName name,
            Optional<Family> family,
            Optional<String> network,
            LabelSource labels,
            OptionalInt inputSize,
            Optional<List<Float>> mean,
            Optional<List<Float>> standardDeviation,
            List<Path> licences) {

        public Request {
            licences = List.copyOf(licences);
        }
    }

    /**
     * A bundle, ready to be written.
     *
     * @param bundle it
     * @param remarks assumptions, and how to override them, for people
     */
    public record Result(NewBundle bundle, List<String> remarks) {

        public Result {
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * Reads the file and finds out what it holds.
     *
     * @throws ModelException if it cannot be read or used, or what is said of it cannot be
     */
    public static Result read(Request request) {
        return new ModelImport(request).read();
    }

    private Result read() {
        if (model instanceof RecognisedModel.Tensors tensors) {
            addPlace(tensors.place());
            if (!tensors.alternatives().isEmpty()) {
                remarks.add(assumption(tensors));
            }
        } else if (!((RecognisedModel.Onnx) model).dataFiles().isEmpty()) {
            remarks.add("The weights in " + ((RecognisedModel.Onnx) model).dataFiles().stream()
                    .map(file -> file.getFileName().toString()).collect(Collectors.joining(", "))
                    + " become part of the bundle's model");
        }
        Preprocessing preprocessing = preprocessing();
        List<String> labels = labels();
        if (!taken.isEmpty()) {
            remarks.add("From " + config.source() + ": " + String.join(", ", taken));
        }
        return new Result(new NewBundle(request.name(), model, preprocessing, labels, request.licences()), remarks);
    }

    private void addPlace(RecognisedModel.Tensors.Place place) {
        if (!place.key().isEmpty()) {
            remarks.add("The weights are those under " + place.key() + (place.otherTensors() == 0 ? "" : "; "
                    + place.otherTensors() + " other tensors were ignored"));
        }
        if (!place.otherKeys().isEmpty()) {
            String others = place.otherKeys().stream().map(key -> key.isEmpty() ? "the file's outermost dict" : key)
                    .collect(Collectors.joining(", "));
            remarks.add("The file also holds a network under " + others + "; --network "
                    + place.otherKeys().get(0) + " takes it");
        }
    }

    private static String assumption(RecognisedModel.Tensors tensors) {
        return "The tensors are those of " + tensors.network() + ", which was taken, and just as well those of "
                + tensors.alternatives().stream().map(Network::toString).collect(Collectors.joining(", "))
                + ": what differs has no tensors. To override: "
                + tensors.alternatives().stream()
                        .map(network -> "--family " + network.family().id())
                        .collect(Collectors.joining(" or "));
    }

    private Preprocessing preprocessing() {
        try {
            Preprocessing customary = model instanceof RecognisedModel.Tensors tensors
                    ? published(tensors.network().family().preprocessing(tensorsInputSize()))
                    : preprocessing(((RecognisedModel.Onnx) model).model());
            return new Preprocessing(customary.inputSize(), customary.resize(), customary.interpolation(),
                    customary.channelOrder(), request.mean().orElse(customary.mean()),
                    request.standardDeviation().orElse(customary.standardDeviation()));
        } catch (IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    /** A customary preprocessing, of the input size that counts, with what the publisher says in place of it. */
    private Preprocessing published(Preprocessing customary) {
        config.unsupported().forEach(what -> remarks.add(config.source() + " has " + what));
        Preprocessing result = config.over(customary, model instanceof RecognisedModel.Tensors tensors
                ? tensors.network().family().cropRounding()
                : CropRounding.HALF_EVEN, taken::add);
        config.mean().filter(said -> request.mean().isEmpty()).ifPresent(said -> taken.add("mean " + said));
        config.standardDeviation().filter(said -> request.standardDeviation().isEmpty())
                .ifPresent(said -> taken.add("standard deviation " + said));
        return result;
    }

    private int tensorsInputSize() {
        int size = request.inputSize().orElse(config.inputSize().orElse(DEFAULT_INPUT_SIZE));
        if (size < INPUT_SIZE_MULTIPLE || size % INPUT_SIZE_MULTIPLE != 0) {
            throw new ModelException("The input size of a MobileNetV3 must be a multiple of " + INPUT_SIZE_MULTIPLE
                    + " pixels, not " + size);
        }
        return size;
    }

    private Preprocessing preprocessing(OnnxModel onnx) {
        OptionalInt fixed = onnx.imageInput().size();
        if (fixed.isPresent() && request.inputSize().isPresent() && !fixed.equals(request.inputSize())) {
            throw new ModelException(onnx.source() + " takes pictures of " + fixed.getAsInt() + " x "
                    + fixed.getAsInt() + " pixels, and no others: not " + request.inputSize().getAsInt());
        }
        Optional<Preprocessing> carried = OnnxMetadata.preprocessing(onnx);
        OptionalInt wanted = fixed.isPresent() ? fixed : request.inputSize();
        if (carried.isPresent() && wanted.orElse(carried.get().inputSize()) == carried.get().inputSize()) {
            return carried.get();
        }
        int size = wanted.orElse(config.inputSize().orElse(DEFAULT_INPUT_SIZE));
        boolean isSaid = config.mean().isPresent() && config.standardDeviation().isPresent()
                || request.mean().isPresent() && request.standardDeviation().isPresent();
        if (!isSaid) {
            remarks.add("The file does not say how pictures are prepared for it. What is customary for ImageNet was"
                    + " taken; --mean and --std say otherwise, and all else is in the bundle's "
                    + ModelBundle.DESCRIPTION);
        }
        return published(new Preprocessing(size, new ResizeRule.ShorterSide((int) (size / CROP)),
                Interpolation.BILINEAR, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION));
    }

    private List<String> labels() {
        if (request.labels() instanceof LabelSource.TextFile text) {
            return requireOneForEachClass(LabelFile.read(text.path()), text.path().toString());
        }
        if (request.labels() instanceof LabelSource.ImageNet) {
            ImageNetLabels imageNet = ImageNetLabels.load();
            return imageNet.of(model.classes().orElse(imageNet.names().size()));
        }
        return foundLabels();
    }

    private List<String> requireOneForEachClass(List<String> labels, String source) {
        int classes = model.classes().orElse(labels.size());
        if (labels.size() != classes) {
            throw new ModelException(source + " has " + labels.size() + " labels, but " + model.file() + " has "
                    + classes + " classes; the labels must name each of them, one per line");
        }
        return labels;
    }

    private List<String> foundLabels() {
        if (model instanceof RecognisedModel.Onnx onnx) {
            Optional<List<String>> carried = OnnxMetadata.labels(onnx.model());
            if (carried.isPresent()) {
                return requireOneForEachClass(carried.get(), model.file() + "'s metadata");
            }
        }
        if (config.labels().isPresent()) {
            List<String> labels = config.labels().get();
            if (labels.size() == model.classes().orElse(labels.size())) {
                taken.add(labels.size() + " labels");
                return labels;
            }
            remarks.add(config.source() + " has " + labels.size() + " labels, not " + model.classes().getAsInt()
                    + ", which were ignored");
        }
        int classes = model.classes().orElseThrow(() -> new ModelException(
                model.file() + " leaves the number of its classes open; --labels must name them"));
        Path beside = model.file().resolveSibling(LabelFile.NAME);
        if (Files.isRegularFile(beside)) {
            List<String> labels = LabelFile.read(beside);
            if (labels.size() == classes) {
                remarks.add("The labels are those of " + beside);
                return labels;
            }
            remarks.add(beside + " has " + labels.size() + " labels, not " + classes + ", and was ignored");
        }
        remarks.add("Nothing names the " + classes + " classes: they are class_0 and so on. --labels FILE names them"
                + (isImageNet(classes) ? ", and --labels imagenet if they are ImageNet's" : ""));
        return IntStream.range(0, classes).mapToObj(i -> "class_" + i).toList();
    }

    private static boolean isImageNet(int classes) {
        int names = ImageNetLabels.load().names().size();
        return classes == names || classes == names + 1;
    }

    /** The source of a network's labels. */
    public sealed interface LabelSource {

        /** A text file with one label per line. */
        record TextFile(Path path) implements LabelSource {}

        /** ImageNet's thousand classes, which ship with the project. */
        record ImageNet() implements LabelSource {}

        /** Found automatically: in the model itself, or in a {@code labels.txt} beside it. */
        record Found() implements LabelSource {}
    }
}
