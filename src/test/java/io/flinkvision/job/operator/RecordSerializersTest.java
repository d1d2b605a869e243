package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.RecordHeader;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSerializersTest {

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(RecordTypeInformation.RAW_RECORD, SampleRecords.image()),
                Arguments.of(RecordTypeInformation.RAW_RECORD, SampleRecords.tombstone()),
                Arguments.of(RecordTypeInformation.DECODED_IMAGE, SampleRecords.decoded()),
                Arguments.of(RecordTypeInformation.CLASSIFICATION, SampleRecords.classification()),
                Arguments.of(RecordTypeInformation.CLASSIFICATION, SampleRecords.classificationWithoutOptionalFields()),
                Arguments.of(RecordTypeInformation.CLASSIFICATION, SampleRecords.reused()),
                Arguments.of(RecordTypeInformation.DEAD_LETTER, SampleRecords.deadLetter()),
                Arguments.of(RecordTypeInformation.MODEL_CHANGE, new ModelChange(Optional.empty())),
                Arguments.of(RecordTypeInformation.MODEL_CHANGE, new ModelChange(Optional.of(
                        new ModelChoice("s3://models/Zürich", "0123456789abcdef".repeat(4))))),
                Arguments.of(RecordTypeInformation.LABELLED_FRAME, SampleRecords.labelledFrame()),
                Arguments.of(RecordTypeInformation.LABELLED_FRAME,
                        LabelledFrame.of(SampleRecords.classificationWithoutOptionalFields())));
    }

    static Stream<Arguments> eventsAndStates() {
        return Stream.concat(Stream.concat(
                Stream.of(Arguments.of(LastClassifiedSerializer.INSTANCE, SampleRecords.lastClassified())),
                SampleRecords.events().map(event -> Arguments.of(CameraEventSerializer.INSTANCE, event))),
                SampleRecords.trackedCameras().map(camera -> Arguments.of(TrackedCameraSerializer.INSTANCE, camera)));
    }

    @ParameterizedTest
    @MethodSource("eventsAndStates")
    <T> void eventsAndStatesAreReadBackToo(TypeSerializer<T> serializer, T record) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

        assertThat(serializer.deserialize(in)).usingRecursiveComparison().isEqualTo(record);
        assertThat(in.available()).isZero();
    }

    @Test
    void stateOfANewerVersionIsRefusedInWords() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TrackedCameraSerializer.INSTANCE.serialize(TrackedCamera.UNKNOWN, out);
        byte[] bytes = out.getCopyOfBuffer();
        bytes[0] = 9;

        assertThatIOException()
                .isThrownBy(() -> TrackedCameraSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
                .withMessageContaining("version 9").withMessageContaining("newer flink-vision");
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void whatIsWrittenIsReadBack(RecordTypeInformation<T> type, T record) throws IOException {
        TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);
        serializer.serialize(record, out);

        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        T first = serializer.deserialize(in);
        T second = serializer.deserialize(in);

        assertThat(first).usingRecursiveComparison().isEqualTo(record);
        assertThat(second).usingRecursiveComparison().isEqualTo(record);
        assertThat(in.available()).isZero();
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void theBinaryFormIsCopiedWhole(RecordTypeInformation<T> type, T record) throws IOException {
        TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);

        DataOutputSerializer copy = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);

        assertThat(copy.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
    }

    @ParameterizedTest
    @MethodSource("records")
    <T> void aSavepointOfTheSameSerialiserIsCompatible(RecordTypeInformation<T> type, T record) {
        TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
        TypeSerializerSnapshot<T> snapshot = serializer.snapshotConfiguration();

        assertThat(snapshot.resolveSchemaCompatibility(serializer.snapshotConfiguration()).isCompatibleAsIs()).isTrue();
        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
    }

    @Test
    void theLastHeaderOfANameCounts() {
        RawRecord record = new RawRecord(
                SampleRecords.COORDINATES,
                Optional.empty(),
                Optional.empty(),
                java.util.List.of(RecordHeader.text("width", "1"), RecordHeader.text("width", " 2 ")));

        assertThat(record.header("width")).contains("2");
        assertThat(record.header("height")).isEmpty();
    }
}
