package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.audit.AuditReport.Outcome;
import io.flinkvision.tools.audit.AuditReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends a hundred thousand pictures of mixed sizes, much faster than they can be classified: nothing may be lost, and
 * memory, threads and files must stay level. Takes a quarter of an hour and 5 GB of disk, and writes
 * {@code target/soak.csv} and {@code target/soak.svg}: {@code bench/run soak}, with {@code -Dsoak.pictures=10000} for
 * fewer.
 */
@ExtendWith(ProcessLogs.class)
class SoakCheck {

    private static final int PICTURES = Integer.getInteger("soak.pictures", 100_000);

    /** The middle and the end of a run; by the middle, all code is compiled and all buffers have their final size. */
    private static final double MIDDLE = 0.4;
    private static final double MIDDLE_END = 0.6;
    private static final double END = 0.8;

    private static final double LEVEL = 1.05;

    @TempDir
    private Path folder;

    @Test
    void aHundredThousandPicturesLeaveMemoryLevel() throws IOException {
        SoakReport report;
        Path table = Path.of("target", "soak.csv");
        try (PrintStream out = new PrintStream(Files.newOutputStream(table), true, StandardCharsets.UTF_8)) {
            out.println(SoakReport.HEAD);
            report = new Soak(folder, PICTURES, sample -> {
                out.println(sample.row());
                System.err.println(sample.row());
            }).run();
        }
        new SoakPlot(report).write(Path.of("target", "soak.svg"));

        AuditReport audit = report.audit();
        System.err.printf("Sent %.0f a second, done %.0f a second: %s%n", report.sentASecond(), report.doneASecond(),
                audit);
        assertThat(audit.records()).isEqualTo(PICTURES);
        assertThat(audit.count(Outcome.MISSING) + audit.count(Outcome.WAITING) + audit.count(Outcome.DOUBLED))
                .as("%s", audit).isZero();
        staysLevel(report, "native kB", ProcessUse::nativeKilobytes);
        staysLevel(report, "heap kB", ProcessUse::heapKilobytes);
        staysLevel(report, "threads", ProcessUse::threads);
        staysLevel(report, "files", ProcessUse::files);
        staysLevel(report, "temporary files", ProcessUse::temporaryFiles);
    }

    private static void staysLevel(SoakReport report, String what, ToLongFunction<ProcessUse> of) {
        long middle = report.median(of, MIDDLE, MIDDLE_END);
        long end = report.median(of, END, 1);
        System.err.printf("%s: %,d in the middle, %,d at the end%n", what, middle, end);
        assertThat((double) end).as(what).isLessThanOrEqualTo(middle * LEVEL);
    }
}
