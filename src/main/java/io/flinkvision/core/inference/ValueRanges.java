package io.flinkvision.core.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.mobilenet.OnnxGraph;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.quantization.QuantizableNetwork;
import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a network on pictures and records the range of each intermediate value. */
final class ValueRanges {

    private ValueRanges() {}

    /**
     * The ranges by the values' names, the input among them.
     *
     * @param pictures at least one, resized and cropped by the model's rule
     * @throws InferenceException if ONNX Runtime fails, or a value is not finite
     */
    static Map<String, ValueRange> of(
            QuantizableNetwork network, Preprocessing preprocessing, List<RgbImage> pictures) {
        int size = preprocessing.inputSize();
        InputTensor writer = new InputTensor(preprocessing, InputLayout.CHANNELS_FIRST);
        FloatBuffer input = OnnxRuntimeSession.directFloats(3 * size * size);
        OnnxRuntimeLibrary.load();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, ValueRange> ranges = new HashMap<>();
        try (OrtSession.SessionOptions options = OnnxRuntimeSession.singleThreaded();
                OrtSession session = OnnxRuntimeSession.create(environment, network.observed(), options);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, input, new long[] {1, 3, size, size})) {
            for (RgbImage picture : pictures) {
                writer.write(picture, input);
                ranges.merge(OnnxGraph.INPUT, range(OnnxGraph.INPUT, input), ValueRange::union);
                try (OrtSession.Result result = session.run(Map.of(OnnxGraph.INPUT, tensor))) {
                    for (Map.Entry<String, OnnxValue> value : result) {
                        FloatBuffer elements = ((OnnxTensor) value.getValue()).getFloatBuffer();
                        ranges.merge(value.getKey(), range(value.getKey(), elements), ValueRange::union);
                    }
                }
            }
            return ranges;
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime failed on a picture: " + e.getMessage(), e);
        }
    }

    private static ValueRange range(String value, FloatBuffer elements) {
        float least = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < elements.limit(); i++) {
            float element = elements.get(i);
            if (!Float.isFinite(element)) {
                throw new InferenceException("The network computes " + element + " for a picture, in " + value);
            }
            least = Math.min(least, element);
            largest = Math.max(largest, element);
        }
        return new ValueRange(least, largest);
    }
}
