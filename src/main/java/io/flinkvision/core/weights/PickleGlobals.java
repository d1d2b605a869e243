package io.flinkvision.core.weights;

import io.flinkvision.core.weights.PickledValue.Dictionary;
import io.flinkvision.core.weights.PickledValue.Global;
import io.flinkvision.core.weights.PickledValue.Opaque;
import io.flinkvision.core.weights.PickledValue.Sequence;
import io.flinkvision.core.weights.PickledValue.Storage;
import io.flinkvision.core.weights.PickledValue.StridedTensor;
import io.flinkvision.core.weights.PickledValue.Text;
import io.flinkvision.core.weights.PickledValue.WholeNumber;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Python classes and functions that a checkpoint may name, and the results of calling them. Nothing here is looked
 * up in this or any other runtime: a name is compared with this list, and any other is refused.
 */
final class PickleGlobals {

    private static final String ORDERED_DICT = "collections.OrderedDict";
    private static final String SIZE = "torch.Size";
    private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor";
    private static final String REBUILD_TENSOR_V2 = "torch._utils._rebuild_tensor_v2";
    private static final String REBUILD_TENSOR_V3 = "torch._utils._rebuild_tensor_v3";
    private static final String REBUILD_PARAMETER = "torch._utils._rebuild_parameter";
    private static final String REBUILD_PARAMETER_WITH_STATE = "torch._utils._rebuild_parameter_with_state";

    private static final Set<String> REBUILDS = Set.of(ORDERED_DICT, SIZE, REBUILD_TENSOR, REBUILD_TENSOR_V2,
            REBUILD_TENSOR_V3, REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE);

    /** Objects whose attributes are worth keeping: the arguments that a training script was called with. */
    private static final Set<String> NAMESPACES = Set.of("argparse.Namespace", "types.SimpleNamespace");

    /** Objects that training scripts save beside the weights; only the class's name is kept. */
    private static final Set<String> PASSED_OVER = Set.of("collections.Counter", "collections.defaultdict",
            "collections.deque", "__builtin__.set", "builtins.set", "__builtin__.frozenset", "builtins.frozenset",
            "__builtin__.dict", "builtins.dict", "__builtin__.list", "builtins.list", "__builtin__.tuple",
            "builtins.tuple", "__builtin__.object", "builtins.object", "__builtin__.int", "builtins.int",
            "__builtin__.float", "builtins.float", "__builtin__.str", "builtins.str", "__builtin__.bytes",
            "builtins.bytes", "__builtin__.bytearray", "builtins.bytearray", "__builtin__.complex", "builtins.complex",
            "__builtin__.slice", "builtins.slice", "__builtin__.range", "builtins.range", "_codecs.encode",
            "copyreg._reconstructor", "copy_reg._reconstructor", "functools.partial",
            "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
            "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
            "torch.device", "torch.Generator", "torch.nn.parameter.Parameter",
            "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath",
            "pathlib._local.Path", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
            "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
            "easydict.EasyDict", "addict.addict.Dict", "yacs.config.CfgNode");

    /** The same of all classes of these modules, which hold settings, times, transforms and measures. */
    private static final List<String> PASSED_OVER_MODULES = List.of("__main__", "datetime", "zoneinfo", "numpy.dtypes",
            "torchvision.transforms", "torchvision.datasets", "torch.optim", "PIL.Image", "timm.data",
            "timm.models._pretrained", "omegaconf", "ml_collections", "albumentations", "pytorch_lightning",
            "lightning", "torchmetrics", "sklearn.preprocessing");

    private static final Pattern CLASS_NAME = Pattern.compile("_*[A-Z][A-Za-z0-9_]*(\\.[A-Z][A-Za-z0-9_]*)*");

    private static final Set<String> DATETIME = Set.of("datetime", "date", "time", "timedelta", "timezone");

    private static final Set<String> ELEMENT_TYPES = Set.of("float16", "float32", "float64", "bfloat16", "int8",
            "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128",
            "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz");

    private static final Set<String> STORAGE_MODULES = Set.of("torch", "torch.cuda", "torch.storage");

    /** PyTorch's own limit on dimensions. */
    private static final int MAX_DIMENSIONS = 64;

    private final PickleInput input;

    /** @param input the pickle that names them, for errors */
    PickleGlobals(PickleInput input) {
        this.input = input;
    }

    /** The value of a global. */
    PickledValue find(String module, String name) {
        String fullName = module + "." + name;
        if (REBUILDS.contains(fullName) || NAMESPACES.contains(fullName) || isPassedOver(module, name)
                || isStorage(module, name)) {
            return new Global(module, name);
        }
        if (module.equals("torch") && ELEMENT_TYPES.contains(name)) {
            return new Opaque(fullName);
        }
        throw input.error("it names the Python object " + fullName + ", which is refused: only tensors and plain values"
                + " are read, and nothing of a checkpoint is run. Save the weights alone, with"
                + " torch.save(model.state_dict(), file)");
    }

