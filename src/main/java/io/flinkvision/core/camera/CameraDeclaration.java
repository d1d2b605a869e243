package io.flinkvision.core.camera;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A camera as somebody wrote it down: what a file of cameras and a record of the topic of cameras hold. Its texts may
 * refer to environment variables, and are resolved only where the camera is read: a declaration is in job graphs and
 * checkpoints, where no password may be.
 *
 * @param id the key of its records
 * @param options the texts by the names of a file's keys: {@code source}, {@code fps}, {@code every} and so on
 */
public record CameraDeclaration(String id, SortedMap<String, String> options) implements Serializable {

    private static final long serialVersionUID = 1L;

    public CameraDeclaration {
        Objects.requireNonNull(id, "id");
        options = new TreeMap<>(options);
    }

    /**
     * The camera with all references replaced.
     *
     * @param environment the variables that the texts may refer to
     * @throws CameraException if a text is wrong; its message has no password
     */
    public CameraDefinition resolve(Map<String, String> environment) {
        throw new CameraException("not yet");
    }
}
