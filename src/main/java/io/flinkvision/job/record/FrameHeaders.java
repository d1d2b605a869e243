package io.flinkvision.job.record;

import io.flinkvision.core.camera.CapturedFrame.Pixels;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.core.image.RawPicture;
import java.util.ArrayList;
import java.util.List;

/** The headers of a camera's frame on the images topic, and in a job that reads the camera itself. */
public final class FrameHeaders {

    /** The frame's number among the pictures of its source. */
    public static final String FRAME = "frame";

    /** When a reader took the camera over, as {@link CameraFrame#session}; only of frames that a job has read. */
    public static final String SESSION = "session";

    /** The name of a picture's file. */
    public static final String FILE = "file";

    private FrameHeaders() {}

    public static List<RecordHeader> of(CapturedFrame frame) {
        List<RecordHeader> headers = new ArrayList<>(List.of(
                RecordHeader.text(RecordHeader.CONTENT_TYPE, frame.contentType()),
                RecordHeader.text(RecordHeader.CAPTURE_TIME, Long.toString(frame.captureTime().toEpochMilli())),
                RecordHeader.text(FRAME, Long.toString(frame.number()))));
        if (frame.picture() instanceof Pixels pixels) {
            RawPicture raw = pixels.raw();
            headers.add(RecordHeader.text(RecordHeader.WIDTH, Integer.toString(raw.width())));
            headers.add(RecordHeader.text(RecordHeader.HEIGHT, Integer.toString(raw.height())));
            headers.add(RecordHeader.text(RecordHeader.FORMAT, raw.format().id()));
        }
        frame.file().ifPresent(file -> headers.add(RecordHeader.text(FILE, file)));
        return headers;
    }

    /** Those of a frame that a job has read itself: in its topic, they tell which reader sent it. */
    public static List<RecordHeader> of(CapturedFrame frame, long session) {
        List<RecordHeader> headers = new ArrayList<>(of(frame));
        headers.add(RecordHeader.text(SESSION, Long.toString(session)));
        return headers;
    }
}
