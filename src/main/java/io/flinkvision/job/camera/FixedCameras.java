package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cameras of a file, which stay the same while the job runs. */
public final class FixedCameras implements CameraDirectory {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, CameraDeclaration> cameras = new TreeMap<>();

    /** @param cameras with different ids */
    public FixedCameras(Collection<CameraDeclaration> cameras) {
        for (CameraDeclaration camera : cameras) {
            if (this.cameras.put(camera.id(), camera) != null) {
                throw new IllegalArgumentException("Two cameras have the id " + camera.id());
            }
        }
    }

    @Override
    public Opened open() {
        return new Opened() {
            @Override
            public SortedMap<String, CameraDeclaration> cameras() {
                return cameras;
            }

            @Override
            public void close() {}
        };
    }
}
