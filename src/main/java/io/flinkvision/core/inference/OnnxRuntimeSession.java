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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network in ONNX Runtime that runs on the calling thread. Parallelism is Flink's: every task slot has its own
 * session, and threads within a session would only make the slots compete.
 *
 * <p>The buffers belong to the session and are ONNX Runtime's own memory: fill {@link #input()}, call {@link #run()},
 * read {@link #output()}; nothing is copied or allocated per run. After {@link #close()} each of them throws an
 * {@link IllegalStateException}.
 */
public final class OnnxRuntimeSession implements AutoCloseable {

    private final OrtSession session;
    private final OrtSession.RunOptions runOptions;
    private final Slot inputSlot;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final List<Binding> bindings;
    private long runs;
    private volatile boolean closed;

    private OnnxRuntimeSession(
            OrtSession session,
            OrtSession.RunOptions runOptions,
            Slot inputSlot,
            FloatBuffer input,
            FloatBuffer output,
            List<Binding> bindings) {
        this.session = session;
        this.runOptions = runOptions;
        this.inputSlot = inputSlot;
        this.input = input;
        this.output = output;
        this.bindings = List.copyOf(bindings);
    }

    /**
     * An input or output.
     *
     * @param shape in which it is given one row
     * @param isOpen whether it is given several at once, too
     */
    private record Slot(String name, long[] shape, boolean isOpen) {

        int elements() {
            return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        }

        long[] shape(int rows) {
            long[] several = shape.clone();
            several[0] = rows;
            return several;
        }

        /** The first rows of a buffer as a tensor, which shares its memory. */
        OnnxTensor tensor(OrtEnvironment environment, FloatBuffer buffer, int rows) throws OrtException {
            return OnnxTensor.createTensor(environment, buffer.slice(0, rows * elements()), shape(rows));
        }
    }

    /** The tensors of a run over a certain number of rows. */
    private record Binding(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) implements AutoCloseable {

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Loads a network of one image input and one score output, for one picture at a time.
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
        return load(onnx, imageShapes(inputSize), columnShapes(classes), 1, device);
    }

    /** The same for the calling thread. */
    public static OnnxRuntimeSession load(byte[] onnx, int inputSize, int classes) {
        return load(onnx, inputSize, classes, new Device.Cpu());
    }

    /** The shapes of an input of one picture. */
    static List<long[]> imageShapes(int size) {
        return List.of(InputLayout.CHANNELS_FIRST.shape(size), InputLayout.CHANNELS_LAST.shape(size));
    }

    /** The shapes of a number per class or feature of one picture. */
    static List<long[]> columnShapes(int columns) {
        return List.of(new long[] {1, columns}, new long[] {1, columns, 1, 1});
    }

    /**
     * Loads a network of one input and one output.
     *
     * @param inputShapes the shapes that one row of the input may have; the first that fits is used
     * @param outputShapes likewise
     * @param maxRows how many rows a run takes at most, if the network leaves their number open; otherwise it is 1
     */
    static OnnxRuntimeSession load(
            byte[] onnx, List<long[]> inputShapes, List<long[]> outputShapes, int maxRows, Device device) {
        OnnxRuntimeLibrary.load();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<AutoCloseable> opened = new ArrayList<>();
        try (OrtSession.SessionOptions options = singleThreaded()) {
            use(device, options);
            OrtSession session = create(environment, onnx, options);
            opened.add(session);
            Slot inputSlot = onlySlot(session.getInputInfo(), "input", inputShapes);
            Slot outputSlot = onlySlot(session.getOutputInfo(), "output", outputShapes);
            int rows = inputSlot.isOpen() && outputSlot.isOpen() ? maxRows : 1;
            FloatBuffer input = directFloats(rows * inputSlot.elements());
            FloatBuffer output = directFloats(rows * outputSlot.elements());
            List<Binding> bindings = new ArrayList<>();
            for (int count = 1; count <= rows; count++) {
                OnnxTensor inputTensor = inputSlot.tensor(environment, input, count);
                opened.add(inputTensor);
                OnnxTensor outputTensor = outputSlot.tensor(environment, output, count);
                opened.add(outputTensor);
                bindings.add(new Binding(
                        Map.of(inputSlot.name(), inputTensor), Map.of(outputSlot.name(), outputTensor)));
            }
            return new OnnxRuntimeSession(
                    session, new OrtSession.RunOptions(), inputSlot, input, output, bindings);
        } catch (OrtException | RuntimeException | Error e) {
            Collections.reverse(opened);
            closeQuietly(e, opened);
            if (e instanceof Error error) {
                throw error;
            }
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
    private static Slot onlySlot(Map<String, NodeInfo> nodes, String role, List<long[]> shapes) {
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
                return new Slot(node.getName(), shape, tensor.getShape()[0] == -1);
            }
        }
        throw new InferenceException("The network's " + role + " '" + node.getName() + "' has the shape "
                + Arrays.toString(tensor.getShape()) + ", not "
                + shapes.stream().map(Arrays::toString).collect(Collectors.joining(" or ")));
    }

    private static boolean fits(long[] actual, long[] shape) {
        boolean fits = actual.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = actual[i] == -1 || actual[i] == shape[i];
        }
        return fits;
    }

    private static void closeQuietly(Throwable reason, List<? extends AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                reason.addSuppressed(e);
            }
        }
    }

    /** The order of the dimensions of an image input. */
    public InputLayout layout() {
        // An input of 3 x 3 pixels is of both; the first is what it was fitted to.
        return inputSlot.shape()[1] == 3 ? InputLayout.CHANNELS_FIRST : InputLayout.CHANNELS_LAST;
    }

    /** How many rows a run takes at most: those of {@link #input()} and {@link #output()}. */
    int maxRows() {
        return bindings.size();
    }

    /** How many runs there were. */
    long runs() {
        return runs;
    }

    /**
     * The input, {@code [maxRows, 3, size, size]} or {@code [maxRows, size, size, 3]} by its {@link #layout()}, already
     * normalised, or whatever else the network takes; to be filled from index 0 by absolute puts.
     */
    public FloatBuffer input() {
        requireOpen();
        return input;
    }

    /**
     * The output of the last {@link #run()}, {@code [maxRows, classes]}, to be read by absolute gets: logits, or what
     * else the network makes of them.
     */
    public FloatBuffer output() {
        requireOpen();
        return output;
    }

    /**
     * Computes the first row of {@link #output()} from that of {@link #input()}.
     *
     * @throws InferenceException if ONNX Runtime fails
     */
    public void run() {
        run(1);
    }

    /**
     * Computes the first rows of {@link #output()} from those of {@link #input()}.
     *
     * @param rows from 1 to {@link #maxRows()}
     * @throws InferenceException if ONNX Runtime fails
     */
    void run(int rows) {
        requireOpen();
        Binding binding = bindings.get(rows - 1);
        runs++;
        try {
            // The numbers are in the pinned output; the result owns nothing.
            session.run(binding.inputs(), Set.of(), binding.outputs(), runOptions).close();
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
        closeQuietly(failure, bindings);
        closeQuietly(failure, List.of(session, runOptions));
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
