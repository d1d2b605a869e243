package io.flinkvision.job.operator;

import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.ModelBundle;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.functions.RuntimeContext;
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

        /** A bundle of the largest size at 9 MiB per second. */
        private static final TimeLimit FETCHING = new TimeLimit(Duration.ofMinutes(2));

        @Override
        public LocalBundle fetch(RuntimeContext context) throws IOException {
            return download();
        }

        /**
         * Copies the bundle into a temporary folder, which goes when the result is closed: its description, and the
         * files that this names.
         *
         * @throws IOException if they cannot be read, are no plain files, or are larger than {@link BundleFile} allows,
         *     or if it takes longer than two minutes
         */
        public LocalBundle download() throws IOException {
            return download(FETCHING);
        }

        LocalBundle download(TimeLimit limit) throws IOException {
            Path folder = Files.createTempDirectory("flink-vision-model");
            Optional<LocalBundle> bundle = Optional.empty();
            try {
                bundle = Optional.of(limit.open("fetching the model bundle", () -> copyTo(folder)));
                return bundle.get();
            } catch (IOException | RuntimeException e) {
                throw new IOException("The model bundle at " + uri + " cannot be read: " + e.getMessage(), e);
            } finally {
                if (bundle.isEmpty()) {
                    FileUtils.deleteDirectoryQuietly(folder.toFile());
                }
            }
        }

        private LocalBundle copyTo(Path folder) throws IOException {
            try {
                new BundleCopy(new RemoteFile(uri).path(), folder).run();
                return new LocalBundle(ModelBundle.read(folder), Optional.of(folder));
            } catch (Throwable e) {
                // Here too: after the time limit nobody else cleans up what the copy has written since.
                FileUtils.deleteDirectoryQuietly(folder.toFile());
                throw e;
            }
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
