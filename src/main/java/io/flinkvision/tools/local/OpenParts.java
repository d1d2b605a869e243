package io.flinkvision.tools.local;

import io.flinkvision.tools.ToolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What was opened, to be closed the last one first, and each one whatever the others do. */
final class OpenParts implements AutoCloseable {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds what was just opened, and returns it. */
    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes all parts after a failure, which keeps what goes wrong with that. */
    void closeAfter(Throwable failure) {
        closeAll().forEach(failure::addSuppressed);
    }

    /**
     * Closes all parts; a second call does nothing.
     *
     * @throws ToolException if any was not closed, with all of the reasons
     */
    @Override
    public void close() {
        List<Throwable> failures = closeAll();
        if (!failures.isEmpty()) {
            ToolException all = new ToolException(
                    "A part of the demo was not closed: " + failures.get(0).getMessage(), failures.get(0));
            failures.stream().skip(1).forEach(all::addSuppressed);
            throw all;
        }
    }

    private List<Throwable> closeAll() {
        List<Throwable> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
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
