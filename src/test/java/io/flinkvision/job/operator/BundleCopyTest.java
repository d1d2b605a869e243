package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCopyTest {

    @TempDir
    Path folder;

    @Test
    void copiesNoFileThatTheDescriptionDoesNotName() throws IOException {
        Path bundle = SmallBundle.write(folder.resolve("gate"), 32, 1, 2);
        try (RandomAccessFile notes = new RandomAccessFile(bundle.resolve("notes.txt").toFile(), "rw")) {
            // More than a bundle may have, of which no byte is written.
            notes.setLength(BundleFile.MAX_BUNDLE_BYTES + 1);
        }
        Path target = Files.createDirectory(folder.resolve("copy"));

        new BundleCopy(new org.apache.flink.core.fs.Path(bundle.toUri()), target).run();

        assertThat(target.resolve("notes.txt")).doesNotExist();
        assertThat(ModelBundle.read(target).digest()).isEqualTo(ModelBundle.read(bundle).digest());
        assertThat(ModelBundle.files(bundle)).extracting(BundleFile::name).doesNotContain("notes.txt");
    }
}
