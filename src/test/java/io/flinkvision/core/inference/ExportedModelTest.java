package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExportedModelTest {

    private final ModelBundle triage = ModelBundle.read(Path.of("conf/models/triage"));

    @Test
    void givesTheLogitsOfTheJobBitForBit() {
        assertThat(logits(OnnxMetadata.export(triage))).isEqualTo(logits(triage.onnx()));
    }

    @Test
    void tellsItsLabelsAndItsPreprocessing() throws Exception {
        Map<String, String> metadata = ModelProto.parseFrom(OnnxMetadata.export(triage)).getMetadataPropsList()
                .stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));

        assertThat(metadata).containsOnly(
                Map.entry("flink-vision.name", "triage"),
                Map.entry("flink-vision.labels", "food\nreport\nother"),
                Map.entry("flink-vision.scores", "logits"),
                Map.entry("flink-vision.preprocessing.input-size", "224"),
                Map.entry("flink-vision.preprocessing.resize", "stretch"),
                Map.entry("flink-vision.preprocessing.interpolation", "bilinear"),
                Map.entry("flink-vision.preprocessing.channel-order", "rgb"),
                Map.entry("flink-vision.preprocessing.mean", "[0.485, 0.456, 0.406]"),
                Map.entry("flink-vision.preprocessing.standard-deviation", "[0.229, 0.224, 0.225]"));
    }

    private static int[] logits(byte[] onnx) {
        try (OnnxRuntimeSession session = OnnxRuntimeSession.load(onnx, 224, 3)) {
            Random random = new Random(3);
            FloatBuffer input = session.input();
            for (int i = 0; i < input.limit(); i++) {
                input.put(i, (float) random.nextGaussian());
            }
            session.run();
            int[] bits = new int[3];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToRawIntBits(session.output().get(i));
            }
            return bits;
        }
    }
}
