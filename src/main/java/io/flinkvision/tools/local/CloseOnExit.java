package io.flinkvision.tools.local;

/**
 * Closes something at the end of a block, or when the JVM ends before that, as it does on Ctrl-C: otherwise the folders
 * of a broker would stay behind.
 *
 * @param <T> what may be closed twice
 */
final class CloseOnExit<T extends AutoCloseable> implements AutoCloseable {

    private final T resource;
    private final Thread hook;

    CloseOnExit(T resource) {
        this.resource = resource;
        this.hook = new Thread(this::closeResource, "close-on-exit");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    T resource() {
        return resource;
    }

    private void closeResource() {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("Not closed: " + resource, e);
        }
    }

    /** Hands the resource over to somebody who closes it in an order of their own, also when the JVM ends. */
    T release() {
        removeHook();
        return resource;
    }

    @Override
    public void close() {
        removeHook();
        closeResource();
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook is at work; closing twice does no harm.
        }
    }
}
