package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.core.mobilenet.Variant.NetworkSize;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.List;

/** The keys of a bundle's {@code model.yaml}. */
public final class BundleOptions {

    /** The rules of {@link Preprocessing.ResizeRule}, as a file names them. */
    public enum Resize { STRETCH, SHORTER_SIDE, LETTERBOX }

    public static final Option<String> NAME =
            Option.required("name", OptionType.text(), "The model's name, which every output record carries.");

    public static final Option<Family> FAMILY = Option.optional("family", OptionType.oneOf(Family.class),
            "The form of the network: whose code its weights were trained with. Required, save for an `.onnx`, which"
                    + " is a network itself and has none of the keys up to `batch-norm-epsilon`.");

    public static final Option<NetworkSize> SIZE = Option.optional("size", OptionType.oneOf(NetworkSize.class),
            "Which of the paper's two networks; required like `family`.");

    public static final Option<Double> WIDTH_MULTIPLIER = Option.withDefault("width-multiplier",
            OptionType.number(), 1.0, "By which every width of the network is scaled.");

    public static final Option<Boolean> REDUCED_TAIL = Option.withDefault("reduced-tail", OptionType.truth(), false,
            "Whether the last stage has half the channels (`torchvision` only).");

    public static final Option<Boolean> MINIMALISTIC = Option.withDefault("minimalistic", OptionType.truth(), false,
            "Whether the network does without squeeze-and-excite, h-swish and 5x5 kernels (`timm-tf` only).");

    public static final Option<Double> BATCH_NORM_EPSILON = Option.optional("batch-norm-epsilon", OptionType.number(),
            "The batch normalisation's epsilon, where it is not the family's own.");

    public static final Option<String> WEIGHTS = Option.required("weights", OptionType.text(),
            "The file in the bundle's folder with what was trained: safetensors, a PyTorch checkpoint, or an `.onnx`"
                    + " of any classifier with one image input and one score output.");

    public static final Option<Scores> SCORES = Option.optional("scores", OptionType.oneOf(Scores.class),
            "What the output of an `.onnx` is (default: `probabilities` where it ends with a softmax or a sigmoid, else"
                    + " `logits`).");

    public static final Option<String> HEAD = Option.optional("head", OptionType.text(),
            "The file in the bundle's folder with a head that was taught on the network, and answers in place of its"
                    + " last layers; `labels` are the head's.");

    public static final Option<String> LABELS = Option.withDefault("labels", OptionType.text(), "labels.txt",
            "The classes' names, one per line, in the order of the network's output.");

    public static final Option<List<String>> LICENCES = Option.withDefault("licences",
            OptionType.listOf(OptionType.text()), List.of(),
            "Files of the folder that must stay with the weights.");

    public static final Option<Integer> INPUT_SIZE = Option.withDefault("preprocessing.input-size",
            OptionType.wholeNumber(1, 4096), 224, "Side of the square input in pixels, a multiple of 32; an `.onnx`"
                    + " takes any, and usually has a fixed one.");

    public static final Option<Resize> RESIZE = Option.withDefault("preprocessing.resize",
            OptionType.oneOf(Resize.class), Resize.SHORTER_SIDE,
            "`stretch`: to the square as it is; `shorter-side`: the shorter side to `resize-length`, then the centre is"
                    + " cropped; `letterbox`: the longer side to the square, the rest filled.");

    public static final Option<Integer> RESIZE_LENGTH = Option.withDefault("preprocessing.resize-length",
            OptionType.wholeNumber(1, 8192), 256, "Pixels of the shorter side before the crop (`shorter-side` only).");

    public static final Option<CropRounding> CROP_ROUNDING = Option.withDefault("preprocessing.crop-rounding",
            OptionType.oneOf(CropRounding.class), CropRounding.HALF_EVEN,
            "Where the crop begins when the rest is odd (`shorter-side` only): `half-even` as in torchvision, `down` as"
                    + " in TensorFlow.");

    public static final Option<Integer> FILL = Option.withDefault("preprocessing.fill",
            OptionType.wholeNumber(0, 255), 0, "Grey value of the bars (`letterbox` only).");

    public static final Option<Interpolation> INTERPOLATION = Option.withDefault("preprocessing.interpolation",
            OptionType.oneOf(Interpolation.class), Interpolation.BILINEAR, "The filter of the resize.");

    public static final Option<ChannelOrder> CHANNEL_ORDER = Option.withDefault("preprocessing.channel-order",
            OptionType.oneOf(ChannelOrder.class), ChannelOrder.RGB, "The order of the network's input channels.");

    public static final Option<List<Double>> MEAN = Option.withDefault("preprocessing.mean",
            OptionType.listOf(OptionType.number()), List.of(0.485, 0.456, 0.406),
            "Mean of each channel, of samples from 0 to 1.");

    public static final Option<List<Double>> STANDARD_DEVIATION = Option.withDefault(
            "preprocessing.standard-deviation", OptionType.listOf(OptionType.number()),
            List.of(0.229, 0.224, 0.225), "Standard deviation of each channel, likewise.");

    /** All of them, in the order of the documentation. */
    public static final List<Option<?>> ALL = List.of(NAME, FAMILY, SIZE, WIDTH_MULTIPLIER, REDUCED_TAIL,
            MINIMALISTIC, BATCH_NORM_EPSILON, WEIGHTS, SCORES, HEAD, LABELS, LICENCES, INPUT_SIZE, RESIZE,
            RESIZE_LENGTH, CROP_ROUNDING, FILL, INTERPOLATION, CHANNEL_ORDER, MEAN, STANDARD_DEVIATION);

    /** Those that say which network a file of tensors is of; a network that says it itself has none of them. */
    static final List<Option<?>> OF_TENSORS =
            List.of(FAMILY, SIZE, WIDTH_MULTIPLIER, REDUCED_TAIL, MINIMALISTIC, BATCH_NORM_EPSILON);

    /** Those that say how a picture becomes the input. */
    static final List<Option<?>> OF_PREPROCESSING = List.of(INPUT_SIZE, RESIZE, RESIZE_LENGTH, CROP_ROUNDING, FILL,
            INTERPOLATION, CHANNEL_ORDER, MEAN, STANDARD_DEVIATION);

    private BundleOptions() {}
}
