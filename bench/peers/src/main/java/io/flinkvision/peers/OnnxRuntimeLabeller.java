package io.flinkvision.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.naive.PictureLabeller;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opencv.core.Mat;

/**
 * What one would write by hand, and not think about again: OpenCV's decode, a loop that makes floats, a new tensor for
 * each picture.
 */
final class OnnxRuntimeLabeller implements PictureLabeller {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final NaiveDecoder decoder;
    private final OrtSession session;
    private final Preprocessing preprocessing;
    private final List<String> labels;

    OnnxRuntimeLabeller(Path onnx, Preprocessing preprocessing, List<String> labels, Threads threads)
            throws OrtException {
        decoder = new NaiveDecoder(preprocessing, threads);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (threads == Threads.ONE) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
            }
            session = environment.createSession(onnx.toString(), options);
        }
        this.preprocessing = preprocessing;
        this.labels = labels;
    }

    @Override
    public String label(byte[] picture) throws OrtException {
        long size = preprocessing.inputSize();
        String input = session.getInputNames().iterator().next();
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(floats(picture)), new long[] {1, 3, size, size});
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            float[] scores = ((float[][]) result.get(0).getValue())[0];
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            return labels.get(best);
        }
    }

    private float[] floats(byte[] picture) {
        Mat pixels = decoder.decode(picture);
        byte[] samples = new byte[(int) pixels.total() * 3];
        pixels.get(0, 0, samples);
        pixels.release();
        int plane = samples.length / 3;
        float[] floats = new float[samples.length];
        for (int channel = 0; channel < 3; channel++) {
            int place = preprocessing.channelOrder() == ChannelOrder.RGB ? 2 - channel : channel;
            float mean = preprocessing.mean().get(channel);
            float deviation = preprocessing.standardDeviation().get(channel);
            for (int i = 0; i < plane; i++) {
                floats[channel * plane + i] = ((samples[3 * i + place] & 0xff) / 255f - mean) / deviation;
            }
        }
        return floats;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("The network could not be released: " + e.getMessage(), e);
        }
    }
}
