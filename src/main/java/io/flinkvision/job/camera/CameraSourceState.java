package io.flinkvision.job.camera;

/**
 * What a checkpoint holds of the source: it does not say which cameras there are, since the directory knows, nor who
 * reads them, since they are assigned anew.
 *
 * @param lastSession the largest session of all assignments; 0 before the first one
 */
record CameraSourceState(long lastSession) {

    static final CameraSourceState NEW = new CameraSourceState(0);

    CameraSourceState {
        if (lastSession < 0) {
            throw new IllegalArgumentException("lastSession must be at least 0, not " + lastSession);
        }
    }
}
