package io.flinkvision.core.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.flinkvision.SideBySide;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Compares settings of ONNX Runtime, by time and by the bits of the results: {@code bench/run onnxruntime-levers BUNDLE
 * [ROUNDS]}. The clock is the CPU time of the calling thread, so with two threads it shows half of the work.
 */
final class OnnxRuntimeLeversCheck {

    /** Pictures a turn: as many as the largest batch, so that all turns do the same work. */
    private static final int PICTURES = 8;

    private static final int WARM_UP_ROUNDS = 3;
    private static final int ROUNDS = 31;
    private static final String SPINNING = "session.intra_op.allow_spinning";

    private final OrtEnvironment environment =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
    private final int classes;
    private final long[] shape;
    private final float[] picture;

    private OnnxRuntimeLeversCheck(ModelBundle bundle) {
        int size = bundle.preprocessing().inputSize();
        classes = bundle.labels().size();
        shape = InputLayout.CHANNELS_FIRST.shape(size);
        RgbImage noise = SelfCheck.noise(size);
        FloatBuffer input = FloatBuffer.allocate(3 * size * size);
        new InputTensor(bundle.preprocessing(), InputLayout.CHANNELS_FIRST).write(noise, input);
        picture = input.array();
    }

    /** What is changed of the project's own options. */
    @FunctionalInterface
    private interface Change {

        void apply(OrtSession.SessionOptions options) throws OrtException;
    }

    public static void main(String[] arguments) throws OrtException, IOException {
        ModelBundle bundle = ModelBundle.read(Path.of(arguments[0]));
        OnnxRuntimeLibrary.load();
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : ROUNDS;
        new OnnxRuntimeLeversCheck(bundle).compare(bundle.onnx(), rounds);
    }

    private void compare(byte[] network, int rounds) throws OrtException, IOException {
        Change none = options -> { };
        SideBySide forms = new SideBySide(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        float[] expected = add(forms, "as it is", network, none, 1, true);
        Map<String, float[]> logits = new LinkedHashMap<>();
        logits.put("2 threads", add(forms, "2 threads", network,
                options -> options.setIntraOpNumThreads(2), 1, true));
        logits.put("2 threads, spinning", add(forms, "2 threads, spinning", network, options -> {
            options.setIntraOpNumThreads(2);
            options.addConfigEntry(SPINNING, "1");
        }, 1, true));
        logits.put("no arena", add(forms, "no arena", network,
                options -> options.setCPUArenaAllocator(false), 1, true));
        logits.put("no memory pattern", add(forms, "no memory pattern", network,
                options -> options.setMemoryPatternOptimization(false), 1, true));
        logits.put("level extended", add(forms, "level extended", network,
                options -> options.setOptimizationLevel(OptLevel.EXTENDED_OPT), 1, true));
        logits.put("level basic", add(forms, "level basic", network,
                options -> options.setOptimizationLevel(OptLevel.BASIC_OPT), 1, true));
        logits.put("denormals are zero", add(forms, "denormals are zero", network,
                options -> options.addConfigEntry("session.set_denormal_as_zero", "1"), 1, true));
        for (OptLevel level : new OptLevel[] {OptLevel.EXTENDED_OPT, OptLevel.ALL_OPT}) {
            logits.put("saved at " + level, add(forms, "saved at " + level, saved(network, level), none, 1, true));
        }
        logits.put("Mul and HardSigmoid",
                add(forms, "Mul and HardSigmoid", withHardSigmoids(network), none, 1, true));
        logits.put("output not pinned", add(forms, "output not pinned", network, none, 1, false));
        for (int batch : new int[] {4, 8}) {
            logits.put("batch of " + batch, add(forms, "batch of " + batch, network, none, batch, true));
        }
        logits.forEach((name, values) -> System.out.println(name + ": " + (Arrays.equals(expected, values)
                ? "the same bits" : "other bits, by " + largestDifference(expected, values) + " at the most")));
        forms.run(WARM_UP_ROUNDS, rounds, System.out);
    }

    /** Adds a form, and gives the last picture's logits by it. */
    private float[] add(SideBySide forms, String name, byte[] network, Change change, int batch, boolean pinned)
            throws OrtException {
        OrtSession session;
        try (OrtSession.SessionOptions options = OnnxRuntimeSession.singleThreaded()) {
            change.apply(options);
            session = environment.createSession(network, options);
        }
        FloatBuffer input = OnnxRuntimeSession.directFloats(batch * picture.length);
        for (int i = 0; i < batch; i++) {
            input.put(i * picture.length, picture);
        }
        FloatBuffer logits = OnnxRuntimeSession.directFloats(batch * classes);
        long[] inputShape = shape.clone();
        inputShape[0] = batch;
        Map<String, OnnxTensor> inputs = Map.of(session.getInputNames().iterator().next(),
                OnnxTensor.createTensor(environment, input, inputShape));
        Map<String, OnnxTensor> outputs = Map.of(session.getOutputNames().iterator().next(),
                OnnxTensor.createTensor(environment, logits, new long[] {batch, classes}));
        float[] copied = new float[batch * classes];
        Runnable work = () -> {
            try {
                for (int i = 0; i < PICTURES / batch; i++) {
                    if (pinned) {
                        session.run(inputs, Set.of(), outputs).close();
                        logits.get(0, copied);
                    } else {
                        try (OrtSession.Result result = session.run(inputs)) {
                            ((OnnxTensor) result.get(0)).getFloatBuffer().get(0, copied);
                        }
                    }
                }
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        };
        work.run();
        forms.add(name, work);
        return Arrays.copyOfRange(copied, (batch - 1) * classes, batch * classes);
    }

    private byte[] saved(byte[] network, OptLevel level) throws OrtException, IOException {
        Path file = Files.createTempFile("levers", ".onnx");
        try (OrtSession.SessionOptions options = OnnxRuntimeSession.singleThreaded()) {
            options.setOptimizationLevel(level);
            options.setOptimizedModelFilePath(file.toString());
            environment.createSession(network, options).close();
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    /** {@code Mul(x, HardSigmoid(x))} for each {@code HardSwish}, as before version 14 of the operator set. */
    private static byte[] withHardSigmoids(byte[] network) throws IOException {
        ModelProto model = ModelProto.parseFrom(network);
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (!node.getOpType().equals("HardSwish")) {
                graph.addNode(node);
                continue;
            }
            String sigmoid = node.getOutput(0) + ".sigmoid";
            graph.addNode(NodeProto.newBuilder().setOpType("HardSigmoid").addInput(node.getInput(0)).addOutput(sigmoid)
                    .addAttribute(AttributeProto.newBuilder().setName("alpha")
                            .setType(AttributeProto.AttributeType.FLOAT).setF(1 / 6f)));
            graph.addNode(NodeProto.newBuilder().setOpType("Mul").addInput(node.getInput(0)).addInput(sigmoid)
                    .addOutput(node.getOutput(0)));
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    private static float largestDifference(float[] expected, float[] actual) {
        float largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
        }
        return largest;
    }
}
