package io.flinkvision.tools.cli;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.core.camera.CameraSettings;
import io.flinkvision.core.camera.CamerasFile;
import io.flinkvision.core.camera.ChangeRule;
import io.flinkvision.core.camera.FrameSource;
import io.flinkvision.core.camera.SourceParser;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.tools.feed.FeedProducer;
import io.flinkvision.tools.feed.FeedTopic;
import io.flinkvision.tools.feed.Feeder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code vision feed}: sends frames of cameras, videos and pictures to the job's input topic. */
@Command(
        name = "feed",
        description = "Send frames of cameras, videos and pictures to the job's input topic.",
        footer = {
            "",
            "A SOURCE is a folder of pictures, a pattern such as 'shots/*.jpg', a video file, an address (rtsp://, "
                    + "http:// with MJPEG, HLS or a video), a device such as /dev/video0, - for JPEGs on standard "
                    + "input, or test: for a moving scene (test:NAME, test:100 for a hundred, "
                    + "test:?size=640x480&fps=5).",
            "",
            "Files that are already on the topic are skipped; lost cameras are retried until Ctrl-C.",
            "Exit status: 0 if all that was read is on the topic, 1 if a source failed, 2 on wrong usage."})
final class FeedCommand extends VisionCommand implements Callable<Integer> {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Headroom for the key and the headers of a record. */
    private static final long RECORD_OVERHEAD_BYTES = 1024;

    /** What becomes a record's key. */
    private enum Key { CAMERA, FILE }

    /** {@code 8} or {@code 8,10 s}. */
    static final class ChangeRuleConverter implements ITypeConverter<ChangeRule> {

        @Override
        public ChangeRule convert(String text) {
            String[] parts = text.split(",", 2);
            try {
                return new ChangeRule(
                        OptionType.wholeNumber(1, 255).parser().apply(parts[0].strip()),
                        parts.length == 1
                                ? ChangeRule.DEFAULT_AT_LEAST_EVERY
                                : OptionType.duration().parser().apply(parts[1].strip()));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("is " + text + ", but must be THRESHOLD or THRESHOLD,EVERY such as 8"
                        + " or '8,10 s': " + e.getMessage());
            }
        }
    }

    @Parameters(arity = "0..*", paramLabel = "SOURCE", description = "Where the frames come from; see below.")
    private List<String> sources = List.of();

    @Option(names = "--cameras", paramLabel = "FILE",
            description = "A file of cameras, each with its own settings, such as conf/cameras.yaml.")
    private Optional<Path> camerasFile = Optional.empty();

