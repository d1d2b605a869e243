package io.flinkvision.core.natives;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.natives.UnpackedLibraries.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each in a JVM of its own, since a library is loaded once, under its first path. */
class KeptLibrariesTest {

    private static final String LIBRARY = "onnxruntime";

    /** The JVM: prints the folder that it loads the library from, and whether it stays after that. */
    static final class Loading {

        public static void main(String[] arguments) {
            Path file;
            try (UnpackedLibraries libraries = UnpackedLibraries.from(Platform.current().onnxRuntimeFolder(), LIBRARY)) {
                file = libraries.file(LIBRARY);
                System.load(file.toString());
            }
            System.out.println(file.getParent() + " " + Files.exists(file));
        }
    }

    @TempDir
    private Path folder;

    @Test
    void areUnpackedOnceForAllProcesses() throws Exception {
        Path kept = loadKept();
        Path file = kept.resolve(System.mapLibraryName(LIBRARY));
        FileTime longAgo = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(file, longAgo);

        assertThat(loadKept()).isEqualTo(kept);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
        assertThat(filesIn(kept)).containsExactly(file);
    }

    @Test
    void areUnpackedAnewWhereOneWasCutOff() throws Exception {
        Path file = loadKept().resolve(System.mapLibraryName(LIBRARY));
        long length = Files.size(file);
        Files.write(file, new byte[1000]);

        loadKept();

        assertThat(file).hasSize(length);
    }

    @Test
    void areUnpackedByTwoProcessesAtOnce() throws Exception {
        Process one = start(folder);
        Process other = start(folder);

        assertThat(result(one)).isEqualTo(result(other)).startsWith(folder.toString()).endsWith(" true");
        assertThat(filesIn(folder)).hasSize(1).allMatch(Files::isDirectory);
    }

    @Test
    void areTemporaryWhereTheFolderCannotBeMade() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThat(result(start(file.resolve("natives")))).doesNotContain(file.toString()).endsWith(" false");
    }

    @Test
    void areTemporaryWhereTheKeptFileCannotBeLoaded() throws Exception {
        Path file = loadKept().resolve(System.mapLibraryName(LIBRARY));
        Files.write(file, new byte[(int) Files.size(file)]);

        assertThat(result(start(folder))).doesNotContain(folder.toString()).endsWith(" false");
    }

    /** Loads the library in another JVM, and returns the folder of the kept file. */
    private Path loadKept() throws Exception {
        String result = result(start(folder));
        assertThat(result).startsWith(folder.toString()).endsWith(" true");
        return Path.of(result.substring(0, result.length() - " true".length()));
    }

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + KeptLibraries.FOLDER_PROPERTY + "=" + folder,
                        "-cp", System.getProperty("java.class.path"), Loading.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String result(Process process) throws Exception {
        String result = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return result;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
