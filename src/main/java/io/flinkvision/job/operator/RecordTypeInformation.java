package io.flinkvision.job.operator;

import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.job.region.RegionChange;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The explicit type of each record that passes between the job's operators, so that Flink never guesses one and never
 * falls back on Kryo.
 *
 * @param <T> the record
 */
public final class RecordTypeInformation<T> extends TypeInformation<T> {

    public static final RecordTypeInformation<RawRecord> RAW_RECORD =
            new RecordTypeInformation<>(RawRecord.class, RecordForms.RAW_RECORD);

    public static final RecordTypeInformation<DecodedImage> DECODED_IMAGE =
            new RecordTypeInformation<>(DecodedImage.class, RecordForms.DECODED_IMAGE);

    public static final RecordTypeInformation<Classification> CLASSIFICATION =
            new RecordTypeInformation<>(Classification.class, RecordForms.CLASSIFICATION);

    public static final RecordTypeInformation<DeadLetter> DEAD_LETTER =
            new RecordTypeInformation<>(DeadLetter.class, RecordForms.DEAD_LETTER);

    public static final RecordTypeInformation<ModelChange> MODEL_CHANGE =
            new RecordTypeInformation<>(ModelChange.class, RecordForms.MODEL_CHANGE);

    public static final RecordTypeInformation<ComparedPicture> COMPARED_PICTURE =
            new RecordTypeInformation<>(ComparedPicture.class, RecordForms.COMPARED_PICTURE);

    public static final RecordTypeInformation<ModelComparison> MODEL_COMPARISON =
            new RecordTypeInformation<>(ModelComparison.class, RecordForms.MODEL_COMPARISON);

    public static final RecordTypeInformation<RegionChange> REGION_CHANGE =
            new RecordTypeInformation<>(RegionChange.class, RecordForms.REGION_CHANGE);

    public static final RecordTypeInformation<HeadsRead> HEADS_READ =
            new RecordTypeInformation<>(HeadsRead.class, RecordForms.HEADS_READ);

    public static final RecordTypeInformation<LabelledFrame> LABELLED_FRAME =
            new RecordTypeInformation<>(LabelledFrame.class, RecordForms.LABELLED_FRAME);

    public static final RecordTypeInformation<CameraEvent> CAMERA_EVENT =
            new RecordTypeInformation<>(CameraEvent.class, RecordForms.CAMERA_EVENT);

    public static final RecordTypeInformation<StateRecord> STATE_RECORD =
            new RecordTypeInformation<>(StateRecord.class, RecordForms.STATE_RECORD);

    public static final RecordTypeInformation<AnsweredPicture> ANSWERED_PICTURE =
            new RecordTypeInformation<>(AnsweredPicture.class, RecordForms.ANSWERED_PICTURE);

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final TypeSerializer<T> serializer;

    private RecordTypeInformation(Class<T> type, TypeSerializer<T> serializer) {
        this.type = type;
        this.serializer = serializer;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof RecordTypeInformation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordTypeInformation<?> that && type.equals(that.type);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(type);
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
