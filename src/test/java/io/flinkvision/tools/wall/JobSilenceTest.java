package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.wall.KafkaProbe.JobSilence;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobSilenceTest {

    private final JobSilence silence = new JobSilence(Duration.ofSeconds(10));

    @Test
    void isNoticedWhenPicturesGoUnanswered() {
        assertThat(silence.unanswered(100, 1_000, 2_000)).isEmpty();
        assertThat(silence.unanswered(105, 1_000, 10_999)).isEmpty();
        assertThat(silence.unanswered(107, 1_000, 11_000)).hasValue(7);
    }

    @Test
    void isNoneWhereNoPicturesCome() {
        silence.unanswered(100, 1_000, 2_000);

        assertThat(silence.unanswered(100, 1_000, 100_000)).isEmpty();
    }

    @Test
    void endsWithTheNextOutput() {
        silence.unanswered(100, 1_000, 2_000);
        assertThat(silence.unanswered(150, 1_000, 20_000)).hasValue(50);

        assertThat(silence.unanswered(151, 20_500, 21_000)).isEmpty();
        assertThat(silence.unanswered(153, 20_500, 31_000)).hasValue(2);
    }
}
