package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BareLoopTest {

    @Test
    void eachPictureIsClassifiedByOneOfTheThreads() throws IOException {
        ModelBundle bundle = ModelBundle.read(Path.of("conf/models/triage"));

        try (BareLoop loop = new BareLoop(bundle, DecodeLimits.DEFAULTS, Reduction.NONE, 1, 3)) {
            Round round = loop.run(PictureSet.blank(), 7).get(Row.BARE_LOOP);

            assertThat(loop.parallelism()).isEqualTo(3);
            assertThat(round.pictures()).isEqualTo(7);
            assertThat(round.labelled()).isEqualTo(7);
        }
    }
}
