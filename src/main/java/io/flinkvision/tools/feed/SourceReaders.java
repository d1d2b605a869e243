package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.Source.NetworkStream;
import io.flinkvision.tools.feed.Source.Pictures;
import io.flinkvision.tools.feed.Source.StandardInput;
import io.flinkvision.tools.feed.Source.TestScene;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens sources. */
final class SourceReaders {

    private final FeedTarget target;
    private final InputStream standardInput;
    private final Clock clock = Clock.systemUTC();

    /** @param standardInput what {@code -} reads */
    SourceReaders(FeedTarget target, InputStream standardInput) {
        this.target = target;
        this.standardInput = standardInput;
    }

    /**
     * Opens a camera's source.
     *
     * @param stopped whether waiting for it, now or while it is read, has become pointless
     * @param problems is told of pictures that are not as they should be
     * @throws IOException if it cannot be reached now
     * @throws CameraException if it cannot be read
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    FrameReader open(Camera camera, BooleanSupplier stopped, FrameProblems problems)
            throws IOException, InterruptedException {
        Source source = camera.source();
        CameraSettings settings = camera.settings();
        if (source instanceof Pictures pictures) {
            return new PictureReader(pictures, settings, target.largestFrameBytes(),
                    sentFiles(camera.id(), pictures, settings), clock);
        }
        if (source instanceof StandardInput) {
            return new JpegStreamReader(standardInput, target.largestFrameBytes(), settings, problems, clock);
        }
        if (source instanceof TestScene scene) {
            return new TestSceneReader(scene, settings, clock);
        }
        if (source instanceof NetworkStream network && HttpConnection.isHttp(network.address())) {
            Optional<FrameReader> pictures =
                    HttpPictureReader.open(network, target.largestFrameBytes(), settings, problems, clock);
            if (pictures.isPresent()) {
                return pictures.get();
            }
        }
        return new VideoReader(source, settings, stopped, clock);
    }

    private SentFiles sentFiles(String camera, Pictures pictures, CameraSettings settings) throws IOException {
        Optional<Path> records = settings.loop() ? Optional.empty() : target.records();
        return records.isPresent() ? SentFiles.open(records.get(), camera, pictures.folder()) : SentFiles.forgotten();
    }
}
