package io.flinkvision.tools.publish;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.job.record.CameraRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * The topic that declares the cameras of running jobs (docs/cameras.md).
 *
 * @param name the job file's {@code source.cameras-topic}
 * @param admin properties of an admin client, with the brokers and credentials
 * @param producer the same for a producer
 * @param consumer the same for a consumer
 */
public record CamerasTopic(String name, Properties admin, Properties producer, Properties consumer) {

    public CamerasTopic {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(admin, "admin");
        Objects.requireNonNull(producer, "producer");
        Objects.requireNonNull(consumer, "consumer");
    }

    /**
     * Creates the topic if it is missing.
     *
     * @param remarks receives what was done, and warnings
     * @throws ToolException if the brokers do not respond, or refuse it
     */
    public void require(Consumer<String> remarks) {
        topic().require(remarks);
    }

    /**
     * Declares cameras, after the job's own rules have been applied to them; their number is not known here.
     *
     * @return where each was written, in the same order
     * @throws CameraException with the reason why the job would refuse one
     * @throws ToolException if the topic cannot be written
     */
    public List<RecordCoordinates> publish(Collection<CameraDeclaration> cameras) {
        Map<String, Optional<byte[]>> values = new LinkedHashMap<>();
        for (CameraDeclaration camera : cameras) {
            values.put(camera.id(), Optional.of(CameraRecord.toJson(CameraRecord.asRead(camera))));
        }
        return topic().publish(values);
    }

    /**
     * Removes what keys declare, in their order, by records without a value.
     *
     * @throws ToolException if the topic cannot be written
     */
    public List<RecordCoordinates> remove(Collection<String> keys) {
        Map<String, Optional<byte[]>> removals = new LinkedHashMap<>();
        keys.forEach(key -> removals.put(key, Optional.empty()));
        return topic().publish(removals);
    }

    /**
     * What the topic declares now.
     *
     * @throws ToolException if the topic does not exist or may not be read, or the brokers do not answer
     */
    public DeclaredCameras declared() {
        return DeclaredCameras.read(consumer, name);
    }

    private CompactedTopic topic() {
        return new CompactedTopic(name, admin, producer);
    }

    /** Without the clients' properties, which hold passwords. */
    @Override
    public String toString() {
        return "CamerasTopic[" + name + "]";
    }
}
