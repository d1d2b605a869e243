package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.job.ClassifyJob;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class SubmissionTest {

    @Test
    void valuesOfTheOptionsAreHidden() {
        assertThat(hide("was ssl.key.password:hunter2", "--set", "ssl.key.password:hunter2"))
                .isEqualTo("was ssl.key.password:...");
        assertThat(hide("was hunter2", "--set", "hunter2")).isEqualTo("was ...");
        assertThat(hide("Unknown: '--set=a=hunter2'", "--set=a=hunter2")).isEqualTo("Unknown: '--set=a=...'");
        assertThat(hide("'a=hunter2 b c'", "--set", "a=hunter2 b c")).isEqualTo("'a=...'");
    }

    @Test
    void piecesThatTheShellHasTornOffAreHidden() {
        assertThat(hide("'required', 'password=hunter2;'", "--set", "a=b", "required", "password=hunter2;"))
                .isEqualTo("'required', 'password=...'");
        assertThat(hide("Unmatched: 'hunter2'", "--set=ssl.key.password=", "hunter2"))
                .isEqualTo("Unmatched: '...'");
    }

    @Test
    void otherArgumentsAreNamed() {
        assertThat(hide("Unknown option: '--fps=abc'", "feed", "--fps=abc")).isEqualTo("Unknown option: '--fps=abc'");
        assertThat(hide("Unmatched: 'two.yaml'", "--set", "a=b", "one.yaml", "two.yaml"))
                .isEqualTo("Unmatched: 'two.yaml'");
    }

    @Test
    void theMainClassOfAJobDoesNotRepeatThemEither() {
        assertThatThrownBy(() -> ClassifyJob.main(new String[] {
                "jobs/classify.yaml", "--set", "kafka.properties.sasl.jaas.config=a.Module", "password=hunter2;"}))
                .isInstanceOf(ParameterException.class)
                .hasNoCause()
                .hasMessageContaining("'password=...'")
                .hasMessageNotContaining("hunter2");
    }

    private static String hide(String message, String... arguments) {
        return Submission.hideValues(message, arguments);
    }
}
