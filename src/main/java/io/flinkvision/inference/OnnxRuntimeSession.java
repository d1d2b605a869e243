package io.flinkvision.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A network in ONNX Runtime, on the calling thread only.
 *
 * <p>Parallelism is Flink's: every task slot has a session of its own, so a session with threads of its own would only
 * make the slots compete. Input and output are direct buffers that ONNX Runtime reads and writes in place.
 */
public final class OnnxRuntimeSession implements NetworkSession {

    private final OrtSession session;
    private final OnnxTensor inputTensor;
    private final OnnxTensor logitsTensor;
    private final FloatBuffer input;
    private final FloatBuffer logits;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;
    private boolean closed;

    private OnnxRuntimeSession(
            OrtSession session,
            String inputName,
            String outputName,
            OnnxTensor inputTensor,
            OnnxTensor logitsTensor,
            FloatBuffer input,
            FloatBuffer logits) {
        this.session = session;
        this.inputTensor = inputTensor;
        this.logitsTensor = logitsTensor;
        this.input = input;
        this.logits = logits;
        this.inputs = Map.of(inputName, inputTensor);
        this.outputs = Map.of(outputName, logitsTensor);
    }

    /**
     * Loads a network of one image input and one score output.
     *
     * @param onnx an ONNX model: float input {@code [n, 3, size, size]}, float output {@code [n, classes]}
     * @param inputSize {@code size}, in pixels
     * @param classes {@code classes}
     * @throws InferenceException if ONNX Runtime refuses the model, or its input and output are other ones
     */
    public static OnnxRuntimeSession load(byte[] onnx, int inputSize, int classes) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
        // First, since running out of memory here must not leave a session behind.
        FloatBuffer input = directFloats(3 * inputSize * inputSize);
        FloatBuffer logits = directFloats(classes);
        OrtSession session = null;
        OnnxTensor inputTensor = null;
        try (OrtSession.SessionOptions options = singleThreaded()) {
            session = environment.createSession(onnx, options);
            String inputName = onlyName(session.getInputInfo(), "input", 1, 3, inputSize, inputSize);
            String outputName = onlyName(session.getOutputInfo(), "output", 1, classes);
            inputTensor = OnnxTensor.createTensor(environment, input, new long[] {1, 3, inputSize, inputSize});
            OnnxTensor logitsTensor = OnnxTensor.createTensor(environment, logits, new long[] {1, classes});
            return new OnnxRuntimeSession(
                    session, inputName, outputName, inputTensor, logitsTensor, input, logits);
        } catch (OrtException | RuntimeException e) {
            closeQuietly(e, inputTensor, session);
            throw e instanceof InferenceException own
                    ? own
                    : new InferenceException("ONNX Runtime cannot load the network: " + e.getMessage(), e);
        }
    }

    private static OrtSession.SessionOptions singleThreaded() throws OrtException {
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

    private static FloatBuffer directFloats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** The name of the only input or output; its shape must be the given one, save for dynamic dimensions (-1). */
    private static String onlyName(Map<String, NodeInfo> nodes, String role, long... shape) {
        if (nodes.size() != 1) {
            throw new InferenceException("The network must have one " + role + ", but it has " + nodes.keySet());
        }
        NodeInfo node = nodes.values().iterator().next();
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            throw new InferenceException("The network's " + role + " '" + node.getName()
                    + "' must be a float tensor, but is " + node.getInfo());
        }
        long[] actual = tensor.getShape();
        boolean fits = actual.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = actual[i] == -1 || actual[i] == shape[i];
        }
        if (!fits) {
            throw new InferenceException("The network's " + role + " '" + node.getName() + "' has the shape "
                    + Arrays.toString(actual) + ", not " + Arrays.toString(shape));
        }
        return node.getName();
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

    @Override
    public FloatBuffer input() {
        requireOpen();
        return input;
    }

    @Override
    public FloatBuffer logits() {
        requireOpen();
        return logits;
    }

    @Override
    public void run() {
        requireOpen();
        try {
            // The scores are in the pinned output; the result owns nothing.
            session.run(inputs, Set.of(), outputs).close();
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed on a picture: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        InferenceException failure = new InferenceException("The network could not be released");
        closeQuietly(failure, logitsTensor, inputTensor, session);
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
