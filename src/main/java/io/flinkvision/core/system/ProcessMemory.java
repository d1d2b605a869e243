package io.flinkvision.core.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of this process as Linux counts it (proc_pid_status(5)). OpenCV and ONNX Runtime allocate with the C
 * library, and their memory cannot be told apart from the JVM's own, so each figure covers both.
 */
public enum ProcessMemory {
    /** All resident memory, mapped files included. */
    RESIDENT("VmRSS"),
    /** The peak of {@link #RESIDENT}. */
    PEAK_RESIDENT("VmHWM"),
    /** Resident memory without a file behind it: the heap as far as it was touched, and native allocations. */
    ANONYMOUS("RssAnon");

    private static final Path STATUS = Path.of("/proc/self/status");

    private final Pattern line;

    ProcessMemory(String field) {
        this.line = Pattern.compile(field + ":\\s+([0-9]{1,12}) kB");
    }

    /** Bytes; empty on systems other than Linux. */
    public OptionalLong bytes() {
        return bytes(STATUS);
    }

    OptionalLong bytes(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .map(line::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)) << 10)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
