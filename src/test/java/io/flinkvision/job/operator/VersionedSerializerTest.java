package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.StateRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VersionedSerializerTest {

    /**
     * The samples in every version of their forms, a line of {@code type/version/sample=hex} each. Lines are only
     * added: {@code -Dforms.write=true} adds those that are missing.
     */
    private static final Path FORMS = Path.of("src/test/resources/forms.txt");

    /** A type whose first version was the text alone. */
    private static final VersionedSerializer<String> SECOND_VERSION = new VersionedSerializer<>("text",
            (text, target) -> {
                target.writeInt(7);
                RecordFields.writeText(text, target);
            },
            List.of(RecordFields::readText, source -> source.readInt() + RecordFields.readText(source)));

    /** A value and the serialiser of its type. */
    record Sample<T>(String name, VersionedSerializer<T> serializer, T value) {

        byte[] bytes() throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(64);
            serializer.serialize(value, out);
            return out.getCopyOfBuffer();
        }

        void assertReadFrom(byte[] bytes) throws IOException {
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            assertThat(serializer.deserialize(in)).usingRecursiveComparison().isEqualTo(value);
            assertThat(in.available()).isZero();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @SafeVarargs
    private static <T> Stream<Sample<?>> samples(VersionedSerializer<T> serializer, T... values) {
        return Stream.iterate(0, i -> i < values.length, i -> i + 1)
                .map(i -> new Sample<>(serializer.name() + "/" + i, serializer, values[i]));
    }

    static List<Sample<?>> samples() {
        return Stream.of(
                        samples(RecordForms.RAW_RECORD, SampleRecords.image(), SampleRecords.tombstone(),
                                SampleRecords.cameraFrame()),
                        samples(RecordForms.DECODED_IMAGE, SampleRecords.decoded(), SampleRecords.decodedRegions(),
                                SampleRecords.measured(), SampleRecords.partlyChanged()),
                        samples(RecordForms.CLASSIFICATION, SampleRecords.classification(),
                                SampleRecords.classificationWithoutOptionalFields(), SampleRecords.reused(),
                                SampleRecords.classificationOfRegions(), SampleRecords.classificationOfACamera(),
                                SampleRecords.measuredClassification()),
                        samples(RecordForms.DEAD_LETTER, SampleRecords.deadLetter(),
                                SampleRecords.deadLetterOfACamera()),
                        samples(RecordForms.ANSWERED_PICTURE, new AnsweredPicture(
                                SampleRecords.classificationOfACamera(), SampleRecords.cameraFrame())),
                        samples(RecordForms.MODEL_CHANGE, new Replacement(Optional.empty()),
                                new Replacement(Optional.of(
                                        new ModelChoice("s3://models/Zürich", "0123456789abcdef".repeat(4)))),
                                new Trial(new ModelCandidate(
                                        new ModelChoice("s3://models/Zürich", "0123456789abcdef".repeat(4)),
                                        Mode.CANARY, 2.5)),
                                new EndOfTrial()),
                        samples(RecordForms.COMPARED_PICTURE, SampleRecords.comparedPictures().toArray(ComparedPicture[]::new)),
                        samples(RecordForms.MODEL_COMPARISON, SampleRecords.modelComparison()),
                        samples(RecordForms.REGION_CHANGE, SampleRecords.regionChange(),
                                SampleRecords.regionChangeWithoutOptionalFields(), SampleRecords.regionRemoval()),
                        samples(RecordForms.HEADS_READ,
                                new HeadsRead(new TreeMap<>(Map.of("heads-0", 7L, "heads-1", 0L))),
                                new HeadsRead(new TreeMap<>())),
                        samples(RecordForms.LABELLED_FRAME, SampleRecords.labelledFrame(),
                                SampleRecords.labelledFrames(SampleRecords.classificationWithoutOptionalFields()).get(0),
                                SampleRecords.labelledFrameWithoutLabels(),
                                SampleRecords.labelledFrames(SampleRecords.classificationOfRegions()).get(0),
                                SampleRecords.labelledFrames(SampleRecords.measuredClassification()).get(0)),
                        samples(RecordForms.CAMERA_EVENT,
                                SampleRecords.events().toArray(CameraEvent[]::new)),
                        samples(RecordForms.FRAME, SampleRecords.labelledFrame().frame()),
                        samples(RecordForms.TRACKED_CAMERA,
                                SampleRecords.trackedCameras().toArray(TrackedCamera[]::new)),
                        samples(RecordForms.LAST_CLASSIFIED, SampleRecords.lastClassified(),
                                SampleRecords.lastClassifiedOfACamera(), SampleRecords.lastClassifiedForAnother()),
                        samples(RecordForms.SEEN_VIEW, SampleRecords.seenView()),
                        samples(RecordForms.CAMERA_LOOKS, SampleRecords.cameraLooks(), CameraLooks.NONE),
                        samples(RecordForms.STATE_RECORD, SampleRecords.states().toArray(StateRecord[]::new)),
                        samples(RecordForms.TRACKED_PRESENT,
                                SampleRecords.trackedPresents().toArray(TrackedPresent[]::new)),
                        samples(RecordForms.LAST_REGION, SampleRecords.lastRegion()))
                .<Sample<?>>flatMap(samples -> samples)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatIsWrittenIsReadBack(Sample<?> sample) throws IOException {
        sample.assertReadFrom(sample.bytes());
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void theBinaryFormIsCopiedWhole(Sample<T> sample) throws IOException {
        DataOutputSerializer copy = new DataOutputSerializer(64);
        sample.serializer().copy(new DataInputDeserializer(sample.bytes()), copy);

        assertThat(copy.getCopyOfBuffer()).isEqualTo(sample.bytes());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aFormOnlyChangesWithItsVersion(Sample<?> sample) throws IOException {
        byte[] bytes = sample.bytes();
        String key = key(sample, bytes[0]);
        Map<String, String> forms = forms();
        if (Boolean.getBoolean("forms.write") && forms.putIfAbsent(key, HexFormat.of().formatHex(bytes)) == null) {
            Files.write(FORMS, forms.entrySet().stream().map(form -> form.getKey() + "=" + form.getValue()).toList());
        }

        assertThat(forms.get(key)).as(key + " in " + FORMS).isEqualTo(HexFormat.of().formatHex(bytes));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyFormThatThereEverWasIsRead(Sample<?> sample) throws IOException {
        Map<String, String> forms = forms();
        int newest = sample.bytes()[0];
        for (int version = 1; version <= newest; version++) {
            String form = forms.get(key(sample, version));
            // What an older version could not hold has no form of it.
            if (version == newest || form != null) {
                sample.assertReadFrom(HexFormat.of().parseHex(form));
            }
        }
    }

    private static String key(Sample<?> sample, int version) {
        return sample.name().replace("/", "/" + version + "/");
    }

    private static Map<String, String> forms() throws IOException {
        Map<String, String> forms = new TreeMap<>();
        if (Files.exists(FORMS)) {
            for (String line : Files.readAllLines(FORMS)) {
                forms.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void aSavepointOfTheSameSerialiserIsCompatible(Sample<T> sample) throws Exception {
        TypeSerializerSnapshot<T> snapshot = restored(sample.serializer());

        assertThat(sample.serializer().snapshotConfiguration().resolveSchemaCompatibility(snapshot)
                .isCompatibleAsIs()).isTrue();
        assertThat(snapshot.restoreSerializer()).isSameAs(sample.serializer());
        assertThat(InstantiationUtil.clone(sample.serializer())).isSameAs(sample.serializer());
    }

    private static <T> TypeSerializerSnapshot<T> restored(VersionedSerializer<T> serializer) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        return TypeSerializerSnapshot.readVersionedSnapshot(new DataInputDeserializer(out.getCopyOfBuffer()),
                VersionedSerializerTest.class.getClassLoader());
    }

    @Test
    void aSavepointOfAnotherTypeIsNotCompatible() {
        assertThat(snapshot("raw record").resolveSchemaCompatibility(snapshot("frame")).isIncompatible()).isTrue();
    }

    private static TypeSerializerSnapshot<Object> snapshot(String name) {
        return RecordForms.named(name).snapshotConfiguration();
    }

    @Test
    void theFirstVersionIsReadByTheSecond() throws IOException {
        DataOutputSerializer old = new DataOutputSerializer(64);
        old.writeByte(1);
        RecordFields.writeText("old", old);

        new Sample<>("old", SECOND_VERSION, "old").assertReadFrom(old.getCopyOfBuffer());
        new Sample<>("new", SECOND_VERSION, "7new").assertReadFrom(
                new Sample<>("new", SECOND_VERSION, "new").bytes());
    }

    @Test
    void aNewerVersionIsRefusedInWords() throws IOException {
        Sample<TrackedCamera> sample = new Sample<>("camera", RecordForms.TRACKED_CAMERA, TrackedCamera.UNKNOWN);
        byte[] bytes = sample.bytes();
        bytes[0] = 9;

        assertThatIOException().isThrownBy(() -> sample.assertReadFrom(bytes))
                .withMessageContaining("tracked camera of version 9, and this job reads versions 1 to 3")
                .withMessageContaining("newer flink-vision");
    }

    @Test
    void aSavepointOfANewerVersionOrAnUnknownTypeIsRefusedInWords() {
        assertThatIOException().isThrownBy(() -> readSnapshot("frame", 3))
                .withMessageContaining("frame of version 3");
        assertThatIllegalStateException().isThrownBy(() -> readSnapshot("region", 1))
                .withMessageContaining("a region, which this job does not know");
    }

    private static void readSnapshot(String name, int version) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeUTF(name);
        out.writeInt(version);
        new VersionedSerializer.Snapshot<>().readSnapshot(1, new DataInputDeserializer(out.getCopyOfBuffer()),
                VersionedSerializerTest.class.getClassLoader());
    }
}
