package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.operator.PrometheusScrape.Sample;
import io.flinkvision.job.operator.ReportedGroup.SetClock;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CameraAgesTest {

    private final SetClock clock = new SetClock();
    private final ReportedGroup reported = new ReportedGroup();
    private final CameraAges cameras = new CameraAges(reported.group(), clock);

    @AfterEach
    void close() {
        reported.close();
    }

    @Test
    void theAgeGrowsUntilTheNextLabel() {
        twice("gate");
        clock.advance(1_500);
        assertThat(ages()).containsExactly(Map.entry("gate", 1_500.0));

        labelled("gate");
        assertThat(ages()).containsExactly(Map.entry("gate", 0.0));
    }

    @Test
    void aKeyIsACameraWhenItComesASecondTime() {
        labelled("gate");
        assertThat(ages()).isEmpty();

        labelled("gate");
        assertThat(ages()).containsOnlyKeys("gate");
    }

    @Test
    void keysThatComeOnceEachGetNoGaugesAndHideNoCamera() {
        labelled("gate");
        for (int i = 0; i < CameraAges.MAX_CANDIDATES - 1; i++) {
            labelled("picture-" + i);
        }
        labelled("gate");

        assertThat(ages()).containsOnlyKeys("gate");
    }

    @Test
    void aKeyThatCameTooLongAgoIsForgotten() {
        labelled("gate");
        for (int i = 0; i < CameraAges.MAX_CANDIDATES; i++) {
            labelled("picture-" + i);
        }
        labelled("gate");

        assertThat(ages()).isEmpty();
    }

    @Test
    void theFirstCamerasStayWhenThereAreTooMany() {
        for (int i = 0; i < CameraAges.MAX_CAMERAS + 500; i++) {
            twice("camera-" + i);
        }

        assertThat(ages()).hasSize(CameraAges.MAX_CAMERAS)
                .containsKeys("camera-0", "camera-" + (CameraAges.MAX_CAMERAS - 1))
                .doesNotContainKey("camera-" + CameraAges.MAX_CAMERAS);
    }

    @Test
    void camerasWhoseNamesDifferInPunctuationAreTwo() {
        twice("gate-1");
        clock.advance(1_000);
        twice("gate_1");

        assertThat(ages()).containsOnly(Map.entry("gate-1", 1_000.0), Map.entry("gate_1", 0.0));
    }

    @Test
    void aHostileKeyIsOneLabelOfOneSample() {
        String hostile = "a\",job_name=\"other\"} 1\nflink_forged{} 1\r\\\u0000\u202e";
        twice(hostile);

        assertThat(reported.scrape().samples()).hasSize(1);
        assertThat(ages()).containsOnlyKeys("a\",job_name=\"other\"} 1\\u000aflink_forged{} 1\\u000d\\\\u0000\\u202e");
    }

    @Test
    void bytesThatAreNoTextAreACameraToo() {
        byte[] key = "Z\u00fcrich".getBytes(ISO_8859_1);
        cameras.labelled(key, clock.instant());
        cameras.labelled(key, clock.instant());

        assertThat(ages()).containsOnlyKeys("Z\ufffdrich");
    }

    @Test
    void aKeyOfAMegabyteHasAShortName() {
        twice("k".repeat(1 << 20));

        assertThat(ages()).containsOnlyKeys("k".repeat(CameraAges.MAX_NAME_LENGTH));
    }

    @Test
    void theGaugesGoWithTheTask() {
        twice("gate");
        reported.closeGroup();

        assertThat(reported.scrape().samples()).isEmpty();
    }

    private void twice(String key) {
        labelled(key);
        labelled(key);
    }

    private void labelled(String key) {
        cameras.labelled(key.getBytes(UTF_8), clock.instant());
    }

    private Map<String, Double> ages() {
        return reported.scrape().named("flink_operator_camera_lastLabelAgeMillis")
                .collect(Collectors.toMap(sample -> sample.labels().get("camera"), Sample::value));
    }
}
