package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.tools.wall.EventStream.CameraChoice;
import io.flinkvision.tools.watch.SampleRegions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WallJsonTest {

    private static final InstantSource NOW = InstantSource.fixed(Instant.ofEpochSecond(1_000_000));
    private static final CameraChoice ALL = new CameraChoice(EventStream.ALL);

    private final Cameras cameras = new Cameras(2_000, topic -> true, false, () -> true, NOW);

    @Test
    void sendsOfManyCamerasOnlySoManyRegionsThatAPageCanTakeThem() throws Exception {
        RegionAnswer[] regions = IntStream.range(0, CameraRegions.MAX)
                .mapToObj(i -> SampleRegions.answer("a region " + i, "taken", 0.9, true, true))
                .toArray(RegionAnswer[]::new);
        for (int i = 0; i < 2_000; i++) {
            cameras.add(SampleRegions.regions("camera " + i, regions), NOW.millis());
        }

        String all = message(ALL);
        JsonNode one = cameras(message(new CameraChoice(Camera.id(Optional.of("camera 7"))))).path(0);

        assertThat(all).hasSizeLessThan(6_000_000);
        assertThat(cameras(all)).hasSize(2_000).allSatisfy(camera -> {
            assertThat(camera.path("regions")).hasSize(10);
            assertThat(camera.path("regionCount").intValue()).isEqualTo(CameraRegions.MAX);
        });
        assertThat(one.path("regions")).hasSize(CameraRegions.MAX);
    }

    @Test
    void sendsOfFewCamerasAllRegions() throws Exception {
        Classification picture = SampleRegions.regions("gate", SampleRegions.answer("bay", "taken", 0.75, true, false));
        cameras.add(picture, NOW.millis());

        assertThat(cameras(message(ALL)).path(0).path("regions")).isEqualTo(new ObjectMapper().readTree("""
                [{"name":"bay","label":"taken","score":0.75,"at":1000000000,"box":[0.0,0.0,0.5,0.5],"head":"00000000",
                "unknown":true}]"""));
    }

    private String message(CameraChoice choice) {
        Cameras.Changes changes = cameras.changes(0, choice);
        return WallJson.message(changes, choice.maxRegions(changes.count()), List.of(), new Traffic(NOW).figures(), 0,
                List.of(), Optional.empty(), true, 0, NOW.millis());
    }

    private static JsonNode cameras(String message) throws Exception {
        return new ObjectMapper().readTree(message).path("cameras");
    }
}
