package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.inference.SmallNetwork;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.operator.RecordTypeInformation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graph of the job, without running it. */
class ClassifyPipelineTest {

    @TempDir
    Path folder;

    @Test
    void everyOperatorHasANameAndAUid() throws IOException {
        List<StreamNode> operators = List.copyOf(graph().getStreamNodes());

        assertThat(operators).extracting(StreamNode::getOperatorName)
                .contains("Source: images", "decode", "classify", "labels: Writer", "dead-letters: Writer");
        assertThat(operators).allSatisfy(operator ->
                assertThat(operator.getTransformationUID()).as(operator.getOperatorName()).isNotBlank());
    }

    @Test
    void sourceDecodeClassifyAndLabelsAreOneChain() throws IOException {
        assertThat(vertices(graph().getJobGraph())).extracting(JobVertex::getName)
                .anyMatch(name -> name.startsWith("Source: images -> decode -> classify"))
                .hasSize(2);
    }

    /** Each operator and each vertex costs every record something. */
    @Test
    void theJobHasTheseOperatorsInTheseChainsAndNoOther() throws IOException {
        StreamGraph graph = graph();

        assertThat(graph.getStreamNodes()).extracting(StreamNode::getOperatorName).containsExactlyInAnyOrder(
                "Source: images", "decode", "classify", "labels: Writer", "labels: Committer",
                "dead-letters: Writer", "dead-letters: Committer");
        assertThat(vertices(graph.getJobGraph())).extracting(JobVertex::getName).containsExactlyInAnyOrder(
                "Source: images -> decode -> classify -> labels: Writer -> labels: Committer",
                "dead-letters: Writer -> dead-letters: Committer");
    }

    @Test
    void picturesAreTakenInTheThreadOfTheClassifierWhateverElseTheJobHas() throws IOException {
        for (String other : List.of("name=plain", "skip-unchanged.threshold=8", "model.control-topic=models",
                "model.parallelism=3")) {
            StreamGraph graph = graph(
                    "source.topics=[]", "source.cameras-topic=cameras", "pictures.topic=pictures", "parallelism=2", other);

            assertThat(vertices(graph.getJobGraph())).as(other).extracting(JobVertex::getName)
                    .anyMatch(name -> name.contains("classify -> ") && name.contains("pictures -> pictures-topic: Writer"));
            assertThat(node(graph, "pictures").getTransformationUID()).isEqualTo("pictures");
            assertThat(node(graph, "pictures").getParallelism()).isEqualTo(node(graph, "classify").getParallelism());
        }
    }

    @Test
    void theModelIsGuardedByOneGateWhereTheJobHasAControlTopic() throws IOException {
        StreamGraph graph = graph("model.control-topic=models", "parallelism=3");

        assertThat(graph.getStreamNodes())
                .filteredOn(node -> List.of("Source: model-choices", "model-trials", "model-gate")
                        .contains(node.getOperatorName()))
                .hasSize(3)
                .allSatisfy(node -> {
                    assertThat(node.getParallelism()).isEqualTo(1);
                    assertThat(node.getMaxParallelism()).isEqualTo(1);
                    assertThat(node.getTransformationUID()).isNotBlank();
                });
        assertThat(vertices(graph.getJobGraph())).extracting(JobVertex::getName)
                .contains("Source: images -> decode", "Source: model-choices -> model-trials -> model-gate")
                .anyMatch(name -> name.startsWith("classify -> "));
    }

    @Test
    void onlyAJobWithATopicOfComparisonsComparesAndItCountsByCamera() throws IOException {
        StreamGraph graph = graph(
                "model.control-topic=models", "model.comparisons-topic=comparisons", "parallelism=3");

        assertThat(node(graph, "compare").getTransformationUID()).isEqualTo("compare");
        assertThat(node(graph, "compare").getParallelism()).isEqualTo(3);
        assertThat(node(graph, "compare").getInEdges().get(0).getPartitioner())
                .isInstanceOf(KeyGroupStreamPartitioner.class);
        assertThat(vertices(graph.getJobGraph())).extracting(JobVertex::getName)
                .contains("compare -> comparisons: Writer -> comparisons: Committer");
        assertThat(graph("model.control-topic=models", "parallelism=3").getStreamNodes())
                .extracting(StreamNode::getOperatorName).doesNotContain("compare").hasSize(10);
    }

