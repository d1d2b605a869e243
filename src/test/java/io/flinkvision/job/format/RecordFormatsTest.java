package io.flinkvision.job.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.operator.SampleRecords;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.SchemaRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordFormatsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<SchemaRecord> records() {
        return Stream.concat(classifications(), SampleRecords.events());
    }

    private static Stream<Classification> classifications() {
        Classification full = SampleRecords.classification();
        return Stream.of(full, SampleRecords.reused(), SampleRecords.classificationOfRegions(),
                SampleRecords.classificationOfACamera(), SampleRecords.classificationWithoutOptionalFields(),
                SampleRecords.measuredClassification(),
                // Numbers that a careless mapping rounds, and a key that is no text.
                new Classification(full.source(), Optional.of(new byte[] {-1, 0, 1}), List.of(),
                        Optional.of(Instant.parse("2099-12-31T23:59:59.999Z")), 65_535, 1, "jpeg",
                        "Zürich \uD83D\uDC31", "f".repeat(64),
                        List.of(new Label("", 0, 0.72750956f), new Label("0", 999_999, Float.MIN_VALUE)), List.of(),
                        0, 0.001, Instant.parse("2000-01-01T00:00:00Z"), Optional.empty()));
    }

    static Stream<Arguments> recordsInFormats() {
        return records().flatMap(record -> Stream.of(RecordFormat.AVRO, RecordFormat.PROTOBUF)
                .map(format -> Arguments.of(record, format)));
    }

    static RecordSchema schema(SchemaRecord record) {
        return record instanceof Classification ? RecordSchema.CLASSIFICATION : RecordSchema.EVENT;
    }

    private static byte[] write(SchemaRecord record, RecordFormat format) {
        return new RegisteredSchema(schema(record), format, 7).write(record.toTree());
    }

    @ParameterizedTest
    @MethodSource("recordsInFormats")
    void hasAllThatTheJsonHas(SchemaRecord record, RecordFormat format) throws Exception {
        byte[] read = FramedValue.asJson(write(record, format), schema(record));

        // As texts, since a number may be in another class of Jackson's.
        assertThat(JSON.readTree(read)).isEqualTo(JSON.readTree(record.toJson()));
    }

    @ParameterizedTest
    @MethodSource("recordsInFormats")
    void isReadWhereJsonIsRead(SchemaRecord record, RecordFormat format) throws Exception {
        byte[] value = write(record, format);

        SchemaRecord read = record instanceof Classification ? Classification.read(value) : CameraEvent.read(value);

        assertThat(read.toJson()).asString(UTF_8).isEqualTo(new String(record.toJson(), UTF_8));
    }

    @Test
    void beginsAsConfluentsSerialisersDo() {
        Classification record = SampleRecords.classification();

        assertThat(new RegisteredSchema(RecordSchema.CLASSIFICATION, RecordFormat.AVRO, 0x01020304)
                .write(record.toTree())).startsWith(0, 1, 2, 3, 4, 2 * record.id().length());
        assertThat(new RegisteredSchema(RecordSchema.CLASSIFICATION, RecordFormat.PROTOBUF, 0x01020304)
                .write(record.toTree())).startsWith(0, 1, 2, 3, 4, 0, 1 << 3 | 2, record.id().length());
    }

    @ParameterizedTest
    @MethodSource("recordsInFormats")
    void aRecordThatEndsTooEarlyOrIsChangedIsMalformedOrAnotherRecord(SchemaRecord record, RecordFormat format) {
        byte[] value = write(record, format);
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = Arrays.copyOf(value, i % 2 == 0 ? value.length : random.nextInt(value.length));
            if (changed.length > 5) {
                changed[5 + random.nextInt(changed.length - 5)] = (byte) random.nextInt();
            }
            try {
                if (record instanceof Classification) {
                    Classification.read(changed);
                } else {
                    CameraEvent.read(changed);
                }
            } catch (MalformedRecordException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void aTextThatClaimsToBeHugeTakesNoMemory() {
        byte[] value = {0, 0, 0, 0, 7, -2, -1, -1, -1, 15, 'x', 'y'};

        assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> Classification.read(value))
                .withMessage("the value begins like one of a schema registry, but its schema has the number 7, but the"
                        + " rest is no such record in Avro: it ends too early, as a text says that it has 2147483647"
                        + " bytes, of which there are 2");
    }

    @ParameterizedTest
    @EnumSource(value = RecordFormat.class, names = "JSON", mode = EnumSource.Mode.EXCLUDE)
    void anEventIsNotTakenForLabels(RecordFormat format) {
        CameraEvent event = new CameraEvent(Optional.empty(),
                new Event.Online(Instant.EPOCH.plusSeconds(1_700_000_000L), Optional.empty()));

        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> Classification.read(write(event, format)));
    }
}
