package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.TestScene;
import java.time.Clock;
import java.time.Duration;

/** Sends the pictures of a test scene at its rate. */
final class TestSceneReader implements PacedReader {

    private final TestSceneDrawing drawing;
    private final CameraSettings settings;
    private final FrameRate rate;
    private final Clock clock;
    private long number;

    TestSceneReader(TestScene scene, CameraSettings settings, Clock clock) {
        this.drawing = new TestSceneDrawing(scene);
        this.settings = settings.withDefaultFps(scene.fps());
        this.rate = new FrameRate(this.settings);
        this.clock = clock;
    }

    @Override
    public Turn turn() {
        Duration wait = rate.untilNext();
        if (!wait.isZero()) {
            return new Later(wait);
        }
        rate.countNext();
        long current = number;
        number += settings.every();
        return new Picture(CapturedFrame.jpeg(drawing.jpeg(current), clock.instant(), current));
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public void close() {}
}
