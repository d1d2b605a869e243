package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inputs with which {@link FuzzCheck} once found a fault, and those that Java and a native decoder once read in two
 * ways, so that a picture passed the limits that was larger than they allow.
 */
class FuzzedInputsTest {

    private static final Path FOLDER = Path.of("src/test/resources/fuzz");

    @ParameterizedTest
    @MethodSource("inputs")
    void isRefused(Path file) throws IOException {
        byte[] input = Files.readAllBytes(file);

        assertThatCode(() -> SniffingFuzzer.fuzzerTestOneInput(input)).doesNotThrowAnyException();
        assertThatCode(() -> HeaderFuzzer.fuzzerTestOneInput(input)).doesNotThrowAnyException();
        assertThatCode(() -> ExifFuzzer.fuzzerTestOneInput(input)).doesNotThrowAnyException();
        assertThat(Pixels.decode(input, Pixels.EVERY_FORMAT)).isInstanceOf(Rejected.class);
    }

    static List<Path> inputs() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }
}
