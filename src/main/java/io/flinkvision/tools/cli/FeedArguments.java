package io.flinkvision.tools.cli;

import io.flinkvision.tools.feed.CameraSettings;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code vision feed} that say what is taken of the sources. */
final class FeedArguments {

    /** What becomes a record's key. */
    enum Key { CAMERA, FILE }

    @Option(names = "--fps", paramLabel = "N",
            description = "At most so many frames a second: video is thinned out, pictures are sent at this pace.")
    private Optional<Double> fps = Optional.empty();

    @Option(names = "--every", paramLabel = "N", defaultValue = "1",
            description = "Send one frame in N (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(names = "--max-side", paramLabel = "PIXELS",
            description = "Scale larger video frames down to this. Pictures that are files go as they are.")
    private Optional<Integer> maxSide = Optional.empty();

    @Option(names = "--quality", paramLabel = "1-100", defaultValue = "" + CameraSettings.DEFAULT_QUALITY,
            description = "JPEG quality of frames that do not come as JPEG (default: ${DEFAULT-VALUE}).")
    private int quality;

    @Option(names = "--loop", description = "Start files again at their end.")
    private boolean loop;

    @Option(names = "--realtime", description = "Read video files at the pace at which they were recorded.")
    private boolean realtime;

    @Option(names = "--follow", description = "Wait for new files in folders.")
    private boolean follow;

    @Option(names = "--again", description = "Send files that the topic has already.")
    private boolean again;

    @Option(names = "--key", paramLabel = "camera|file", defaultValue = "camera",
            description = "The records' key: the camera's id, or the name of each picture (default: ${DEFAULT-VALUE}).")
    private Key key;

    @Option(names = "--max", paramLabel = "N", description = "Stop a camera after so many frames.")
    private Optional<Long> max = Optional.empty();

    /**
     * The settings of every camera that has none of its own.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    CameraSettings settings() {
        return new CameraSettings(fps, every, maxSide, quality, loop, realtime, follow, again, key == Key.FILE, max);
    }
}