    /** Only classes of a module, not functions, whose names could be there to be called. */
    private static boolean isPassedOver(String module, String name) {
        return PASSED_OVER.contains(module + "." + name)
                || module.equals("datetime") && DATETIME.contains(name)
                || CLASS_NAME.matcher(name).matches() && PASSED_OVER_MODULES.stream()
                        .anyMatch(known -> module.equals(known) || module.startsWith(known + "."));
    }

    private static boolean isStorage(String module, String name) {
        return STORAGE_MODULES.contains(module) && StorageType.of(name).isPresent();
    }

    /** The result of calling a value. */
    PickledValue call(PickledValue callable, Sequence arguments) {
        if (!(callable instanceof Global global)) {
            throw input.error("it calls " + callable.kind());
        }
        return switch (global.name()) {
            case ORDERED_DICT -> orderedDict(arguments);
            case SIZE -> argument(Sequence.class, global, arguments, 0);
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(global, arguments);
            // Written only for types that have no storage class of their own; none of them is read.
            case REBUILD_TENSOR_V3 ->
                    new Opaque("a tensor of " + argument(Opaque.class, global, arguments, 6).kind());
            case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> parameter(global, arguments);
            default -> passedOver(global);
        };
    }

    /** An object of a class, made without calling it. */
    PickledValue newObject(PickledValue type) {
        if (!(type instanceof Global global)) {
            throw input.error("it makes an object of " + type.kind());
        }
        return passedOver(global);
    }

    private PickledValue passedOver(Global global) {
        if (NAMESPACES.contains(global.name())) {
            return Dictionary.namespace();
        }
        if (!isPassedOver(global.module(), global.simpleName())) {
            throw input.error("it makes an object of " + global.name() + ", which torch.save does not do");
        }
        return new Opaque("an object of " + global.name());
    }

    private Dictionary orderedDict(Sequence arguments) {
        // Python 2 gives the entries here; Python 3 sets them afterwards, so that the budget of steps counts them.
        if (arguments.size() != 0) {
            throw input.error("an OrderedDict made with arguments is not read; save it with Python 3");
        }
        return new Dictionary();
    }

    private StridedTensor tensor(Global global, Sequence arguments) {
        return new StridedTensor(
                argument(Storage.class, global, arguments, 0),
                argument(WholeNumber.class, global, arguments, 1).number(),
                wholeNumbers(argument(Sequence.class, global, arguments, 2)),
                wholeNumbers(argument(Sequence.class, global, arguments, 3)));
    }

    private PickledValue parameter(Global global, Sequence arguments) {
        if (arguments.size() > 0 && arguments.get(0) instanceof Opaque opaque) {
            return opaque;
        }
        return argument(StridedTensor.class, global, arguments, 0);
    }

    private List<BigInteger> wholeNumbers(Sequence sequence) {
        if (sequence.size() > MAX_DIMENSIONS) {
            throw input.error("a tensor has " + sequence.size() + " dimensions; PyTorch's limit is " + MAX_DIMENSIONS);
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (int i = 0; i < sequence.size(); i++) {
            if (!(sequence.get(i) instanceof WholeNumber wholeNumber)) {
                throw input.error("a tensor's shape or strides have " + sequence.get(i).kind() + " where an integer"
                        + " belongs");
            }
            numbers.add(wholeNumber.number());
        }
        return numbers;
    }

    private <T extends PickledValue> T argument(Class<T> type, Global global, Sequence arguments, int index) {
        if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
            throw input.error("argument " + index + " of " + global.name() + " is "
                    + (index < arguments.size() ? arguments.get(index).kind() : "missing"));
        }
        return type.cast(arguments.get(index));
    }

    /**
     * The storage that a persistent id stands for: {@code ("storage", class, key, location, elements)}, in legacy files
     * followed by None or {@code (key, first element, elements)} of a stretch of it.
     */
    Storage storage(PickledValue id) {
        if (!(id instanceof Sequence parts) || !parts.isTuple() || parts.size() < 5 || parts.size() > 6
                || !(parts.get(0) instanceof Text tag) || !tag.text().equals("storage")
                || !(parts.get(1) instanceof Global type) || !(parts.get(2) instanceof Text key)
                || !(parts.get(4) instanceof WholeNumber elements)) {
            throw noStorage(id);
        }
        StorageType storageType = StorageType.of(type.name().substring(type.name().lastIndexOf('.') + 1))
                .orElseThrow(() -> noStorage(id));
        if (parts.size() == 6 && parts.get(5) instanceof Sequence stretch) {
            if (stretch.size() != 3 || !(stretch.get(1) instanceof WholeNumber start)
                    || !(stretch.get(2) instanceof WholeNumber length)) {
                throw noStorage(id);
            }
            return new Storage(key.text(), storageType, elements.number(), start.number(), length.number());
        }
        return new Storage(key.text(), storageType, elements.number(), BigInteger.ZERO, elements.number());
    }

    private ModelException noStorage(PickledValue id) {
        return input.error("a persistent id is " + id.kind() + " that names no storage");
    }
}
