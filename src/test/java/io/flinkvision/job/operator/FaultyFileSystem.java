package io.flinkvision.job.operator;

import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.LabelFile;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * This machine's files, by addresses such as {@code faulty://HANG/tmp/model}, on a file system that is said to be
 * elsewhere and fails when a bundle's labels are read.
 */
public final class FaultyFileSystem extends LocalFileSystem {

    private static final String SCHEME = "faulty";

    /** What happens when the labels are read; {@link #HANG} for as long as the bundle has a file of that name. */
    public enum Fault { HANG, ENDLESS, NO_MEMORY }

    /** The folders whose labels somebody is reading for ever. */
    private static final Set<String> HANGING = ConcurrentHashMap.newKeySet();

    private final Fault fault;

    private FaultyFileSystem(Fault fault) {
        this.fault = fault;
    }

    /** The address of a folder of this machine on a file system with a fault. */
    public static String address(Fault fault, java.nio.file.Path folder) {
        return folder.toUri().toString().replaceFirst("file://", SCHEME + "://" + fault);
    }

    /** Waits until somebody reads the labels in a folder whose fault is {@link Fault#HANG}. */
    static void awaitHang(java.nio.file.Path folder) {
        Waiting.until("somebody reads " + folder, () -> HANGING.contains(folder.toString()));
    }

    /** Finds it for Flink, which asks for it by its class name in {@code META-INF/services}. */
    public static final class Factory implements FileSystemFactory {

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new FaultyFileSystem(Fault.valueOf(uri.getAuthority()));
        }
    }

    @Override
    public boolean isDistributedFS() {
        return true;
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return super.getFileStatus(local(path));
    }

    @Override
    public FSDataInputStream open(Path path) throws IOException {
        boolean isHealed = fault == Fault.HANG && !exists(local(new Path(path.getParent(), Fault.HANG.name())));
        return path.getName().equals(LabelFile.NAME) && !isHealed
                ? new FaultyStream(fault, path.getParent().getPath())
                : super.open(local(path));
    }

    private static Path local(Path path) {
        return new Path("file", null, path.getPath());
    }

    private static final class FaultyStream extends FSDataInputStream {

        private final Fault fault;
        private final String folder;

        private FaultyStream(Fault fault, String folder) {
            this.fault = fault;
            this.folder = folder;
        }

        @Override
        public int read() throws IOException {
            return switch (fault) {
                case HANG -> hang();
                case ENDLESS -> 'x';
                case NO_MEMORY -> throw new OutOfMemoryError("Java heap space");
            };
        }

        /** Until the end of this JVM: nothing interrupts a file system of the operating system that does not answer. */
        private int hang() {
            HANGING.add(folder);
            CountDownLatch never = new CountDownLatch(1);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // Goes on to hang.
                }
            }
        }

        @Override
        public void seek(long desired) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getPos() {
            return 0;
        }
    }
}
