package io.flinkvision.job.pipeline;

import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.job.camera.CameraDirectory;
import io.flinkvision.job.camera.FixedCameras;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The cameras that a job file names. */
final class JobCameras {

    private JobCameras() {}

    /**
     * Reads the file of cameras, or finds their topic.
     *
     * @param folder of the job file
     * @return empty if the job reads topics of pictures
     * @throws ConfigurationException with all problems of the file of cameras, none of which has a password
     */
    static Optional<CameraDirectory> of(OptionValues job, Path folder) {
        Optional<CameraDirectory> ofFile = file(job, folder)
                .map(file -> new FixedCameras(CamerasFile.declarations(file).values()));
        return ofFile.or(() -> job.find(JobOptions.SOURCE_CAMERAS_TOPIC).map(new KafkaClients(job)::cameras));
    }

    /** What is hardly meant in the file of cameras, if there is one: frames too rare for the events of the job. */
    static List<String> warnings(OptionValues job, Path folder) {
        if (job.find(JobOptions.EVENTS_TOPIC).isEmpty()) {
            return List.of();
        }
        return file(job, folder).stream()
                .flatMap(file -> CamerasFile.declarations(file).values().stream())
                .flatMap(camera -> camera.onlyChanges().stream().flatMap(rule ->
                        rule.offlineWarning(camera.id(), job.get(JobOptions.EVENTS_OFFLINE_AFTER)).stream()))
                .toList();
    }

    private static Optional<Path> file(OptionValues job, Path folder) {
        return job.find(JobOptions.SOURCE_CAMERAS).map(file -> folder.resolve(file).normalize());
    }
}
