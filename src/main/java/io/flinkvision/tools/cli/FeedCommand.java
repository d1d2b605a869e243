package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.tools.feed.CameraDefinition;
import io.flinkvision.tools.feed.CameraException;
import io.flinkvision.tools.feed.CameraSettings;
import io.flinkvision.tools.feed.CamerasFile;
import io.flinkvision.tools.feed.FeedProducer;
import io.flinkvision.tools.feed.FeedTopic;
import io.flinkvision.tools.feed.Feeder;
import io.flinkvision.tools.feed.FrameSource;
import io.flinkvision.tools.feed.SourceParser;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision feed}: frames of cameras, videos and pictures onto the job's input topic. */
@Command(
        name = "feed",
        description = "Put the frames of cameras, videos and pictures on the job's input topic.",
        footer = {
            "",
            "A SOURCE is a folder of pictures, a pattern such as 'shots/*.jpg', a video file, an address (rtsp://, "
                    + "http:// with MJPEG, HLS or a video), a device such as /dev/video0, - for JPEGs on standard "
                    + "input, or test: for a moving scene (test:NAME, test:100 for a hundred, "
                    + "test:?size=640x480&fps=5).",
            "",
            "Files that the topic has already are left out; cameras that are lost are tried again until Ctrl-C.",
            "Exits with 0 when all that was read is on the topic, 1 when a source failed, 2 when it was called "
                    + "wrongly."})
final class FeedCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(arity = "0..*", paramLabel = "SOURCE", description = "Where the frames come from; see below.")
    private List<String> sources = List.of();

    @Option(names = "--cameras", paramLabel = "FILE",
            description = "A file of cameras with settings of their own, such as conf/cameras.yaml.")
    private Optional<Path> camerasFile = Optional.empty();

    @Option(names = "--camera", paramLabel = "ID",
            description = "The id of the source's camera, which becomes its records' key; once for each SOURCE, in"
                    + " their order (default: a name made of the source's).")
    private List<String> ids = List.of();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic (default: the job's first input topic).")
    private Optional<String> topic = Optional.empty();

    @Mixin
    private FeedArguments arguments = new FeedArguments();

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        List<CameraDefinition> cameras = cameras();
        JobDefinition job = kafka.job();
        if (!(job.decode().value() instanceof ValueEncoding.Bytes)) {
            throw wrongUse("Pictures are fed as bytes, but the job takes values of " + job.decode().value()
                    + " (source.value): name the job file of one that takes bytes with --job");
        }
        String wantedTopic = topic.or(() -> job.source().topics().stream().findFirst()).orElseThrow(() -> wrongUse(
                "The job's input topics are a pattern, so --topic must name one"));
        Properties properties = kafka.inputProducer(job);
        FeedTopic found = FeedTopic.find(properties, wantedTopic, job.maxImageBytes());
        FeedReport report = new FeedReport(spec.commandLine().getOut(), spec.commandLine().getErr(),
                Terminal.isStandardError(), cameras.size());
        report.start(wantedTopic, found);
        Feeder.Target target = new Feeder.Target(wantedTopic, largestFrame(job, found),
                Optional.of(StateFolder.current().resolve("sent").resolve(found.id())));
        try (KafkaProducer<byte[], byte[]> producer = FeedProducer.open(properties, job.maxImageBytes());
                Feeder feeder = Feeder.start(cameras, producer, target, report)) {
            FeedInterruption interruption = new FeedInterruption(feeder);
            try {
                report.watch(feeder);
                feeder.stop();
                producer.close(PATIENCE);
                report.conclude(feeder.status(), wantedTopic);
            } finally {
                interruption.close();
            }
            return feeder.failedCamera().isPresent() ? ExitCode.SOFTWARE : ExitCode.OK;
        }
    }

    /** The limit of the job or, if lower, that of the topic; key and headers have some hundred bytes. */
    private static long largestFrame(JobDefinition job, FeedTopic topic) {
        return topic.maxRecordBytes()
                .map(largest -> Math.max(1, Math.min(job.maxImageBytes(), largest - 1024L)))
                .orElse(job.maxImageBytes());
    }

    private List<CameraDefinition> cameras() {
        CameraSettings settings = settings();
        List<CameraDefinition> cameras = new ArrayList<>();
        camerasFile.ifPresent(file -> cameras.addAll(CamerasFile.read(file, System.getenv(), settings)));
        List<FrameSource> parsed = parsedSources();
        if (!ids.isEmpty() && ids.size() != parsed.size()) {
            throw wrongUse("There are " + parsed.size() + " sources and " + ids.size() + " ids by --camera;"
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
            return arguments.settings();
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

    private ParameterException wrongUse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
