package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.TestScene;
import java.time.Clock;
import java.util.Optional;

/** Sends the pictures of a test scene at its rate. */
final class TestSceneReader implements FrameReader {

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
    public Optional<CapturedFrame> next() throws InterruptedException {
        rate.awaitNext();
        long current = number;
        number += settings.every();
        return Optional.of(CapturedFrame.jpeg(drawing.jpeg(current), clock.instant(), current));
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public void close() {}
}