    @Test
    void theHeadsPassOneGateAndDecodeAndClassifyStayOneChain() throws IOException {
        StreamGraph graph = graph("model.heads-topic=heads", "parallelism=3");

        assertThat(graph.getStreamNodes())
                .filteredOn(node -> List.of("Source: heads", "head-gate").contains(node.getOperatorName()))
                .hasSize(2)
                .allSatisfy(node -> {
                    assertThat(node.getParallelism()).isEqualTo(1);
                    assertThat(node.getMaxParallelism()).isEqualTo(1);
                    assertThat(node.getTransformationUID()).isNotBlank();
                });
        assertThat(node(graph, "decode").getInEdges()).extracting(edge -> edge.getPartitioner().toString())
                .containsExactlyInAnyOrder("FORWARD", "BROADCAST");
        assertThat(vertices(graph.getJobGraph())).extracting(JobVertex::getName).containsExactlyInAnyOrder(
                "Source: images", "Source: heads -> head-gate",
                "decode -> classify -> labels: Writer -> labels: Committer",
                "dead-letters: Writer -> dead-letters: Committer");
    }

    @Test
    void aJobWhoseRegionsAreInItsFileHasTheSameOperatorsAsOneWithout() throws IOException {
        StreamGraph graph = graph("regions=[{camera: gate, name: left, box: [0, 0, 0.5, 1], every: 1 s}]");

        assertThat(vertices(graph.getJobGraph())).extracting(JobVertex::getName).containsExactlyInAnyOrder(
                "Source: images -> decode -> classify -> labels: Writer -> labels: Committer",
                "dead-letters: Writer -> dead-letters: Committer");
    }

    @Test
    void decodeAndClassifyAreKeyedByTheCameraWhereFramesTakeOverLabels() throws IOException {
        for (String other : List.of("name=plain", "model.control-topic=models", "model.heads-topic=heads",
                "model.parallelism=3")) {
            StreamGraph graph = graph("skip-unchanged.threshold=8", "parallelism=2", other);

            for (String name : List.of("decode", "classify")) {
                StreamNode node = node(graph, name);
                assertThat(node.getTransformationUID()).isEqualTo(name);
                assertThat(node.getStatePartitioners()).as(name + ", " + other).isNotEmpty();
                assertThat(node.getStateKeySerializer()).isNotNull();
            }
            assertThat(node(graph, "decode").getInEdges().get(0).getPartitioner())
                    .isInstanceOf(KeyGroupStreamPartitioner.class);
        }
    }

    @Test
    void framesThatTakeOverLabelsPassFromDecodeToClassifyInOneThreadWhereTheyCan() throws IOException {
        assertThat(verticesOf("name=plain")).contains("Source: images",
                "decode -> classify -> labels: Writer -> labels: Committer");
        assertThat(verticesOf("model.heads-topic=heads"))
                .contains("decode -> classify -> labels: Writer -> labels: Committer");
        for (String other : List.of("model.control-topic=models", "decode.parallelism=3", "model.parallelism=3")) {
            assertThat(verticesOf(other)).as(other)
                    .contains("decode", "classify -> labels: Writer -> labels: Committer");
            assertThat(node(graph("skip-unchanged.threshold=8", "parallelism=2", other), "classify")
                    .getInEdges().get(0).getPartitioner()).isInstanceOf(KeyGroupStreamPartitioner.class);
        }
    }

    private static List<String> verticesOf(String other) throws IOException {
        return vertices(graph("skip-unchanged.threshold=8", "parallelism=2", other).getJobGraph()).stream()
                .map(JobVertex::getName).toList();
    }

    @Test
    void nothingIsKeyedWhereEveryFrameIsClassified() throws IOException {
        assertThat(graph("parallelism=2").getStreamNodes())
                .allMatch(operator -> operator.getStateKeySerializer() == null);
    }

