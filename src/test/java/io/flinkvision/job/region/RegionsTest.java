package io.flinkvision.job.region;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class RegionsTest {

    private static final Regions REGIONS = Regions.of(List.of(
            region("*/gate", 1), region("*/bay", 1), region("camera-1/gate", 0.5), region("camera-1/zone", 0.5)));

    @Test
    void aCameraHasItsOwnRegionsAndThoseOfAllInTheOrderOfTheirNames() {
        assertThat(REGIONS.of(key("camera-1"))).extracting(region -> region.key().toString())
                .containsExactly("*/bay", "camera-1/gate", "camera-1/zone");
        assertThat(REGIONS.of(key("camera-2"))).extracting(region -> region.key().toString())
                .containsExactly("*/bay", "*/gate");
        assertThat(REGIONS.of(Optional.empty())).hasSize(2);
        assertThat(REGIONS.of(key("*"))).hasSize(2);
        assertThat(Regions.NONE.of(key("camera-1"))).isEmpty();
    }

    @Test
    void aKeyThatIsNotTextIsNoCameraOfTheNameThatItLooksLike() {
        Regions odd = Regions.of(List.of(region("camera-\ufffd/gate", 1)));

        assertThat(odd.of(key("camera-\ufffd"))).hasSize(1);
        assertThat(odd.of(Optional.of(new byte[] {'c', 'a', 'm', 'e', 'r', 'a', '-', (byte) 0xff}))).isEmpty();
    }

    @Test
    void theTopicsRegionTakesThePlaceOfTheJobFilesAndLeavesItAsItWas() {
        Regions both = REGIONS.with(List.of(region("*/gate", 0.25), region("camera-2/own", 1)));

        assertThat(both.of(key("camera-2"))).extracting(region -> region.key() + " " + region.box().width())
                .containsExactly("*/bay 1.0", "*/gate 0.25", "camera-2/own 1.0");
        assertThat(both.size()).isEqualTo(5);
        assertThat(REGIONS.of(key("camera-2"))).extracting(region -> region.box().width()).containsExactly(1.0, 1.0);
    }

    @Test
    void twoRegionsOfOneKeyAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Regions.of(List.of(region("*/gate", 1),
                region("*/gate", 1)))).withMessageContaining("two regions */gate");
    }

    @Test
    void travelInTheJobsGraph() throws Exception {
        Region full = new Region(RegionKey.parse("camera-1/gate"), new RegionBox(0.1, 0.2, 0.3, 0.4),
                Optional.of(Duration.ofMillis(1_500)), Optional.of(SampleHeads.of("gate", "ab".repeat(32))));

        assertThat(InstantiationUtil.clone(Regions.of(List.of(full, region("*/bay", 1)))).all())
                .containsExactlyInAnyOrder(full, region("*/bay", 1));
    }

    private static Optional<byte[]> key(String camera) {
        return Optional.of(camera.getBytes(UTF_8));
    }

    private static Region region(String key, double width) {
        return new Region(RegionKey.parse(key), new RegionBox(0, 0, width, 1), Optional.empty(), Optional.empty());
    }
}
