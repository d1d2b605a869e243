package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A few jobs after one another on a session cluster; {@link SubmissionsCheck} is the long form. */
@ExtendWith(ProcessLogs.class)
class SubmissionsITCase {

    private static final String WARNING = "are loaded from the job's own jar";

    @TempDir
    private Path folder;

    @Test
    void jobsShareOneCopyOfTheLibrariesInLib() {
        try (Submissions submissions = new Submissions(folder, List.of(SubmissionsCheck.NATIVES_JAR))) {
            submissions.submit(SubmissionsCheck.JOB_JAR);
            submissions.submit(SubmissionsCheck.ALL_JAR);
            submissions.submit(SubmissionsCheck.JOB_JAR);

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
            assertThat(submissions.submitInVain(SubmissionsCheck.JOB_JAR))
                    .contains("put flink-vision-VERSION-natives.jar into Flink's lib/ folder");

            submissions.submit(SubmissionsCheck.ALL_JAR);
            submissions.submit(SubmissionsCheck.ALL_JAR);

            assertThat(submissions.remains().openCv()).isBetween(1, 2);
            assertThat(submissions.temporaryFiles()).isEmpty();
            assertThat(submissions.taskManagerLog().split(WARNING, -1)).as("one warning for each job").hasSize(2 + 1);
        }
    }
}
