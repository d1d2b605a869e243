package io.flinkvision.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The memory that this process occupies, native memory too. */
final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private static final String LINE = "VmRSS:";

    private ResidentMemory() {}

    /** Bytes, as Linux tells them (proc_pid_status(5)); empty elsewhere. */
    static OptionalLong bytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(LINE))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
