package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.DecodeHarness;
import io.flinkvision.job.operator.DecodedImage;
import io.flinkvision.job.operator.RawRecordDeserializationSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From what Kafka's client delivers to the decoder's native memory, no byte of a picture is copied on the heap. */
class PictureCopiesTest {

    /** Records, headers, Flink's own. */
    private static final long REST = 8_000;

    @ParameterizedTest
    @CsvSource({"64, 48", "640, 480", "1280, 720"})
    void aPictureIsCopiedNowhereOnTheHeap(int width, int height) throws Exception {
        Preprocessing preprocessing = ModelBundle.read(Path.of("conf/models/triage")).preprocessing();
        long input = 3L * preprocessing.inputSize() * preprocessing.inputSize();
        ConsumerRecord<byte[], byte[]> record = rawPicture(width, height);
        RawRecordDeserializationSchema schema = new RawRecordDeserializationSchema();
        List<RawRecord> read = new ArrayList<>();
        OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> decode =
                DecodeHarness.open(preprocessing, AgeLimit.NONE);
        try {
            assertThat(AllocatedBytes.inTheSteadyState(() -> {
                read.clear();
                schema.deserialize(record, new ListCollector<>(read));
                process(decode, read.get(0));
            })).isBetween(input, input + REST);

            DecodedImage decoded = decode.extractOutputValues().get(0);
            assertThat(decoded.source().value().orElseThrow()).isSameAs(record.value());
        } finally {
            decode.close();
        }
    }

    private static void process(
            OneInputStreamOperatorTestHarness<RawRecord, DecodedImage> decode, RawRecord image) {
        try {
            decode.processElement(image, 0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ConsumerRecord<byte[], byte[]> rawPicture(int width, int height) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("images", 0, 0, "camera-1".getBytes(UTF_8), new byte[3 * width * height]);
        record.headers().add(RecordHeader.CONTENT_TYPE, RecordHeader.RAW_PIXELS.getBytes(UTF_8))
                .add(RecordHeader.WIDTH, Integer.toString(width).getBytes(UTF_8))
                .add(RecordHeader.HEIGHT, Integer.toString(height).getBytes(UTF_8))
                .add(RecordHeader.FORMAT, "bgr24".getBytes(UTF_8));
        return record;
    }
}
