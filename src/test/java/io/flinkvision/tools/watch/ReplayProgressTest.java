package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class ReplayProgressTest {

    @Test
    void oneCodeGoesOnWithoutTheOthers() {
        ReplayProgress progress = ReplayProgress.NONE.upTo(57, Set.of("TRUNCATED"));

        assertThat(progress.offset("TRUNCATED")).isEqualTo(57);
        assertThat(progress.offset("CORRUPT")).isZero();
        assertThat(progress.first(Set.of("TRUNCATED"))).isEqualTo(57);
        assertThat(progress.first(Set.of("TRUNCATED", "CORRUPT"))).isZero();
        assertThat(progress.first(Set.of())).isZero();
    }

    @Test
    void allCodesTogetherForgetWhatIsBehindThem() {
        ReplayProgress progress = new ReplayProgress(0, Map.of("TRUNCATED", 57L, "CORRUPT", 40L)).upTo(50, Set.of());

        assertThat(progress).isEqualTo(new ReplayProgress(50, Map.of("TRUNCATED", 57L)));
        assertThat(progress.upTo(10, Set.of())).isEqualTo(progress);
        assertThat(progress.upTo(10, Set.of("TRUNCATED"))).isEqualTo(progress);
    }

    @Test
    void survivesBeingCommitted() {
        ReplayProgress progress = new ReplayProgress(3, Map.of("TRUNCATED", 57L, "CORRUPT", 40L));

        assertThat(progress.committed()).isEqualTo(new OffsetAndMetadata(3, "CORRUPT=40 TRUNCATED=57"));
        assertThat(ReplayProgress.of(progress.committed())).isEqualTo(progress);
        assertThat(ReplayProgress.of(new OffsetAndMetadata(3, "what another program wrote")))
                .isEqualTo(new ReplayProgress(3, Map.of()));
    }

    @Test
    void isNoneInATopicThatWasMadeAnew() {
        ReplayProgress progress = new ReplayProgress(3, Map.of("TRUNCATED", 57L));

        assertThat(progress.within(57)).isEqualTo(progress);
        assertThat(progress.within(56)).isEqualTo(ReplayProgress.NONE);
        assertThat(progress.within(2)).isEqualTo(ReplayProgress.NONE);
    }
}
