package io.flinkvision.job.operator;

import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
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
            new RecordTypeInformation<>(RawRecord.class, RawRecordSerializer.INSTANCE);

    public static final RecordTypeInformation<DecodedImage> DECODED_IMAGE =
            new RecordTypeInformation<>(DecodedImage.class, DecodedImageSerializer.INSTANCE);

    public static final RecordTypeInformation<Classification> CLASSIFICATION =
            new RecordTypeInformation<>(Classification.class, ClassificationSerializer.INSTANCE);

    public static final RecordTypeInformation<DeadLetter> DEAD_LETTER =
            new RecordTypeInformation<>(DeadLetter.class, DeadLetterSerializer.INSTANCE);

    public static final RecordTypeInformation<ModelChange> MODEL_CHANGE =
            new RecordTypeInformation<>(ModelChange.class, ModelChangeSerializer.INSTANCE);

    public static final RecordTypeInformation<LabelledFrame> LABELLED_FRAME =
            new RecordTypeInformation<>(LabelledFrame.class, LabelledFrameSerializer.INSTANCE);

    public static final RecordTypeInformation<CameraEvent> CAMERA_EVENT =
            new RecordTypeInformation<>(CameraEvent.class, CameraEventSerializer.INSTANCE);

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
