package io.flinkvision.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets the commands of this JVM work in a home of their own, with the model that comes with the project in it. */
final class TemporaryHome implements AutoCloseable {

    private static final String PROPERTY = "vision.home";

    private static final Path TRIAGE = Path.of("conf/models/triage");

    private final Optional<String> before = Optional.ofNullable(System.getProperty(PROPERTY));
    private final Path models;

    TemporaryHome(Path folder) throws IOException {
        models = Files.createDirectories(folder.resolve("conf/models"));
        Path triage = Files.createDirectory(models.resolve("triage"));
        try (Stream<Path> files = Files.list(TRIAGE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, triage.resolve(file.getFileName()));
            }
        }
        System.setProperty(PROPERTY, folder.toString());
    }

    /** The folder of the models. */
    Path models() {
        return models;
    }

    /** The names of all that is in the folder of the models, hidden or not. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(models)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() {
        before.ifPresentOrElse(home -> System.setProperty(PROPERTY, home), () -> System.clearProperty(PROPERTY));
    }
}
