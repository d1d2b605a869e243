package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import java.io.Serializable;
import java.util.SortedMap;

/** Which cameras a job reads. It travels with the job; the JobManager opens it. */
public interface CameraDirectory extends Serializable {

    /** An open directory, which is asked by one thread at a time. */
    interface Opened extends AutoCloseable {

        /**
         * The cameras that there are now, by their ids.
         *
         * @throws Exception if they cannot be read now; the job goes on with those that it knows
         */
        SortedMap<String, CameraDeclaration> cameras() throws Exception;

        @Override
        void close();
    }

    Opened open();
}
