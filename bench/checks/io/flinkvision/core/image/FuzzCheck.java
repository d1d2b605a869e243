package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Format detection, header parsing and EXIF parsing under Jazzer, a coverage-guided fuzzer: {@code bench/run fuzz
 * -Dfuzz.runs=20000}. Findings belong in {@code src/test/resources/fuzz}, which {@link FuzzedInputsTest} replays.
 */
class FuzzCheck {

    private static final Path FUZZED = Path.of("src/test/resources/fuzz");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(classes = {SniffingFuzzer.class, HeaderFuzzer.class, ExifFuzzer.class})
    void findsNothing(Class<?> fuzzer) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Path seeds = writeSeeds();
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(), "-Xmx1g", "-XX:+EnableDynamicAgentLoading",
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + fuzzer.getName(), "--instrumentation_includes=io.flinkvision.core.image.**",
                "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-seed=1", "-max_len=4096",
                "-timeout=60", "-runs=" + Integer.getInteger("fuzz.runs", 20_000), corpus.toString(),
                seeds.toString(), FUZZED.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        assertThat(log).content().contains("DONE");
        System.err.println(fuzzer.getSimpleName() + ": " + Files.readAllLines(log).stream()
                .filter(line -> line.contains("DONE") || line.startsWith("Done")).toList());
    }

    private Path writeSeeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>(DamagedPicturesTest.pictures().toList());
        seeds.add(TiffFile.grey(2, 1, 8, 4, ByteOrder.BIG_ENDIAN, 10, 20));
        seeds.add("P6\n2 1 255\n123456".getBytes(StandardCharsets.US_ASCII));
        seeds.add(Exif.orientation(6, ByteOrder.LITTLE_ENDIAN));
        seeds.add(JpegFile.withExif(JpegFile.quarters(8, 8), Exif.orientation(3, ByteOrder.BIG_ENDIAN)));
        Path seedFolder = Files.createDirectories(folder.resolve("seeds"));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(seedFolder.resolve("seed-" + i), seeds.get(i));
        }
        return seedFolder;
    }
}
