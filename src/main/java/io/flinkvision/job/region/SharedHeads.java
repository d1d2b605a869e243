package io.flinkvision.job.region;

import io.flinkvision.core.head.Head;
import io.flinkvision.job.record.Region;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The heads of this process, each of which is in memory once, whatever the number of subtasks that use it. One that
 * nobody uses any more is garbage.
 */
public final class SharedHeads {

    private static final Map<String, Reference> BY_DIGEST = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Head> UNUSED = new ReferenceQueue<>();

    private SharedHeads() {}

    private static final class Reference extends WeakReference<Head> {

        private final String digest;

        Reference(Head head) {
            super(head, UNUSED);
            digest = head.digest();
        }
    }

    /**
     * The head of a digest.
     *
     * @param digest SHA-256 of its file, in hexadecimal
     * @param read reads it if it is not in memory
     */
    public static Head get(String digest, Supplier<Head> read) {
        Reference known = BY_DIGEST.get(digest);
        Head head = known == null ? null : known.get();
        return head == null ? share(read.get()) : head;
    }

    /** A region with the process's instance of its head. */
    public static Region share(Region region) {
        return region.head().isEmpty()
                ? region
                : new Region(region.key(), region.box(), region.every(), Optional.of(share(region.head().get())));
    }

    private static Head share(Head head) {
        forgetUnused();
        while (true) {
            Reference known = BY_DIGEST.computeIfAbsent(head.digest(), digest -> new Reference(head));
            Head shared = known.get();
            if (shared != null) {
                return shared;
            }
            BY_DIGEST.remove(head.digest(), known);
        }
    }

    private static void forgetUnused() {
        for (Reference unused = (Reference) UNUSED.poll(); unused != null; unused = (Reference) UNUSED.poll()) {
            BY_DIGEST.remove(unused.digest, unused);
        }
    }
}