    @Option(names = "--camera", paramLabel = "ID",
            description = "Id of a source's camera, which becomes the key of its records; given once per SOURCE, in the same"
                    + " order (default: derived from the source).")
    private List<String> ids = List.of();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic (default: the job's first input topic).")
    private Optional<String> topic = Optional.empty();

    @Option(names = "--fps", paramLabel = "N",
            description = "Maximum frames per second per camera: video frames are dropped, pictures are sent at this pace.")
    private Optional<Double> fps = Optional.empty();

    @Option(names = "--every", paramLabel = "N", defaultValue = "1",
            description = "Send only every Nth frame (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(names = "--max-side", paramLabel = "PIXELS",
            description = "Scale video frames down to at most this width and height. Picture files are sent unchanged.")
    private Optional<Integer> maxSide = Optional.empty();

    @Option(names = "--quality", paramLabel = "1-100", defaultValue = "" + CameraSettings.DEFAULT_QUALITY,
            description = "JPEG quality of frames that do not arrive as JPEG (default: ${DEFAULT-VALUE}).")
    private int quality;

    @Option(names = "--loop", description = "Restart files at their end.")
    private boolean loop;

    @Option(names = "--realtime", description = "Read video files at the speed at which they were recorded.")
    private boolean realtime;

    @Option(names = "--follow", description = "Keep watching folders for new files.")
    private boolean follow;

    @Option(names = "--again", description = "Also send files that are already on the topic.")
    private boolean again;

    @Option(names = "--key", paramLabel = "camera|file", defaultValue = "camera",
            description = "Key of the records: the camera's id, or each picture's file name (default: ${DEFAULT-VALUE}).")
    private Key key;

    @Option(names = "--keyframes",
            description = "Decode and send only the key frames of videos, which takes a fraction of the processor time.")
    private boolean keyframes;

    @Option(names = "--only-changes", paramLabel = "THRESHOLD[,EVERY]", converter = ChangeRuleConverter.class,
            description = "Leave out frames that differ by fewer grey levels than THRESHOLD (1 to 255; start with 8) from"
                    + " the last one sent, but send one after EVERY (default: 10 s).")
    private Optional<ChangeRule> onlyChanges = Optional.empty();

    @Option(names = "--max", paramLabel = "N", description = "Stop each camera after this many frames.")
    private Optional<Long> max = Optional.empty();

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    @Override
    public Integer call() throws InterruptedException {
        List<CameraDefinition> cameras = cameras();
        JobDefinition job = kafka.job();
        if (!(job.get(JobOptions.SOURCE_VALUE) instanceof ValueEncoding.Bytes)) {
            throw wrongUse("Pictures are sent as bytes, but the job expects values of " + job.get(JobOptions.SOURCE_VALUE)
                    + " (source.value); use --job to name the job file of one that takes bytes");
        }
        String wantedTopic = topic.or(() -> job.get(JobOptions.SOURCE_TOPICS).stream().findFirst())
                .orElseThrow(() -> wrongUse(job.readsCameras()
                        ? "The job reads cameras itself and has no input topic, so --topic must name one"
                        : "The job's input topics are given by a pattern, so --topic must name one"));
        Properties properties = kafka.inputProducer(job);
        FeedTopic found = FeedTopic.find(properties, wantedTopic, job.get(JobOptions.MAX_IMAGE_BYTES));
        FeedReport report = new FeedReport(out(), err(),
                Terminal.isStandardError(), cameras.size());
        report.start(wantedTopic, found);
        Feeder.Target target = new Feeder.Target(wantedTopic, maxFrameBytes(job, found),
                Optional.of(UserFolders.state().resolve("sent").resolve(found.id())));
        try (KafkaProducer<byte[], byte[]> producer =
                        FeedProducer.open(properties, job.get(JobOptions.MAX_IMAGE_BYTES));
                Feeder feeder = Feeder.start(cameras, producer, target, report)) {
            FeedInterruption interruption = new FeedInterruption(feeder);
            try {
                report.watch(feeder);
                feeder.stop();
                producer.close(CLOSE_TIMEOUT);
                report.conclude(feeder.status(), wantedTopic);
            } finally {
                interruption.close();
            }
            return feeder.failedCamera().isPresent() ? ExitCode.SOFTWARE : ExitCode.OK;
        }
    }

    /** The job's limit, or the topic's if that is smaller. */
    private static long maxFrameBytes(JobDefinition job, FeedTopic topic) {
        return topic.maxRecordBytes()
                .map(max -> Math.max(1, Math.min(job.get(JobOptions.MAX_IMAGE_BYTES), max - RECORD_OVERHEAD_BYTES)))
                .orElse(job.get(JobOptions.MAX_IMAGE_BYTES));
    }

    private List<CameraDefinition> cameras() {
        CameraSettings settings = settings();
        List<CameraDefinition> cameras = new ArrayList<>();
        camerasFile.ifPresent(file -> cameras.addAll(CamerasFile.read(file, System.getenv(), settings)));
        List<FrameSource> parsed = parsedSources();
        if (!ids.isEmpty() && ids.size() != parsed.size()) {
            throw wrongUse("There are " + parsed.size() + " sources but " + ids.size() + " ids by --camera;"
                    + " each source needs one, in the same order");
        }
        for (int i = 0; i < parsed.size(); i++) {
            FrameSource source = parsed.get(i);
            String id = ids.isEmpty() ? source.defaultId() : ids.get(i);
            cameras.add(new CameraDefinition(id, source, settings));
        }
        if (cameras.isEmpty()) {
            throw wrongUse("A SOURCE is missing, or --cameras with a file of them");
        }
        return cameras;
    }

    private CameraSettings settings() {
        try {
            return new CameraSettings(fps, every, maxSide, quality, loop, realtime, follow, again, key == Key.FILE, max,
                    keyframes, onlyChanges);
        } catch (IllegalArgumentException e) {
            throw wrongUse("--" + e.getMessage());
        }
    }

    private List<FrameSource> parsedSources() {
        try {
            return SourceParser.parse(sources);
        } catch (CameraException e) {
            throw wrongUse(e.getMessage());
        }
    }
}
