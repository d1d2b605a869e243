package io.flinkvision.job.record;

import io.flinkvision.core.camera.CapturedFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of the topic of pictures: under the camera's key a picture of it as a file, with its
 * {@link Classification} in the headers. Of a job that reads cameras itself they are the only pictures in Kafka.
 */
public final class CameraPicture {

    /** The {@link Classification#id} of the picture's labels. */
    public static final String ID = "id";

    /** The {@link CameraFrame#session}. */
    public static final String SESSION = "session";

    /** The value of the record of the labels. */
    public static final String LABELS = "labels";

    private CameraPicture() {}

    /**
     * The record of a picture.
     *
     * @param answer its labels
     * @param file its encoded form
     */
    public static RawRecord of(Classification answer, byte[] file) {
        List<RecordHeader> headers = new ArrayList<>();
        headers.add(RecordHeader.text(RecordHeader.CONTENT_TYPE, CapturedFrame.contentType(file)));
        answer.captureTime().ifPresent(time ->
                headers.add(RecordHeader.text(RecordHeader.CAPTURE_TIME, Long.toString(time.toEpochMilli()))));
        headers.add(RecordHeader.text(ID, answer.id()));
        if (answer.source() instanceof CameraFrame frame) {
            headers.add(RecordHeader.text(SESSION, Long.toString(frame.session())));
            headers.add(RecordHeader.text(FrameHeaders.FRAME, Long.toString(frame.number())));
        }
        headers.add(new RecordHeader(LABELS, Optional.of(answer.toJson())));
        return new RawRecord(answer.source(), answer.key(), Optional.of(file), headers);
    }

    /**
     * The labels of a picture, about the record of the topic of pictures in place of the frame that it shows.
     *
     * @throws MalformedRecordException if the record does not have them
     */
    public static Classification labels(RawRecord record) throws MalformedRecordException {
        for (RecordHeader header : record.headers()) {
            if (header.name().equals(LABELS) && header.value().isPresent()) {
                return Classification.read(header.value().get()).about(record.origin());
            }
        }
        throw new MalformedRecordException("the record has no header " + LABELS + ", so it is none of a picture of a"
                + " camera");
    }
}
