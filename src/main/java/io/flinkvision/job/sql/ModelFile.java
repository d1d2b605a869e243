package io.flinkvision.job.sql;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.weights.LinearHead;
import io.flinkvision.job.operator.BundleLocation.LocalBundle;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.RemoteFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.table.functions.FunctionContext;

/** Where a TaskManager finds a model's folder, or a head's file. */
sealed interface ModelFile extends Serializable {

    /**
     * Reads the text of an option: a URI or an absolute path, or else the name of a file that travels with the query.
     *
     * @throws IllegalArgumentException if it is a relative path
     */
    static ModelFile of(String text) {
        if (BundleLocation.isUri(text) || text.startsWith("/") || Path.of(text).isAbsolute()) {
            return new Shared(text);
        }
        if (text.isBlank() || text.contains("/") || text.contains("\\")) {
            throw new IllegalArgumentException("must be an absolute path or a URI that every TaskManager can read, or"
                    + " the name of an entry of pipeline.cached-files, not '" + text + "'");
        }
        return new Shipped(text);
    }

    /**
     * Brings a bundle onto this machine.
     *
     * @throws IOException if it cannot be read
     */
    LocalBundle bundle(FunctionContext context) throws IOException;

    /**
     * Reads a head.
     *
     * @throws IOException if it cannot be read
     * @throws io.flinkvision.core.weights.ModelException if it is no head
     */
    Head head(FunctionContext context) throws IOException;

    /** On any of Flink's file systems, where every TaskManager can read it. */
    record Shared(String uri) implements ModelFile {

        @Override
        public LocalBundle bundle(FunctionContext context) throws IOException {
            return new BundleLocation.Remote(uri).download();
        }

        @Override
        public Head head(FunctionContext context) throws IOException {
            // One byte more than a head has, so that a larger file is refused by its length.
            return Head.read(uri, new RemoteFile(uri).read(LinearHead.MAX_BYTES + 1));
        }

        @Override
        public String toString() {
            return uri;
        }
    }

    /** An entry of {@code pipeline.cached-files}, which travels with the query in Flink's distributed cache. */
    record Shipped(String name) implements ModelFile {

        @Override
        public LocalBundle bundle(FunctionContext context) throws IOException {
            return new LocalBundle(ModelBundle.read(path(context)), Optional.empty());
        }

        @Override
        public Head head(FunctionContext context) throws IOException {
            return Head.read(path(context));
        }

        private Path path(FunctionContext context) throws IOException {
            try {
                return context.getCachedFile(name).toPath();
            } catch (IllegalArgumentException e) {
                throw new IOException("pipeline.cached-files has no '" + name + "'. Before the query, SET"
                        + " 'pipeline.cached-files' = 'name:" + name + ",path:...' ships a file or folder of this"
                        + " machine; or name an absolute path or a URI that every TaskManager can read.", e);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
