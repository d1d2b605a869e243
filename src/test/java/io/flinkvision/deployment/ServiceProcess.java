package io.flinkvision.deployment;

import io.flinkvision.cluster.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A service's command as a process of this machine, with its output in a file. */
final class ServiceProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a command in a folder, with these variables besides those of this process. */
    static ServiceProcess start(List<String> command, Path workingFolder, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ServiceProcess(builder.start(), log);
    }

    /** Waits until it has ended, and tells how. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("After " + PATIENCE + " it still runs: " + said());
        }
        return process.exitValue();
    }

    /** All that it has written so far. */
    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until something is so, as long as the process runs. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        Waiting.until(what, () -> {
            boolean ended = !process.isAlive();
            if (!condition.getAsBoolean() && ended) {
                throw new AssertionError("It ended with " + process.exitValue() + " before " + what + ": " + said());
            }
            return condition.getAsBoolean();
        }, this::said);
    }

    /** Ends it, at first as {@code docker stop} does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
