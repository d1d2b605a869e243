package io.flinkvision.core.natives;

import java.lang.reflect.Field;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a library from registering shutdown hooks. The JVM holds on to a hook, and by it to the class loaders of its
 * class and of all that took part in its making: to a job that has ended, with its classes and native libraries. Java
 * has no way to take a hook back that one does not hold, so this looks at the JDK's own register, which is open to it
 * by {@code --add-opens=java.base/java.lang=ALL-UNNAMED}, an option that Flink itself needs.
 */
final class ShutdownHooks {

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHooks.class);

    private ShutdownHooks() {}

    /** Does something, and takes back the hooks that it has registered on this thread. */
    static void withoutNewOnes(Runnable action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // A new thread has its maker's context class loader, by which the hooks are told from those of others.
        ClassLoader mark = new ClassLoader(ShutdownHooks.class.getClassLoader()) {};
        thread.setContextClassLoader(mark);
        try {
            action.run();
        } finally {
            thread.setContextClassLoader(before);
            takeBack(mark);
        }
    }

    private static void takeBack(ClassLoader mark) {
        try {
            Class<?> register = Class.forName("java.lang.ApplicationShutdownHooks");
            Field hooks = register.getDeclaredField("hooks");
            hooks.setAccessible(true);
            synchronized (register) {
                if (hooks.get(null) instanceof Map<?, ?> threads) {
                    threads.keySet().removeIf(
                            hook -> hook instanceof Thread thread && thread.getContextClassLoader() == mark);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Outside of a session cluster there is no class loader that could go before the JVM does.
            if (UnpackedLibraries.isInJobJar()) {
                LOG.warn("The classes and native libraries of this job stay in memory when it has ended, since {};"
                        + " start Flink with env.java.opts.all as conf/flink/config.yaml has it", e.getMessage());
            }
        }
    }
}
