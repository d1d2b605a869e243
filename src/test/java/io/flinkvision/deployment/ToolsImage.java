package io.flinkvision.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder of the image of the tools, made by the Dockerfile's own commands, and its entry point in it. */
final class ToolsImage {

    private static final String HOME = "/opt/flink-vision";

    private final Path folder;
    private final Path home;

    private ToolsImage(Path folder) {
        this.folder = folder;
        this.home = folder.resolve("opt/flink-vision");
    }

    /** Runs the step of the Dockerfile's build that makes the folder. */
    static ToolsImage build(Path folder) throws IOException, InterruptedException {
        ToolsImage image = new ToolsImage(folder);
        String step = Dockerfile.read().stage("build").instructions("RUN").stream()
                .filter(text -> text.contains(HOME)).findFirst().orElseThrow();
        List<String> command = List.of("sh", "-c", step.replace(HOME, image.home.toString()));
        try (ServiceProcess process = ServiceProcess.start(command, Path.of("").toAbsolutePath(), Map.of(),
                folder.resolve("build.log"))) {
            if (process.exitCode() != 0) {
                throw new AssertionError("The step of the Dockerfile fails: " + process.said());
            }
        }
        // Whoever calls Maven finds this one, which would tell.
        Path maven = Files.createDirectories(folder.resolve("bin")).resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\necho 'Maven was called' >&2\nexit 99\n");
        if (!maven.toFile().setExecutable(true)) {
            throw new IOException(maven + " cannot be made executable");
        }
        return image;
    }

    /** Starts the image's entry point with a service's command. */
    ServiceProcess start(List<String> command, Map<String, String> variables, String log) throws IOException {
        Dockerfile.Stage tools = Dockerfile.read().stage("tools");
        String entryPoint = tools.instructions("ENTRYPOINT").get(0).replaceAll("[\\[\\]\" ]", "");
        Map<String, String> environment = new LinkedHashMap<>(variables);
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        // The image has one; here it would still be made when the folder is removed.
        environment.put("VISION_ARCHIVE", "never");
        Path workingFolder = Path.of(tools.instructions("WORKDIR").get(0).replace(HOME, home.toString()));
        List<String> whole = Stream.concat(Stream.of(entryPoint.replace(HOME, home.toString())), command.stream())
                .toList();
        return ServiceProcess.start(whole, workingFolder, environment, folder.resolve(log));
    }
}
