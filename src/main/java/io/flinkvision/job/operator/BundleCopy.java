package io.flinkvision.job.operator;

import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.ModelBundle;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;

/**
 * A copy of a model bundle from any of Flink's file systems: its description, then the files that this names. Nobody
 * vouches for the folder: nothing else in it is touched, and no file is copied beyond its limit, whatever size the file
 * system tells.
 */
final class BundleCopy {

    private static final int CHUNK = 1 << 16;

    private final org.apache.flink.core.fs.Path source;
    private final FileSystem fileSystem;
    private final Path target;
    private long bundleBytes;

    /** @throws IOException if the source's file system cannot be reached */
    BundleCopy(org.apache.flink.core.fs.Path source, Path target) throws IOException {
        this.source = source;
        this.fileSystem = source.getFileSystem();
        this.target = target;
    }

    /**
     * Copies the bundle.
     *
     * @throws IOException if a file is missing, larger than allowed, or cannot be read
     * @throws io.flinkvision.core.weights.ModelException if a file is not to be read
     */
    void run() throws IOException {
        // First, so that the files of a folder that is no bundle are left where they are.
        copy(BundleFile.DESCRIPTION);
        for (BundleFile file : ModelBundle.files(target)) {
            // One file may be named twice.
            if (Files.notExists(target.resolve(file.name()))) {
                copy(file);
            }
        }
    }

    private void copy(BundleFile file) throws IOException {
        org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(source, file.name());
        requireReadable(file, path);
        try (InputStream in = fileSystem.open(path);
                OutputStream out = Files.newOutputStream(target.resolve(file.name()))) {
            byte[] chunk = new byte[CHUNK];
            long bytes = 0;
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                bytes += read;
                bundleBytes += read;
                requireWithinLimits(file, bytes);
                out.write(chunk, 0, read);
            }
        }
    }

    private void requireReadable(BundleFile file, org.apache.flink.core.fs.Path path) throws IOException {
        FileStatus status;
        try {
            status = fileSystem.getFileStatus(path);
        } catch (FileNotFoundException e) {
            throw new FileNotFoundException("it has no " + file.name());
        }
        if (!fileSystem.isDistributedFS()) {
            file.requireReadableIn(new File(source.getPath()).toPath());
        }
        if (status.isDir()) {
            throw new IOException("its " + file.name() + " is a folder");
        }
        requireWithinLimits(file, status.getLen());
    }

    private void requireWithinLimits(BundleFile file, long bytes) throws IOException {
        if (bytes > file.maxBytes()) {
            throw new IOException("its " + file.name() + " " + file.problemWith(bytes).orElseThrow());
        }
        if (bundleBytes > BundleFile.MAX_BUNDLE_BYTES) {
            throw new IOException("it has more than " + BundleFile.MAX_BUNDLE_BYTES
                    + " bytes, which is the limit of a bundle");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the copy was given up");
        }
    }
}
