package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Submits many jobs after one another to a session cluster, and checks what they leave behind:
 * {@code bench/run submissions -Dsubmissions=50}.
 */
@ExtendWith(ProcessLogs.class)
class SubmissionsCheck {

    /** Submissions after which the caches of Flink and the JDK are full. */
    private static final int WARM_UP = 10;

    /** Ended jobs whose classes the JVM may not have unloaded yet. */
    private static final int MAX_LINGERING = 8;

    /** Maximum growth of the metaspace after the warm-up, in kilobytes: the classes of one job take about 15,000. */
    private static final long MAX_GROWTH = 20_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyJobsLeaveNoMoreThanAFew(boolean inLib) {
        int count = Integer.getInteger("submissions", 50);
        try (Submissions submissions = new Submissions(folder, inLib ? List.of(Submissions.NATIVES_JAR) : List.of())) {
            long level = 0;
            for (int i = 1; i <= count; i++) {
                submissions.submit(Submissions.ALL_JAR);
                if (i % 5 == 0 || i == count) {
                    System.err.printf("%d submissions, libraries %s: %s%n",
                            i, inLib ? "in lib/" : "in the job's jar", submissions.remains());
                }
                if (i == WARM_UP) {
                    level = submissions.remains().metaspaceKilobytes();
                }
            }

            Submissions.Remains remains = submissions.remains();
            assertThat(remains.classLoaders()).isLessThanOrEqualTo(MAX_LINGERING);
            assertThat(remains.metaspaceKilobytes() - level).isLessThan(MAX_GROWTH);
            assertThat(remains.openCv()).isLessThanOrEqualTo(inLib ? 1 : MAX_LINGERING);
            assertThat(remains.onnxRuntime()).isLessThanOrEqualTo(inLib ? 1 : MAX_LINGERING);
            assertThat(submissions.temporaryFiles()).isEmpty();
            assertThat(submissions.taskManagerLog()).doesNotContain("UnsatisfiedLinkError");
        }
    }
}
