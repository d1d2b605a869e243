package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many jobs after one another on one session cluster, and what they leave. It takes long, so it runs only where it
 * is asked for: {@code mvn verify -Dit.test=SubmissionsCheck -Dsubmissions=50}.
 */
@ExtendWith(ProcessLogs.class)
class SubmissionsCheck {

    static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));
    static final Path NATIVES_JAR = Path.of(System.getProperty("natives.jar"));
    static final Path ALL_JAR = Path.of(System.getProperty("all.jar"));

    /** After so many the caches of Flink and the JDK are full. */
    private static final int WARM_UP = 10;

    /** Of jobs that have ended: the JVM is slow to let go of the last ones, but these never get more. */
    private static final int LINGERING = 8;

    /** What the metaspace may grow by from then on, in kilobytes: the classes of one job take about 15,000. */
    private static final long LEVEL = 20_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyJobsLeaveNoMoreThanAFew(boolean inLib) {
        int count = Integer.getInteger("submissions", 50);
        try (Submissions submissions = new Submissions(folder, inLib ? List.of(NATIVES_JAR) : List.of())) {
            long level = 0;
            for (int i = 1; i <= count; i++) {
                submissions.submit(ALL_JAR);
                if (i % 5 == 0 || i == count) {
                    System.err.printf("%d submissions, libraries %s: %s%n",
                            i, inLib ? "in lib/" : "in the job's jar", submissions.remains());
                }
                if (i == WARM_UP) {
                    level = submissions.remains().metaspaceKilobytes();
                }
            }

            Submissions.Remains remains = submissions.remains();
            assertThat(remains.classLoaders()).isLessThanOrEqualTo(LINGERING);
            assertThat(remains.metaspaceKilobytes() - level).isLessThan(LEVEL);
            assertThat(remains.openCv()).isLessThanOrEqualTo(inLib ? 1 : LINGERING);
            assertThat(remains.onnxRuntime()).isLessThanOrEqualTo(inLib ? 1 : LINGERING);
            assertThat(submissions.temporaryFiles()).isEmpty();
            assertThat(submissions.taskManagerLog()).doesNotContain("UnsatisfiedLinkError");
        }
    }
}
