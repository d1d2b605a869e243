package io.flinkvision.job.camera;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What the enumerator and a reader tell each other about a camera of the reader, besides its assignment.
 */
sealed interface CameraMessage extends SourceEvent {

    String camera();

    /** Of the assignment that the message is about. */
    long session();

    /** To the reader: stop reading the camera, and confirm that with {@link Released}. */
    record Release(String camera, long session) implements CameraMessage {

        private static final long serialVersionUID = 1L;
    }

    /** From the reader: it reads the camera no more, and has dropped the frames that waited. */
    record Released(String camera, long session) implements CameraMessage {

        private static final long serialVersionUID = 1L;
    }

    /** From the reader: the camera has reached its end, so nobody needs to read it any more. */
    record Ended(String camera, long session) implements CameraMessage {

        private static final long serialVersionUID = 1L;
    }
}
