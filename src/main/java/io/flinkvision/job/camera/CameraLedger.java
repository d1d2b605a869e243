package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.job.record.CameraRecord;
import io.flinkvision.job.record.RawRecord;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides which records of the topic of cameras count. They must come in the topic's order. */
public final class CameraLedger {

    /** Cameras of a job. */
    public static final int MAX_CAMERAS = 10_000;

    private final SortedMap<String, CameraDeclaration> declared = new TreeMap<>();
    private final int maxCameras;

    /** A ledger without cameras. */
    public CameraLedger() {
        this(MAX_CAMERAS);
    }

    CameraLedger(int maxCameras) {
        this.maxCameras = maxCameras;
    }

    /**
     * Takes up a record of the topic.
     *
     * @throws CameraException with the reason if it is refused; what was declared before stays
     */
    public void accept(RawRecord record) {
        String id = CameraRecord.id(record.key()
                .orElseThrow(() -> new CameraException("the record has no key: it must be the camera's id")));
        if (record.value().isEmpty()) {
            declared.remove(id);
            return;
        }
        CameraDeclaration camera = CameraRecord.read(id, record.value().get());
        if (declared.size() >= maxCameras && !declared.containsKey(id)) {
            throw new CameraException("the topic has " + maxCameras + " cameras already, and no more are possible;"
                    + " remove some with records without a value");
        }
        declared.put(id, camera);
    }

    /** The cameras by their ids; changes with the next record. */
    public SortedMap<String, CameraDeclaration> declared() {
        return Collections.unmodifiableSortedMap(declared);
    }
}
