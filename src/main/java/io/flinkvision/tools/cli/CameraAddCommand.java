package io.flinkvision.tools.cli;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.job.record.CameraRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.CamerasTopic;
import io.flinkvision.tools.publish.DeclaredCameras;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision camera add}: declares cameras to running jobs, or changes what is declared. */
@Command(
        name = "add",
        description = {
            "Declare a camera to running jobs, or all cameras of a file, without a restart: checks them, and writes"
                    + " them to the topic that the jobs' source.cameras-topic names. A camera that the topic has"
                    + " already is changed.",
            "Values may refer to environment variables of the TaskManagers whose names begin with CAMERA_. A password"
                    + " must: 'rtsp://viewer:$${CAMERA_DOOR}@192.0.2.10/stream1', in single quotes, so that the shell"
                    + " leaves it alone."
        },
        footer = {"",
            "A SOURCE is an address (rtsp://, rtsps://, http://, https://) or a test scene (test:NAME). Files and"
                    + " devices are for a file of cameras that travels with the job.",
            "The topic is created if missing: compacted, with one partition.",
            "Exit status: 0 if the topic has them, 1 if not, 2 on wrong usage."})
final class CameraAddCommand extends VisionCommand implements Runnable {

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID",
            description = "The id, which becomes the key of its records.")
    private Optional<String> id = Optional.empty();

    @Parameters(index = "1", arity = "0..1", paramLabel = "SOURCE",
            description = "Where its frames come from; see below.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--fps", paramLabel = "N", description = "Maximum frames per second.")
    private Optional<String> fps = Optional.empty();

    @Option(names = "--every", paramLabel = "N", description = "Use only every Nth frame.")
    private Optional<String> every = Optional.empty();

    @Option(names = "--max-side", paramLabel = "PIXELS",
            description = "Scale frames down to at most this width and height.")
    private Optional<String> maxSide = Optional.empty();

    @Option(names = "--keyframes",
            description = "Decode only the key frames, which takes a fraction of the processor time.")
    private boolean keyframes;

    @Option(names = "--only-changes", paramLabel = "THRESHOLD[,EVERY]",
            description = "Leave out frames that differ by fewer grey levels than THRESHOLD (1 to 255; start with 8)"
                    + " from the last one used, but use one after EVERY (default: 10 s).")
    private Optional<String> onlyChanges = Optional.empty();

    @Option(names = "--file", paramLabel = "FILE",
            description = "A file of cameras, such as conf/cameras.yaml, instead of ID, SOURCE and settings. Cameras"
                    + " that the file does not have stay.")
    private Optional<Path> file = Optional.empty();

    @Mixin
    private CamerasTopicArguments arguments;

    @Override
    public void run() {
        Collection<CameraDeclaration> wanted = file.isPresent() ? ofFile(file.get()) : List.of(camera());
        CamerasTopic topic = arguments.topic();
        topic.require(this::log);
        DeclaredCameras before = topic.declared();
        List<CameraDeclaration> changed = wanted.stream().filter(camera -> !has(before, camera)).toList();
        List<RecordCoordinates> written = topic.publish(changed);
        written.forEach(record -> print(record.toString()));
        wanted.forEach(camera -> log(outcome(before, camera) + " " + camera.id()));
        if (!changed.isEmpty()) {
            log("Jobs that read topic " + topic.name() + " read " + (changed.size() == 1 ? "it" : "them")
                    + " within seconds.");
        }
    }

    private static boolean has(DeclaredCameras before, CameraDeclaration camera) {
        return before.find(camera.id()).filter(camera::equals).isPresent() && before.refusal(camera.id()).isEmpty();
    }

    private static String outcome(DeclaredCameras before, CameraDeclaration camera) {
        if (has(before, camera)) {
            return "Left as it is:";
        }
        return before.find(camera.id()).isPresent() ? "Changed" : "Added";
    }

    private CameraDeclaration camera() {
        String name = id.orElseThrow(
                () -> wrongUse("An ID and a SOURCE are missing, or --file with a file of cameras"));
        SortedMap<String, String> options = new TreeMap<>();
        options.put("source", source.orElseThrow(() -> wrongUse("The SOURCE of the camera is missing")));
        fps.ifPresent(value -> options.put("fps", value));
        every.ifPresent(value -> options.put("every", value));
        maxSide.ifPresent(value -> options.put("max-side", value));
        if (keyframes) {
            options.put("keyframes", "true");
        }
        onlyChanges.ifPresent(value -> {
            String[] parts = value.split(",", 2);
            options.put("only-changes.threshold", parts[0].strip());
            if (parts.length == 2) {
                options.put("only-changes.at-least-every", parts[1].strip());
            }
        });
        if (options.get("source").contains("://:@")) {
            throw wrongUse("The user and the password of the source are empty: the shell replaces ${NAME} within double"
                    + " quotes; use single quotes");
        }
        try {
            return CameraRecord.asRead(new CameraDeclaration(name, options));
        } catch (CameraException | IllegalArgumentException e) {
            throw wrongUse("The camera cannot be added: " + e.getMessage());
        }
    }

    private Collection<CameraDeclaration> ofFile(Path path) {
        if (id.isPresent() || fps.isPresent() || every.isPresent() || maxSide.isPresent() || keyframes
                || onlyChanges.isPresent()) {
            throw wrongUse("--file has the cameras with their settings; leave out ID, SOURCE and other settings");
        }
        List<CameraDeclaration> cameras = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (CameraDeclaration camera : CamerasFile.declarations(path).values()) {
            try {
                cameras.add(CameraRecord.asRead(camera));
            } catch (CameraException e) {
                problems.add(path + ": " + camera.id() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new ToolException(String.join("\n", problems));
        }
        return cameras;
    }
}
