package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.Pictures;
import io.flinkvision.core.camera.FrameSource.StandardInput;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.PictureCutter.Cut;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/** Reads the pictures of one source in their order, on one thread. */
public interface FrameReader extends AutoCloseable {

    /** Receives the problems of single pictures, on the reader's thread. */
    interface Problems {

        /** A picture was skipped: it is too large or incomplete. */
        void skipped(String reason);

        /** A picture without an end marker is delivered as it came. */
        void unmarked(String reason);

        /** A picture was left out because it looks like the last one that was handed on. */
        default void unchanged() {}

        /** Something about the source that its owner should know; said once per reader. */
        default void warned(String reason) {}

        /** Whether a cut is a picture to deliver; reports what is wrong with it. */
        default boolean accept(Cut cut, long number, long maxBytes) {
            switch (cut.ending()) {
                case WHOLE -> {
                    return true;
                }
                case UNMARKED -> {
                    unmarked("frame " + number + " has no end marker");
                    return true;
                }
                case FRAGMENT -> skipped("frame " + number + " ends before its pixels");
                case TOO_LARGE -> skipped("frame " + number + " has more than the limit of " + maxBytes
                        + " bytes (max-image-bytes in the job file, or the topic's max.message.bytes)");
                case CUT_OFF, NO_PICTURE -> { }
            }
            return false;
        }
    }

    /**
     * Opens the source of a camera.
     *
     * @param context what does not depend on the camera
     * @param stopped polled while this or the reader waits; true ends the wait
     * @throws IOException if it cannot be reached now
     * @throws CameraException if it cannot be read
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    static FrameReader open(CameraDefinition camera, ReadingContext context, BooleanSupplier stopped,
            Problems problems) throws IOException, InterruptedException {
        FrameSource source = camera.source();
        CameraSettings settings = camera.settings();
        Clock clock = Clock.systemUTC();
        if (source instanceof Pictures pictures) {
            Optional<Path> records = settings.loop() ? Optional.empty() : context.records();
            SentFiles sent = records.isPresent()
                    ? SentFiles.open(records.get(), camera.id(), pictures.folder())
                    : SentFiles.forgotten();
            return new PictureReader(pictures, settings, context.maxFrameBytes(), sent, clock);
        }
        if (source instanceof StandardInput) {
            return new JpegStreamReader(context.standardInput(), context.maxFrameBytes(), settings, problems, clock);
        }
        if (source instanceof TestScene scene) {
            return new TestSceneReader(scene, settings, clock);
        }
        if (source instanceof NetworkStream network && HttpConnection.isHttp(network.address())) {
            Optional<FrameReader> pictures =
                    HttpPictureReader.open(network, context.maxFrameBytes(), settings, problems, clock);
            if (pictures.isPresent()) {
                return pictures.get();
            }
        }
        return new VideoReader(source, settings, context.form(), stopped, problems, clock);
    }

    /**
     * Waits for the next picture; empty after the last one.
     *
     * @throws IOException if the source was lost; a live one may come back
     * @throws CameraException if it cannot be read and a retry would not help
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    Optional<CapturedFrame> next() throws IOException, InterruptedException;

    /** Whether the source continues without its reader, so that frames that are not read in time are lost. */
    default boolean isLive() {
        return false;
    }

    /**
     * Whether this leaves out pictures that have not changed by itself, which is cheaper before they are encoded. Those
     * of other readers are compared afterwards.
     */
    default boolean comparesPictures() {
        return false;
    }

    /** How much of the source has been read, from 0 to 1; empty if its end is unknown. */
    default OptionalDouble progress() {
        return OptionalDouble.empty();
    }

    /** What to report at the end besides the counts, such as skipped files; empty for nothing. */
    default String remark() {
        return "";
    }

    /**
     * A frame is on the topic; called on Kafka's thread.
     *
     * @throws IOException if that cannot be recorded
     */
    default void delivered(CapturedFrame frame) throws IOException {}

    /** A frame will not get to the topic; called mostly on Kafka's thread. */
    default void undelivered(CapturedFrame frame) {}

    /** Releases the source; idempotent. */
    @Override
    void close();
}