    private static StreamNode node(StreamGraph graph, String name) {
        return graph.getStreamNodes().stream()
                .filter(operator -> operator.getOperatorName().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void eachOperatorHasTheParallelismThatTheJobGivesIt() throws IOException {
        StreamGraph graph = graph(
                "parallelism=3", "source.parallelism=1", "decode.parallelism=2", "model.parallelism=4");

        assertThat(graph.getStreamNodes()).filteredOn(node -> !node.getOperatorName().contains(":"))
                .extracting(node -> node.getOperatorName() + " " + node.getParallelism())
                .containsExactlyInAnyOrder("decode 2", "classify 4");
        assertThat(graph.getStreamNodes()).filteredOn(node -> node.getOperatorName().equals("Source: images"))
                .extracting(StreamNode::getParallelism).containsExactly(1);
    }

    @Test
    void genericTypesAreRefused() throws IOException {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        ClassifyJob.configure(environment, definition());

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> TypeInformation.of(Object.class)
                        .createSerializer(environment.getConfig().getSerializerConfig()))
                .withMessageContaining("Generic types have been disabled");
        for (RecordTypeInformation<?> type : List.of(RecordTypeInformation.RAW_RECORD,
                RecordTypeInformation.DECODED_IMAGE, RecordTypeInformation.CLASSIFICATION,
                RecordTypeInformation.DEAD_LETTER, RecordTypeInformation.MODEL_CHANGE,
                RecordTypeInformation.COMPARED_PICTURE, RecordTypeInformation.MODEL_COMPARISON,
                RecordTypeInformation.REGION_CHANGE, RecordTypeInformation.HEADS_READ)) {
            assertThat(type.createSerializer(environment.getConfig().getSerializerConfig())).isNotNull();
        }
    }

    @Test
    void wrongWeightsAreRefusedWhenTheJobIsSubmitted() throws IOException {
        copyTriage();
        Path description = folder.resolve("model.yaml");
        Files.writeString(description, Files.readString(description).replace("size: small", "size: large"));

        assertThatTheModelIsRefused("model.safetensors");
    }

    @Test
    void weightsThatAreCutOffAreRefusedWhenTheJobIsSubmitted() throws IOException {
        copyTriage();
        Path weights = folder.resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 100_000));

        assertThatTheModelIsRefused("model.safetensors");
    }

    @Test
    void labelsOfOtherClassesAreRefusedWhenTheJobIsSubmitted() throws IOException {
        copyTriage();
        Files.writeString(folder.resolve("labels.txt"), "food\nreport\n");

        assertThatTheModelIsRefused(folder + " has 2 labels, but tensor", "has 3 classes",
                "the labels must name each of them");
    }

    @Test
    void aNetworkWhoseShapesDoNotFitIsRefusedWhenTheJobIsSubmitted() throws IOException {
        Path bundle = SmallBundle.write(folder.resolve("misshapen"), 32, 1, 2);
        // What it says of its output is left open, and only a run would tell.
        Files.write(bundle.resolve("net.onnx"), SmallNetwork.model(SmallNetwork.graph(new float[9], new float[3])
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, -1, -1))
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, -1))));
        assertThatTheModelIsRefused(bundle, "net.onnx", "2 labels", "export it again");

        Files.write(bundle.resolve("net.onnx"), SmallNetwork.model(SmallNetwork.graph(new float[6], new float[2])
                .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, 64, 64))
                .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, 2))));
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> graph("model.bundle=" + bundle))
                .withMessageContaining("input-size: is 32, but the network takes pictures of 64 x 64");
    }

    private void assertThatTheModelIsRefused(String... words) {
        assertThatTheModelIsRefused(folder, words);
    }

    private static void assertThatTheModelIsRefused(Path bundle, String... words) {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> graph("model.bundle=" + bundle))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private void copyTriage() throws IOException {
        for (Path file : StreamSupport.stream(
                Files.newDirectoryStream(Path.of("conf/models/triage")).spliterator(), false).toList()) {
            if (Files.isRegularFile(file)) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private static StreamGraph graph(String... overrides) throws IOException {
        JobDefinition job = definition(overrides);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        ClassifyJob.addTo(environment, job, BrokerCheck.unasked(job));
        return environment.getStreamGraph();
    }

    private static List<JobVertex> vertices(JobGraph graph) {
        return graph.getVerticesSortedTopologicallyFromSources();
    }

    private static JobDefinition definition(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides));
    }
}
