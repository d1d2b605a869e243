package io.flinkvision.job.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The memory of this process that is resident and backed by no file, as Linux counts it ({@code RssAnon} of
 * {@code /proc/self/status}, proc(5)). OpenCV and ONNX Runtime allocate with the C library, which nothing tells apart
 * from the JVM's own memory; so this is all of it: the heap as far as it was touched, and everything outside.
 *
 * @param status the file that the kernel describes the process in
 */
record AnonymousMemory(Path status) {

    private static final Path STATUS = Path.of("/proc/self/status");

    private static final Pattern RESIDENT = Pattern.compile("RssAnon:\\s+([0-9]{1,12}) kB");

    /** Empty on systems that do not tell, which is every one but Linux. */
    static Optional<AnonymousMemory> ofThisProcess() {
        AnonymousMemory memory = new AnonymousMemory(STATUS);
        return memory.bytes() > 0 ? Optional.of(memory) : Optional.empty();
    }

    /** The bytes, or 0 where they cannot be read: an error here would cost the reader all other metrics. */
    long bytes() {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.map(RESIDENT::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
