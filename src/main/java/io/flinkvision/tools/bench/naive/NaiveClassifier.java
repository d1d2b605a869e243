package io.flinkvision.tools.bench.naive;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.OpenCvLibrary;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * A classifier like the examples of OpenCV and ONNX Runtime: decodes the whole picture, resizes it, and fills a new
 * tensor in a loop over its pixels. One thread, like the job's slots.
 */
public final class NaiveClassifier implements PictureLabeller {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final boolean channelsFirst;
    private final int size;
    private final List<Float> mean;
    private final List<Float> deviation;
    private final List<String> labels;

    /**
     * Loads a bundle's network.
     *
     * @throws OrtException if ONNX Runtime rejects it
     */
    public NaiveClassifier(ModelBundle bundle) throws OrtException {
        OpenCvLibrary.load();
        environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(bundle.onnx(), options);
        }
        input = session.getInputNames().iterator().next();
        channelsFirst = ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape()[1] == 3;
        size = bundle.preprocessing().inputSize();
        mean = bundle.preprocessing().mean();
        deviation = bundle.preprocessing().standardDeviation();
        labels = bundle.labels();
    }

    /**
     * Classifies a picture.
     *
     * @throws OrtException if the network fails
     * @throws IllegalArgumentException if OpenCV cannot decode the picture
     */
    @Override
    public String label(byte[] picture) throws OrtException {
        long[] shape = channelsFirst ? new long[] {1, 3, size, size} : new long[] {1, size, size, 3};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels(picture)), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
            int best = 0;
            for (int i = 1; i < labels.size(); i++) {
                best = scores.get(i) > scores.get(best) ? i : best;
            }
            return labels.get(best);
        }
    }

    private float[] pixels(byte[] picture) {
        MatOfByte encoded = new MatOfByte(picture);
        Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_COLOR);
        Mat resized = new Mat();
        try {
            if (decoded.empty()) {
                throw new IllegalArgumentException("OpenCV cannot decode the picture");
            }
            Imgproc.resize(decoded, resized, new Size(size, size));
            Imgproc.cvtColor(resized, resized, Imgproc.COLOR_BGR2RGB);
            byte[] samples = new byte[3 * size * size];
            resized.get(0, 0, samples);
            float[] floats = new float[samples.length];
            for (int pixel = 0; pixel < size * size; pixel++) {
                for (int channel = 0; channel < 3; channel++) {
                    int place = channelsFirst ? channel * size * size + pixel : 3 * pixel + channel;
                    floats[place] = ((samples[3 * pixel + channel] & 0xff) / 255f - mean.get(channel))
                            / deviation.get(channel);
                }
            }
            return floats;
        } finally {
            encoded.release();
            decoded.release();
            resized.release();
        }
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
