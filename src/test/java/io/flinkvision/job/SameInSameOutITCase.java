package io.flinkvision.job;

import static io.flinkvision.job.pipeline.JobHarness.header;
import static io.flinkvision.job.pipeline.JobHarness.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.Classifier;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import io.flinkvision.job.pipeline.ClassifyPipeline;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.pipeline.KafkaClients;
import io.flinkvision.job.record.RawRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The labels of a picture are a matter of its bytes and of the model, whatever runs beside it; and the labels of one
 * camera come in the order of its pictures. There are no batches: a network takes one picture at a time.
 */
class SameInSameOutITCase {

    private static final int PARTITIONS = 4;
    private static final int CAMERAS = 9;
    private static final int ROUNDS = 4;
    private static final int BAD = CAMERAS * ROUNDS;
    private static final int LABELLED = 2 * BAD;

    /** Pixels that are there at once: wherever they may overtake the JPEG before them, they will. */
    private static final byte[] TINY = new byte[8 * 8];
    private static final String NAME_OF_TINY = "tiny";

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private static List<byte[]> pictures;
    private static Map<String, List<Label>> expected;

    @BeforeAll
    static void classifyWithoutAJob() {
        pictures = Stream.concat(
                JobHarness.pictures().stream().map(JobHarness::bytes), Stream.of(JobHarness.largePicture())).toList();
        expected = new HashMap<>();
        ModelBundle bundle = ModelBundle.read(Path.of("conf/models/triage"));
        try (ImageDecoder decoder =
                        new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.AUTO);
                Classifier classifier = Classifier.load(bundle)) {
            for (int picture = 0; picture < pictures.size(); picture++) {
                expected.put("" + picture, labels(classifier, decoder.decode(pictures.get(picture))));
            }
            expected.put(NAME_OF_TINY, labels(classifier, decoder.decodeRaw(TINY, 8, 8, RawFormat.GRAY8)));
        }
    }

    private static List<Label> labels(Classifier classifier, DecodeOutcome decoded) {
        return classifier.classify(((Decoded) decoded).input(), 3);
    }

    @ParameterizedTest
    @CsvSource({
        "true,  parallelism=1, decode.parallelism=1",
        "false, parallelism=2, decode.parallelism=2",
        "true,  parallelism=4, model.parallelism=3",
        "false, parallelism=3, decode.parallelism=4"})
    void scoresAreEqualToTheBitAndTheLabelsOfACameraInItsOrder(boolean reuse, String parallelism, String further)
            throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS)) {
            send(job);

            run(job, reuse, parallelism, further, "model.top-k=3", "decode.reduced=auto");

            List<ConsumerRecord<byte[], byte[]>> labels = job.labels(LABELLED);
            assertThat(labels).hasSize(LABELLED);
            assertThat(labels).allSatisfy(record ->
                    assertThat(bits(record)).as("camera %s", JobHarness.key(record)).isEqualTo(expectedBits(record)));
            assertThat(offsetsOfEachKey(labels)).hasSize(CAMERAS)
                    .allSatisfy((camera, offsets) -> assertThat(offsets).as(camera).hasSize(2 * ROUNDS).isSorted());
            assertThat(job.deadLetters(BAD)).hasSize(BAD);
        }
    }

    @Test
    void aPictureIsSoLargeThatItIsReduced() {
        ModelBundle bundle = ModelBundle.read(Path.of("conf/models/triage"));
        try (ImageDecoder whole =
                        new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing(), Reduction.NONE);
                Classifier classifier = Classifier.load(bundle)) {
            assertThat(expected.values()).doesNotContain(
                    labels(classifier, whole.decode(pictures.get(pictures.size() - 1))));
        }
    }

    @Test
    void thePicturesThatAreComparedHaveDifferentScores() {
        assertThat(expected.values()).doesNotHaveDuplicates().hasSize(8);
    }

    /** All cameras take turns, each with a picture, one that cannot be decoded, and one that is hardly any work. */
    private static void send(JobHarness job) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                int picture = (camera + round) % pictures.size();
                job.send(camera % PARTITIONS, "camera-" + camera, pictures.get(picture), header("picture", "" + picture));
                job.send(camera % PARTITIONS, "camera-" + camera, new byte[] {1, 2, 3});
                job.send(camera % PARTITIONS, "camera-" + camera, TINY, header("picture", NAME_OF_TINY),
                        header("content-type", "image/x-raw"), header("width", "8"), header("height", "8"),
                        header("format", "gray8"));
            }
        }
    }

    private static void run(JobHarness job, boolean reuse, String... overrides) throws Exception {
        JobDefinition definition = job.definition(overrides);
        KafkaClients kafka = new KafkaClients(definition);
        StreamExecutionEnvironment environment = job.cluster().environment();
        ClassifyJob.configure(environment, definition);
        environment.configure(new Configuration().set(PipelineOptions.OBJECT_REUSE, reuse));
        KafkaSource<RawRecord> images = KafkaSource.<RawRecord>builder()
                .setBootstrapServers(KAFKA.bootstrapServers())
                .setTopics(job.images())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(new RawRecordDeserializationSchema())
                .build();
        ClassifyJob.addTo(environment, definition, new ClassifyPipeline(
                images, Optional.empty(), Optional.empty(), kafka.labels(), kafka.deadLetters(1 << 20), Optional.empty(),
                Optional.empty(), Optional.empty()));
        assertThat(environment.getConfig().isObjectReuseEnabled()).isEqualTo(reuse);
        environment.execute();
    }

    /** Index and score of each label, the score as the bits of a 32-bit float. */
    private static List<String> bits(ConsumerRecord<byte[], byte[]> record) {
        return StreamSupport.stream(json(record).get("labels").spliterator(), false)
                .map(label -> bits(label.get("index").intValue(), Float.parseFloat(label.get("score").asText())))
                .toList();
    }

    private static List<String> expectedBits(ConsumerRecord<byte[], byte[]> record) {
        return expected.get(JobHarness.header(record, "picture")).stream()
                .map(label -> bits(label.index(), label.score()))
                .toList();
    }

    private static String bits(int index, float score) {
        return index + ":" + Integer.toHexString(Float.floatToRawIntBits(score));
    }

    private static Map<String, List<Long>> offsetsOfEachKey(List<ConsumerRecord<byte[], byte[]>> labels) {
        return labels.stream().collect(Collectors.groupingBy(JobHarness::key, LinkedHashMap::new,
                Collectors.mapping(record -> json(record).at("/source/offset").longValue(), Collectors.toList())));
    }
}
