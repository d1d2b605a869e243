package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.Submissions.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long a job takes from its submission to a session cluster to its first label:
 * {@code bench/run first-label -Dsubmissions=10}.
 */
@ExtendWith(ProcessLogs.class)
class FirstLabelCheck {

    @TempDir
    private Path folder;

    @Test
    void aJobLabelsPicturesSoonAfterItsSubmission() {
        int count = Integer.getInteger("submissions", 10);
        List<Start> starts = new ArrayList<>();
        try (Submissions submissions = new Submissions(folder, List.of(Submissions.NATIVES_JAR))) {
            // The first one also starts what the processes share.
            print("first", List.of(submissions.start(Submissions.JOB_JAR)));
            for (int i = 0; i < count; i++) {
                starts.add(submissions.start(Submissions.JOB_JAR));
            }
        }
        print("median of " + count + " after it", starts);
        assertThat(starts).hasSize(count);
    }

    private static void print(String name, List<Start> starts) {
        System.err.printf(Locale.ROOT, "%s: %.2f s (submitted %.2f s, labels %.2f s)%n", name,
                median(starts, Start::all), median(starts, Start::submitted), median(starts, Start::labelled));
    }

    private static double median(List<Start> starts, ToDoubleFunction<Start> part) {
        double[] sorted = starts.stream().mapToDouble(part).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
