package io.flinkvision.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes of this class path, which end when their standard input does: with this process at the latest. */
final class JavaProcess {

    private static final long PATIENCE_SECONDS = 10;

    private JavaProcess() {}

    /**
     * Describes one. Its garbage collector is that of Flink's own start scripts.
     *
     * @param options of the JVM
     */
    static ProcessBuilder of(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // What Flink asks of the JVM; the script that starts this process has it of the POM.
        command.addAll(Arrays.stream(System.getProperty("jdk.opens", "").split(" "))
                .filter(option -> !option.isBlank()).toList());
        // DJL asks the network for newer models, and tells its makers of its use, unless it is told not to.
        command.addAll(List.of("-XX:+UseG1GC", "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Ends its input, and then itself if it does not end by that. */
    static void end(Process process) {
        try {
            process.getOutputStream().close();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has ended by itself.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
