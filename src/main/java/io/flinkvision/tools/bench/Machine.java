package io.flinkvision.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/** What Linux says of the machine; empty elsewhere. */
final class Machine {

    private static final Path TIMES = Path.of("/proc/stat");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    /** proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second. */
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STOLEN = 8;
    private static final double TICKS_A_SECOND = 100;

    private Machine() {}

    /** Seconds that its processors were busy since it was started, with anybody's work, added up. */
    static OptionalDouble busySeconds() {
        try {
            return OptionalDouble.of(busySeconds(Files.readAllLines(TIMES).get(0)));
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    /** @param line {@code cpu  123 4 56 7890 ...} */
    static double busySeconds(String line) {
        String[] fields = line.split(" +");
        double ticks = 0;
        for (int i = 1; i <= Math.min(STOLEN, fields.length - 1); i++) {
            if (i != IDLE && i != WAITING) {
                ticks += Double.parseDouble(fields[i]);
            }
        }
        return ticks / TICKS_A_SECOND;
    }

    /** The name of its processors. */
    static Optional<String> processorName() {
        try {
            return Files.readAllLines(PROCESSORS).stream()
                    .filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
