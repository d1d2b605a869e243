package io.flinkvision.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.flinkvision.AllocatedBytes;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network costs besides time, in numbers that are the same on every machine. */
class InferenceCostTest {

    private static final ModelBundle SMALL = ModelBundle.read(Path.of("conf/models/triage"));

    @TempDir
    Path folder;

    /** At a level that fuses operators but does not lay out weights for one processor, which would count more. */
    @Test
    void onnxRuntimeMakesSoManyOperatorsOfSmall() throws OrtException, IOException {
        Map<String, Long> operators = operators(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);

        assertThat(operators.values().stream().mapToLong(Long::longValue).sum()).as(operators.toString())
                .isEqualTo(118);
    }

    @Test
    void aPictureAllocatesItsLabelsAndLittleElse() {
        RgbImage noise = SelfCheck.noise(SMALL.preprocessing().inputSize());
        try (Classifier classifier = Classifier.load(SMALL)) {
            assertThat(AllocatedBytes.inTheSteadyState(() -> classifier.classify(noise, 3))).isBetween(1L, 3_000L);
        }
    }

    @Test
    void picturesAllocateTheirFeaturesAndLittleElse() {
        List<RgbImage> pictures =
                Collections.nCopies(6, SelfCheck.noise(SMALL.preprocessing().inputSize()));
        long features = 6 * 576 * Float.BYTES;
        try (FeatureClassifier classifier = FeatureClassifier.load(SMALL, new Device.Cpu())) {
            assertThat(AllocatedBytes.inTheSteadyState(() -> classifier.features(pictures)))
                    .isBetween(features, features + 3_000L);
        }
    }

    private Map<String, Long> operators(OrtSession.SessionOptions.OptLevel level) throws OrtException, IOException {
        Path optimised = folder.resolve("optimised.onnx");
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
        try (OrtSession.SessionOptions options = OnnxRuntimeSession.singleThreaded()) {
            options.setOptimizationLevel(level);
            options.setOptimizedModelFilePath(optimised.toString());
            environment.createSession(SMALL.onnx(), options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(optimised)).getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, TreeMap::new, Collectors.counting()));
    }
}
