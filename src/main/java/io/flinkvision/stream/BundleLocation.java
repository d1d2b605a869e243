package io.flinkvision.stream;

import io.flinkvision.model.ModelBundle;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.util.FileUtils;

/** Where a TaskManager finds the model bundle. */
public sealed interface BundleLocation extends Serializable {

    /**
     * Brings the bundle onto this machine.
     *
     * @throws IOException if it cannot be read; the message says where it was looked for
     */
    LocalBundle fetch(RuntimeContext context) throws IOException;

    /** Whether a bundle is named by a URI. A path of one letter and a colon is a Windows drive, not a scheme. */
    static boolean isUri(String bundle) {
        return bundle.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
    }

    /** A folder that travels with the job, in Flink's distributed cache. */
    record Cached(String cacheName) implements BundleLocation {

        @Override
        public LocalBundle fetch(RuntimeContext context) {
            return new LocalBundle(ModelBundle.read(context.getDistributedCache().getFile(cacheName).toPath()),
                    Optional.empty());
        }

        @Override
        public String toString() {
            return "the distributed cache's entry " + cacheName;
        }
    }

    /** A folder on any of Flink's file systems, read by each subtask. */
    record Remote(String uri) implements BundleLocation {

        @Override
        public LocalBundle fetch(RuntimeContext context) throws IOException {
            return download();
        }

        /**
         * Copies the bundle into a temporary folder, which goes when the result is closed.
         *
         * @throws IOException if the folder cannot be read
         */
        public LocalBundle download() throws IOException {
            Path folder = Files.createTempDirectory("flink-vision-model");
            try {
                org.apache.flink.core.fs.Path remote = path();
                FileSystem fileSystem = remote.getFileSystem();
                // First, so that the files of a folder that is no bundle, and may be large, are left where they are.
                if (!fileSystem.exists(new org.apache.flink.core.fs.Path(remote, ModelBundle.DESCRIPTION))) {
                    throw new FileNotFoundException("it has no " + ModelBundle.DESCRIPTION);
                }
                for (FileStatus file : fileSystem.listStatus(remote)) {
                    if (!file.isDir()) {
                        try (InputStream in = fileSystem.open(file.getPath())) {
                            Files.copy(in, folder.resolve(file.getPath().getName()));
                        }
                    }
                }
                return new LocalBundle(ModelBundle.read(folder), Optional.of(folder));
            } catch (IOException | RuntimeException e) {
                FileUtils.deleteDirectoryQuietly(folder.toFile());
                throw new IOException("The model bundle at " + uri + " cannot be read: " + e.getMessage(), e);
            }
        }

        /** What is no URI with a path, as where a blank is in it, is taken literally. */
        private org.apache.flink.core.fs.Path path() {
            try {
                URI parsed = new URI(uri);
                if (parsed.getPath() != null) {
                    return new org.apache.flink.core.fs.Path(parsed.getScheme(), parsed.getAuthority(),
                            parsed.getPath().isEmpty() ? "/" : parsed.getPath());
                }
            } catch (URISyntaxException e) {
                // As below.
            }
            return new org.apache.flink.core.fs.Path(uri);
        }

        @Override
        public String toString() {
            return uri;
        }
    }

    /**
     * A bundle on this machine, until it is closed.
     *
     * @param bundle the bundle
     * @param temporaryFolder the folder to remove afterwards, where it was made for this
     */
    record LocalBundle(ModelBundle bundle, Optional<Path> temporaryFolder) implements AutoCloseable {

        @Override
        public void close() {
            temporaryFolder.map(Path::toFile).ifPresent(FileUtils::deleteDirectoryQuietly);
        }
    }
}
