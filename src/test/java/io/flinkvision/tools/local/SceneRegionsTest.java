package io.flinkvision.tools.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.camera.FrameSource.TestScene.Subject;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.TestSceneDrawing;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.job.record.Region;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SceneRegionsTest {

    private static final ModelBundle BUNDLE = ModelBundle.read(Path.of("conf/models/triage"));
    private static final TestScene SCENE = new TestScene("test-1", 640, 480, 5, Subject.DISC);
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final List<Region> regions = SceneRegions.teach(SCENE, BUNDLE, NOW);

    @Test
    void eachRegionHasLabelsOfItsOwnAndAHeadForTheJobsNetwork() {
        assertThat(regions).extracting(region -> region.key().toString()).containsExactly("test-1/left", "test-1/right");
        assertThat(labels(regions.get(0))).containsExactly("disc", "part of the disc", "empty");
        assertThat(labels(regions.get(1))).containsExactly("free", "occupied");
        for (Region region : regions) {
            Head head = region.head().orElseThrow();
            head.requireTaughtOn(new Backbone(BUNDLE.digest(), FeatureClassifier.features(BUNDLE)));
            assertThat(head.description().pictures()).isEqualTo(30);
            assertThat(head.description().taughtAt()).isEqualTo(NOW);
            assertThat(head.description().accuracy()).isEmpty();
        }
    }

    @Test
    void theHeadsSayWhereTheDiscIsInFramesThatTheyWereNotTaught() {
        TestSceneDrawing drawing = new TestSceneDrawing(SCENE);
        List<String> left = answers(regions.get(0), drawing);
        List<String> right = answers(regions.get(1), drawing);

        int wrong = 0;
        for (int i = 0; i < left.size(); i++) {
            TestSceneDrawing.Disc disc = drawing.disc(2L * i + 1);
            String trueLeft = disc.right() <= 0.5 ? "disc" : disc.left() < 0.5 ? "part of the disc" : "empty";
            wrong += left.get(i).equals(trueLeft) ? 0 : 1;
            wrong += right.get(i).equals((disc.left() + disc.right()) / 2 >= 0.5 ? "occupied" : "free") ? 0 : 1;
        }
        assertThat(wrong).as("of 60, left %s, right %s", left, right).isLessThanOrEqualTo(5);
    }

    private static List<String> labels(Region region) {
        return region.head().orElseThrow().description().labels();
    }

    private static List<String> answers(Region region, TestSceneDrawing drawing) {
        List<String> answers = new ArrayList<>();
        try (FeatureClassifier network = FeatureClassifier.load(BUNDLE, new Device.Cpu());
                ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, BUNDLE.preprocessing())) {
            for (long frame = 1; frame < TestSceneDrawing.FRAMES_TO_AND_FRO; frame += 2) {
                Decoded decoded =
                        (Decoded) decoder.decode(drawing.jpeg(frame), List.of(new View.Region(region.box())));
                answers.add(region.head().orElseThrow()
                        .answer(network.features(decoded.views()).get(0).unit(), 1).labels().get(0).label());
            }
        }
        return answers;
    }
}
