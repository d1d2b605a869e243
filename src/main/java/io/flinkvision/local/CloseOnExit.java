package io.flinkvision.local;

/**
 * Closes something when the JVM ends before its time, as it does on Ctrl-C: otherwise the folders of a broker would stay
 * behind.
 */
final class CloseOnExit implements AutoCloseable {

    private final Thread hook;

    /** @param resource may be closed twice */
    CloseOnExit(Runnable resource) {
        hook = new Thread(resource, "close-on-exit");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Forgets the resource. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook is at work.
        }
    }
}
