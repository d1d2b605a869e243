package io.flinkvision.tools.local;

import io.flinkvision.tools.ToolException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Parts to be closed in reverse order, each even if closing another one fails. Thread-safe. */
final class OpenParts implements AutoCloseable {

    private final Deque<AutoCloseable> parts = new ConcurrentLinkedDeque<>();

    /** Adds a part and returns it. */
    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes all parts, and adds what fails to a failure. */
    void closeAfter(Throwable failure) {
        closeAll().forEach(failure::addSuppressed);
    }

    /** Closes one part, and adds what fails to a failure. */
    static void closeAfter(Throwable failure, AutoCloseable part) {
        OpenParts parts = new OpenParts();
        parts.add(part);
        parts.closeAfter(failure);
    }

    /**
     * Closes all parts; a second call does nothing.
     *
     * @throws ToolException if any could not be closed, with all reasons
     */
    @Override
    public void close() {
        List<Throwable> failures = closeAll();
        if (!failures.isEmpty()) {
            ToolException all = new ToolException(
                    "A part of the demo could not be closed: " + failures.get(0).getMessage(), failures.get(0));
            failures.stream().skip(1).forEach(all::addSuppressed);
            throw all;
        }
    }

    private List<Throwable> closeAll() {
        List<Throwable> failures = new ArrayList<>();
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(e);
            } catch (Exception | Error e) {
                failures.add(e);
            }
        }
        return failures;
    }
}
