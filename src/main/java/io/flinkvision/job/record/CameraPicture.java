package io.flinkvision.job.record;

import io.flinkvision.core.camera.CapturedFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of the topic of pictures: under the camera's key a picture of it as a file, with the {@link Classification}
 * that it belongs to named by its headers. Of a job that reads cameras itself they are the only pictures in Kafka.
 */
public final class CameraPicture {

    /** The {@link Classification#id} of the picture's labels. */
    public static final String ID = "id";

    /** The {@link CameraFrame#session}. */
    public static final String SESSION = "session";

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
        return new RawRecord(answer.source(), answer.key(), Optional.of(file), headers);
    }
}
