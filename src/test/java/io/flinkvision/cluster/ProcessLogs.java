package io.flinkvision.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Prints the ends of the processes' logs when a test fails. */
public final class ProcessLogs
        implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler, AfterAllCallback {

    private static final int SHOWN_LINES = 120;

    private static final Map<Path, String> LOGS = new LinkedHashMap<>();

    static synchronized void add(String name, Path log) {
        LOGS.put(log, name);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        show();
        throw failure;
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        show();
        throw failure;
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        show();
        throw failure;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        synchronized (ProcessLogs.class) {
            LOGS.clear();
        }
    }

    private static synchronized void show() throws IOException {
        for (Map.Entry<Path, String> log : LOGS.entrySet()) {
            List<String> lines = new String(Files.readAllBytes(log.getKey()), StandardCharsets.UTF_8)
                    .lines().toList();
            System.err.println("---- " + log.getValue() + ": the end of " + log.getKey());
            lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).forEach(System.err::println);
        }
    }
}
