package io.flinkvision.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Flink's command-line client in this JVM, for tests that call it very often, but on the class path that it has on a
 * cluster: a class loader that sees Flink's {@code lib/} and nothing of this JVM's own.
 */
final class InProcessClient implements AutoCloseable {

    private final URLClassLoader lib = new URLClassLoader("flink-lib",
            FlinkProcesses.flinkLib().stream().map(InProcessClient::url).toArray(URL[]::new),
            ClassLoader.getPlatformClassLoader());

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command; fails if it fails. */
    void run(String... arguments) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(lib);
        try {
            String folder = FlinkProcesses.CONFIGURATION.toString();
            Class<?> settings = lib.loadClass("org.apache.flink.configuration.Configuration");
            Class<?> client = lib.loadClass("org.apache.flink.client.cli.CliFrontend");
            Object configuration = lib.loadClass("org.apache.flink.configuration.GlobalConfiguration")
                    .getMethod("loadConfiguration", String.class).invoke(null, folder);
            Object commandLines = client.getMethod("loadCustomCommandLines", settings, String.class)
                    .invoke(null, configuration, folder);
            Object frontend = client.getConstructor(settings, List.class).newInstance(configuration, commandLines);
            Object code = client.getMethod("parseAndRun", String[].class).invoke(frontend, (Object) arguments);
            if (!code.equals(0)) {
                throw new AssertionError("flink " + String.join(" ", arguments) + " failed with code " + code);
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("flink " + String.join(" ", arguments) + " failed", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        try {
            lib.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
