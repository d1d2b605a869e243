package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.FrameSource.NetworkStream;
import io.flinkvision.tools.feed.FrameSource.Pictures;
import io.flinkvision.tools.feed.FrameSource.StandardInput;
import io.flinkvision.tools.feed.FrameSource.TestScene;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens the reader of each kind of source. */
final class SourceReaders {

    private final Feeder.Target target;
    private final InputStream standardInput;
    private final Clock clock = Clock.systemUTC();

    SourceReaders(Feeder.Target target, InputStream standardInput) {
        this.target = target;
        this.standardInput = standardInput;
    }

    /**
     * Opens a camera's source.
     *
     * @param stopped polled while this or the reader waits; true ends the wait
     * @throws IOException if it cannot be reached now
     * @throws CameraException if it cannot be read
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    FrameReader open(CameraDefinition camera, BooleanSupplier stopped, FrameReader.Problems problems)
            throws IOException, InterruptedException {
        FrameSource source = camera.source();
        CameraSettings settings = camera.settings();
        if (source instanceof Pictures pictures) {
            return new PictureReader(pictures, settings, target.maxFrameBytes(),
                    sentFiles(camera.id(), pictures, settings), clock);
        }
        if (source instanceof StandardInput) {
            return new JpegStreamReader(standardInput, target.maxFrameBytes(), settings, problems, clock);
        }
        if (source instanceof TestScene scene) {
            return new TestSceneReader(scene, settings, clock);
        }
        if (source instanceof NetworkStream network && HttpConnection.isHttp(network.address())) {
            Optional<FrameReader> pictures =
                    HttpPictureReader.open(network, target.maxFrameBytes(), settings, problems, clock);
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
