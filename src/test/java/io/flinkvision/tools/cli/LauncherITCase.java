package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/vision} in a folder as the image of the tools has it; without a job file, so that training is short. */
class LauncherITCase {

    private static final Map<String, String> NOW = Map.of("VISION_ARCHIVE", "now");
    private static final Map<String, String> NEVER = Map.of("VISION_ARCHIVE", "never");

    @TempDir
    private Path home;

    /** The output of a command. */
    private record Output(int exitCode, String out, String err) {}

    @BeforeEach
    void makeTheFolder() throws IOException {
        for (String path : List.of("bin", "conf", "pom.xml", "target/launcher.jar", "target/launcher.classpath")) {
            copy(Path.of(path));
        }
    }

    private void copy(Path source) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(home.resolve(file).getParent());
                Files.copy(file, home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void startsFromAnArchiveOfItsClasses() throws Exception {
        Output output = vision(NOW, "--version");

        assertThat(output.err()).isEmpty();
        assertThat(output.out()).startsWith("flink-vision ");
        assertThat(archives()).hasSize(1);
        assertThat(classesFromArchive(NEVER)).contains("io.flinkvision.tools.cli.Vision ");
        assertThat(home.resolve("target/natives")).isNotEmptyDirectory();
    }

    @Test
    void archivesTheClassesAnewWhenTheirJarChanges() throws Exception {
        vision(NOW, "--version");
        FileTime before = Files.getLastModifiedTime(archives().get(0));
        vision(NOW, "--version");
        assertThat(Files.getLastModifiedTime(archives().get(0))).isEqualTo(before);

        Files.setLastModifiedTime(home.resolve("target/launcher.jar"),
                FileTime.from(Instant.now().plusSeconds(1)));

        assertThat(classesFromArchive(NEVER)).isEmpty();
        vision(NOW, "--version");
        assertThat(Files.getLastModifiedTime(archives().get(0))).isNotEqualTo(before);
    }

    @Test
    void startsWithoutAnArchiveWhereItIsNoneOrCannotBeMade() throws Exception {
        Path archive = archiveOf("this is no archive");

        Output damaged = vision(NEVER, "classify", "none.jpg");
        Files.delete(archive);
        // No command can run to train it.
        Path models = home.resolve("conf/models");
        Files.move(models, home.resolve("conf/other"));
        Output impossible = vision(NOW, "--version");

        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.out()).isEmpty();
        assertThat(damaged.err()).isEqualToNormalizingNewlines("none.jpg: UNREADABLE: There is no such file\n");
        assertThat(impossible).isEqualTo(new Output(0, vision(NEVER, "--version").out(), ""));
        assertThat(archives()).allSatisfy(made -> assertThat(made).isEmptyFile());
    }

    @Test
    void doesNotWaitForTheArchive() throws Exception {
        Output output = vision(Map.of(), "--version");

        // Its streams have ended, and those of what it left in the background with them.
        assertThat(output.exitCode()).isZero();
        assertThat(output.err()).isEmpty();
        Waiting.until("an archive", () -> !archives().isEmpty() && inTarget(".started").isEmpty(), output::out);
    }

    /** An archive of this Java that is newer than the jar. */
    private Path archiveOf(String text) throws IOException, InterruptedException {
        vision(NOW, "--version");
        Path archive = archives().get(0);
        Files.delete(archive);
        return Files.writeString(archive, text);
    }

    private List<Path> archives() {
        return inTarget(".jsa");
    }

    private List<Path> inTarget(String ending) {
        try (Stream<Path> files = Files.list(home.resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String classesFromArchive(Map<String, String> environment) throws IOException, InterruptedException {
        Path log = home.resolve("classes.log");
        Map<String, String> all = new HashMap<>(environment);
        all.put("VISION_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        vision(all, "--version");
        return Files.readString(log).lines().filter(line -> line.endsWith("shared objects file (top)"))
                .reduce("", (one, other) -> one + other + "\n");
    }

    private Output vision(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/vision").toString()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Output(process.exitValue(), out, Files.readString(err));
    }
}
