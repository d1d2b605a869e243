package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A few jobs after one another on a session cluster; {@code bench/run submissions} is the long form. */
@ExtendWith(ProcessLogs.class)
class SubmissionsITCase {

    private static final String WARNING = "are loaded from the job's own jar";

    @TempDir
    private Path folder;

    @Test
    void jobsShareOneCopyOfTheLibrariesInLib() {
        try (Submissions submissions = new Submissions(folder, List.of(Submissions.NATIVES_JAR))) {
            submissions.submit(Submissions.JOB_JAR);
            submissions.submit(Submissions.ALL_JAR);
            submissions.submit(Submissions.JOB_JAR);

            Submissions.Remains remains = submissions.remains();
            assertThat(remains.openCv()).isEqualTo(1);
            assertThat(remains.onnxRuntime()).isEqualTo(1);
            assertThat(submissions.temporaryFiles()).isEmpty();
            assertThat(submissions.taskManagerLog()).doesNotContain(WARNING);
        }
    }

    @Test
    void withoutTheLibrariesInLibAJobNeedsThemInItsJarAndHasACopy() {
        try (Submissions submissions = new Submissions(folder, List.of())) {
            assertThat(submissions.submitInVain(Submissions.JOB_JAR))
                    .contains("put flink-vision-VERSION-natives.jar into Flink's lib/ folder");

            submissions.submit(Submissions.ALL_JAR);
            submissions.submit(Submissions.ALL_JAR);

            assertThat(submissions.remains().openCv()).isBetween(1, 2);
            assertThat(submissions.temporaryFiles()).isEmpty();
            assertThat(submissions.taskManagerLog().split(WARNING, -1)).as("one warning for each job").hasSize(2 + 1);
        }
    }
}
