package io.flinkvision.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child process, mostly a JVM, with its output in a log file. It can be stopped, killed or suspended. */
public final class ChildProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a class with a {@code main} method.
     *
     * @param name for messages and the log file's name
     * @param options of the JVM
     * @param environment variables in addition to this JVM's own
     * @param arguments the main class's name, and its arguments
     */
    public static ChildProcess startJava(String name, List<String> options, List<Path> classPath,
            Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.addAll(arguments);
        return start(name, command, environment);
    }

    /**
     * Starts a command.
     *
     * @param name for messages and the log file's name
     * @param environment variables in addition to this JVM's own
     */
    static ChildProcess start(String name, List<String> command, Map<String, String> environment) {
        try {
            Path logs = Files.createDirectories(Path.of("target", "cluster-logs"));
            Path log = Files.createTempFile(logs, name + "-", ".log").toAbsolutePath();
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            ProcessLogs.add(name, log);
            return new ChildProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("The process " + name + " does not start", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The time of all processors that it has used, in the kernel's ticks of 10 ms; zero after its end. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The file with its standard output and standard error. */
    public Path log() {
        return log;
    }

    /** The log so far. */
    public String logText() {
        try {
            return Files.readString(log);
        } catch (MalformedInputException e) {
            // The last character is incomplete.
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a text in the log, and fails as soon as the process ends without it. */
    public void awaitLog(String text) {
        Waiting.until("'" + text + "' in the log of " + name, () -> {
            boolean ended = !isAlive();
            boolean found = logText().contains(text);
            if (ended && !found) {
                throw new AssertionError(name + " ended with code " + process.exitValue() + " and without '" + text
                        + "' in its log");
            }
            return found;
        });
    }

    /** Waits for its end and returns the exit code. */
    public int awaitEnd() {
        Waiting.until("the end of " + name, () -> !isAlive());
        return process.exitValue();
    }

    /** Sends SIGTERM and waits for the end. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Sends SIGKILL, which leaves it no chance to clean up, and waits for the end. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Sends SIGSTOP: it stalls, as on a machine that swaps or has lost its network, until {@link #resume()}. */
    public void pause() {
        signal("STOP");
    }

    /** Sends SIGCONT, which ends {@link #pause()}. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("SIG" + signal + " did not reach " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while signalling " + name, e);
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }

    @Override
    public String toString() {
        return name + " (" + pid() + ")";
    }
}
