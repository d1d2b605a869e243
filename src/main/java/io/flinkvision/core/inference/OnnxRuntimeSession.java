package io.flinkvision.core.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network in ONNX Runtime that runs on the calling thread, one picture at a time. Parallelism is Flink's: every task
 * slot has its own session, and threads within a session would only make the slots compete.
 *
 * <p>The buffers belong to the session and are ONNX Runtime's own memory: fill {@link #input()}, call {@link #run()},
 * read {@link #logits()}; nothing is copied or allocated per picture. After {@link #close()} each of them throws an
 * {@link IllegalStateException}.
 */
public final class OnnxRuntimeSession implements AutoCloseable {

    private final OrtSession session;
    private final OnnxTensor inputTensor;
    private final OnnxTensor logitsTensor;
    private final FloatBuffer input;
    private final FloatBuffer logits;
    private final InputLayout layout;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;
    private final OrtSession.RunOptions runOptions;
    private volatile boolean closed;

    private OnnxRuntimeSession(
            OrtSession session,
            Slot inputSlot,
            Slot outputSlot,
            OnnxTensor inputTensor,
            OnnxTensor logitsTensor,
            FloatBuffer input,
            FloatBuffer logits,
            OrtSession.RunOptions runOptions) {
        this.session = session;
        this.runOptions = runOptions;
        this.inputTensor = inputTensor;
        this.logitsTensor = logitsTensor;
        this.input = input;
        this.logits = logits;
        // An input of 3 x 3 pixels is of both; the first is what it was fitted to.
        this.layout = inputSlot.shape()[1] == 3 ? InputLayout.CHANNELS_FIRST : InputLayout.CHANNELS_LAST;
        this.inputs = Map.of(inputSlot.name(), inputTensor);
        this.outputs = Map.of(outputSlot.name(), logitsTensor);
    }

    /** An input or output with the shape in which it is given one picture. */
    private record Slot(String name, long[] shape) {}

    /**
     * Loads a network of one image input and one score output.
     *
     * @param onnx an ONNX model: float input {@code [n, 3, size, size]} or {@code [n, size, size, 3]}, float output
     *     {@code [n, classes]} or {@code [n, classes, 1, 1]}
     * @param inputSize {@code size}, in pixels
     * @param classes {@code classes}
     * @param device what runs it
     * @throws InferenceException if ONNX Runtime refuses the model or the device, or its input and output are other
     *     ones
     */
    public static OnnxRuntimeSession load(byte[] onnx, int inputSize, int classes, Device device) {
        OnnxRuntimeLibrary.load();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        // Allocated first, so that running out of memory here leaves no session open.
        FloatBuffer input = directFloats(3 * inputSize * inputSize);
        FloatBuffer logits = directFloats(classes);
        OrtSession session = null;
        OnnxTensor inputTensor = null;
        OnnxTensor logitsTensor = null;
        try (OrtSession.SessionOptions options = singleThreaded()) {
            use(device, options);
            session = create(environment, onnx, options);
            Slot inputSlot = onlySlot(session.getInputInfo(), "input",
                    InputLayout.CHANNELS_FIRST.shape(inputSize), InputLayout.CHANNELS_LAST.shape(inputSize));
            Slot outputSlot = onlySlot(session.getOutputInfo(), "output",
                    new long[] {1, classes}, new long[] {1, classes, 1, 1});
            inputTensor = OnnxTensor.createTensor(environment, input, inputSlot.shape());
            logitsTensor = OnnxTensor.createTensor(environment, logits, outputSlot.shape());
            return new OnnxRuntimeSession(session, inputSlot, outputSlot, inputTensor, logitsTensor, input, logits,
                    new OrtSession.RunOptions());
        } catch (OrtException | RuntimeException e) {
            closeQuietly(e, logitsTensor, inputTensor, session);
            throw e instanceof InferenceException own
                    ? own
                    : new InferenceException("ONNX Runtime cannot load the network: " + e.getMessage(), e);
        }
    }

    /**
     * Makes a session that sees no file: data that a model claims to have in other files are looked for in an empty
     * folder, and the bytes are ONNX, not ONNX Runtime's own format, which is not checked.
     */
    static OrtSession create(OrtEnvironment environment, byte[] onnx, OrtSession.SessionOptions options)
            throws OrtException {
        try {
            Path empty = Files.createTempDirectory("flink-vision-empty");
            try {
                options.addConfigEntry("session.load_model_format", "ONNX");
                options.addConfigEntry("session.model_external_initializers_file_folder_path", empty.toString());
                return environment.createSession(onnx, options);
            } finally {
                Files.deleteIfExists(empty);
            }
        } catch (IOException e) {
            throw new InferenceException("No temporary folder can be made to load the network: " + e.getMessage(), e);
        }
    }

    /** ONNX Runtime's version, from its native library. */
    public static String runtimeVersion() {
        OnnxRuntimeLibrary.load();
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** The same for the calling thread. */
    public static OnnxRuntimeSession load(byte[] onnx, int inputSize, int classes) {
        return load(onnx, inputSize, classes, new Device.Cpu());
    }

    static OrtSession.SessionOptions singleThreaded() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private static void use(Device device, OrtSession.SessionOptions options) {
        if (device instanceof Device.Cuda gpu) {
            try {
                options.addCUDA(gpu.index());
            } catch (OrtException e) {
                throw new InferenceException("ONNX Runtime cannot use GPU " + gpu.index() + ": " + e.getMessage()
                        + ". It needs the library onnxruntime_gpu in place of onnxruntime in Flink's lib/, and the"
                        + " versions of CUDA and cuDNN that it was built for", e);
            }
        }
    }

    static FloatBuffer directFloats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** The only input or output; its shape must be one of these, except for dynamic dimensions (-1). */
    private static Slot onlySlot(Map<String, NodeInfo> nodes, String role, long[]... shapes) {
        if (nodes.size() != 1) {
            throw new InferenceException("The network must have one " + role + ", but it has " + nodes.keySet());
        }
        NodeInfo node = nodes.values().iterator().next();
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            throw new InferenceException("The network's " + role + " '" + node.getName()
                    + "' must be a float tensor, but is " + node.getInfo());
        }
        for (long[] shape : shapes) {
            if (fits(tensor.getShape(), shape)) {
                return new Slot(node.getName(), shape);
            }
        }
        throw new InferenceException("The network's " + role + " '" + node.getName() + "' has the shape "
                + Arrays.toString(tensor.getShape()) + ", not "
                + Arrays.stream(shapes).map(Arrays::toString).collect(Collectors.joining(" or ")));
    }

    private static boolean fits(long[] actual, long[] shape) {
        boolean fits = actual.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = actual[i] == -1 || actual[i] == shape[i];
        }
        return fits;
    }

    private static void closeQuietly(Exception reason, AutoCloseable... resources) {
        for (AutoCloseable resource : resources) {
            if (resource != null) {
                try {
                    resource.close();
                } catch (Exception e) {
                    reason.addSuppressed(e);
                }
            }
        }
    }

    /** The order of the input's dimensions. */
    public InputLayout layout() {
        return layout;
    }

    /**
     * The input, {@code [1, 3, size, size]} or {@code [1, size, size, 3]} by its {@link #layout()}, already normalised,
     * to be filled from index 0 by absolute puts.
     */
    public FloatBuffer input() {
        requireOpen();
        return input;
    }

    /**
     * The output of the last {@link #run()}, {@code [1, classes]}, to be read by absolute gets: logits, or what else
     * the network makes of them.
     */
    public FloatBuffer logits() {
        requireOpen();
        return logits;
    }

    /**
     * Computes {@link #logits()} from {@link #input()}.
     *
     * @throws InferenceException if ONNX Runtime fails
     */
    public void run() {
        requireOpen();
        try {
            // The scores are in the pinned output; the result owns nothing.
            session.run(inputs, Set.of(), outputs, runOptions).close();
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed on a picture: " + e.getMessage(), e);
        }
    }

    /** Ends a run on another thread at its next check between two operators; later runs fail. */
    public synchronized void terminate() {
        if (!closed) {
            try {
                runOptions.setTerminate(true);
            } catch (OrtException e) {
                throw new InferenceException("ONNX Runtime cannot end a run: " + e.getMessage(), e);
            }
        }
    }

    /** Releases the network's native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        InferenceException failure = new InferenceException("The network could not be released");
        closeQuietly(failure, logitsTensor, inputTensor, session, runOptions);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The network session is closed");
        }
    }
}
